// A mail server outside of what is killed: it writes down who got which fact under which Message-ID, and when.
import assert from 'node:assert/strict';
import { once } from 'node:events';
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
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo[0]?.address ?? '';
        mails.push(readMail(to, Buffer.concat(chunks).toString()));
        answer(null);
      });
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

function readMail(to: string, text: string): TakenMail {
  const head = text.split('\r\n\r\n', 1)[0]?.replaceAll(/\r\n[ \t]+/g, ' ') ?? '';
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  // The point between headline and order is not ASCII, so the subject comes in encoded words (RFC 2047).
  const subject = field('Subject')
    .replaceAll(/\?=\s+=\?UTF-8\?Q\?/gi, '')
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, quoted: string) => quoted.replaceAll('_', ' '))
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  return {
    order: to.split('@')[0] ?? '',
    fact: facts.find(([, said]) => said.test(subject))?.[0] ?? `not understood: ${subject}`,
    messageId: field('Message-ID'),
    inReplyTo: field('In-Reply-To'),
    atMs: performance.now(),
  };
}
