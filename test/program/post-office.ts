import { once } from 'node:events';
import type { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type DeliveredMail = { readonly to: string; readonly messageId: string };

/** A mail server of somebody else that takes every mail and remembers whom it was for and what it was called. */
export type PostOffice = {
  readonly url: string;
  readonly mails: () => readonly DeliveredMail[];
  /** The mails about an order of a busy shop: its customer's address is made from its number. */
  readonly of: (orderNumber: string) => readonly DeliveredMail[];
  readonly close: () => Promise<void>;
};

export async function openPostOffice(): Promise<PostOffice> {
  const mails: DeliveredMail[] = [];
  const byAddress = new Map<string, DeliveredMail[]>();
  const take = async (stream: Readable, to: string): Promise<void> => {
    const { messageId = '' } = await PostalMime.parse(Buffer.concat((await stream.toArray()) as Buffer[]));
    const mail = { to, messageId };
    mails.push(mail);
    byAddress.set(to, [...(byAddress.get(to) ?? []), mail]);
  };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, answer) => {
      take(stream, session.envelope.rcptTo[0]?.address ?? '').then(() => answer(null), answer);
    },
  });
  server.on('error', () => {});
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails: () => mails,
    of: (orderNumber) => byAddress.get(`${orderNumber.toLowerCase()}@kunde.example`) ?? [],
    close: () => new Promise((done) => server.close(() => done())),
  };
}
