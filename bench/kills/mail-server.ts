// A mail server outside of what is killed: it writes down who got which fact under which Message-ID, and when.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** `atMs`: when it said that it has the mail, on the clock of performance.now(). */
export type TakenMail = {
  readonly order: string;
  readonly fact: string;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly atMs: number;
};

export type MailRecorder = {
  readonly url: string;
  readonly mails: readonly TakenMail[];
  readonly close: () => Promise<void>;
};

/** By the words of the subject, so that nothing of the product has to be believed. */
const facts: readonly (readonly [fact: string, subject: RegExp])[] = [
  ['correction', /^Correction: /],
  ['shipped', /^Your parcel is on its way/],
  ['out_for_delivery', /^Your parcel is out for delivery/],
  ['ready_for_pickup', /^Your parcel waits in a locker/],
  ['delivery_failed', /^Nobody was there/],
  ['exception', /^Your parcel is damaged/],
  ['delivered', /^Your parcel was delivered/],
];

export async function startMailRecorder(): Promise<MailRecorder> {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, answer) => {
      const take = async (): Promise<void> => {
        const mail = await PostalMime.parse(Buffer.concat((await stream.toArray()) as Buffer[]));
        mails.push(readMail(session.envelope.rcptTo[0]?.address ?? '', mail));
      };
      take().then(() => answer(null), answer);
    },
  });
  server.on('error', () => {});
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function readMail(to: string, { subject = '', messageId = '', inReplyTo = '' }: Email): TakenMail {
  return {
    order: to.split('@')[0] ?? '',
    fact: facts.find(([, said]) => said.test(subject))?.[0] ?? `not understood: ${subject}`,
    messageId,
    inReplyTo,
    atMs: performance.now(),
  };
}
