import { once } from 'node:events';
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
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, answer) => {
      void stream.toArray().then(async (chunks) => {
        const { messageId = '' } = await PostalMime.parse(Buffer.concat(chunks as Buffer[]));
        const to = session.envelope.rcptTo[0]?.address ?? '';
        const mail = { to, messageId };
        mails.push(mail);
        byAddress.set(to, [...(byAddress.get(to) ?? []), mail]);
        answer(null);
      });
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
