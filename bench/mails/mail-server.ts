// A mail server in a process of its own, so that what it costs is not counted as the product's: it reads every mail to
// its end, throws it away, and remembers to whom it went, how long it was and when it said yes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { answerParent, startChild } from '../parts/child.ts';
import { nowMs } from './open-pages.ts';

/** `atMs`: milliseconds since 1970 with fractions, on the machine's one clock. */
export type AcceptedMail = { readonly to: string; readonly bytes: number; readonly atMs: number };

export type MailServer = {
  readonly url: string;
  /** What was accepted since it was asked last, oldest first. */
  readonly take: () => Promise<readonly AcceptedMail[]>;
  /** The mail that was accepted last, as it came. */
  readonly last: () => Promise<string>;
  readonly close: () => void;
};

const answerShape = z.object({
  port: z.number().default(0),
  mails: z.array(z.object({ to: z.string(), bytes: z.number(), atMs: z.number() })).default([]),
  last: z.string().default(''),
});

export async function startMailServer(): Promise<MailServer> {
  const child = startChild(new URL(import.meta.url));
  const ask = async (what: 'port' | 'mails' | 'last') => answerShape.parse(await child.ask({ what }));
  const { port } = await ask('port');
  return {
    url: `smtp://127.0.0.1:${port}`,
    take: async () => (await ask('mails')).mails,
    last: async () => (await ask('last')).last,
    close: child.end,
  };
}

async function serve(): Promise<void> {
  let mails: AcceptedMail[] = [];
  let last: readonly Buffer[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        last = parts;
        const bytes = parts.reduce((sum, part) => sum + part.length, 0);
        const to = session.envelope.rcptTo[0]?.address ?? '';
        mails.push({ to, bytes, atMs: nowMs() });
        done(null);
      });
    },
  });
  server.on('error', () => {});
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  assert.ok(typeof address === 'object' && address !== null);
  answerParent(async (question) => {
    const { what } = z.object({ what: z.enum(['port', 'mails', 'last']) }).parse(question);
    if (what === 'port') return { port: address.port };
    if (what === 'last') return { last: Buffer.concat(last).toString('latin1') };
    const taken = mails;
    mails = [];
    return { mails: taken };
  });
}

if (process.send !== undefined && process.argv[1]?.endsWith('mail-server.ts') === true) await serve();
