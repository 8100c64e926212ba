// A mail server in a process of its own, so that what it costs is not counted as the product's: it reads every mail to
// its end, throws it away, and remembers to whom it went, how long it was and when it said yes.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';

/** `atMs`: milliseconds since 1970 with fractions, on the machine's one clock. */
export type AcceptedMail = { readonly to: string; readonly bytes: number; readonly atMs: number };

export type MailServer = {
  readonly url: string;
  /** What was accepted since it was asked last, oldest first. */
  readonly take: () => Promise<readonly AcceptedMail[]>;
  /** The mail that was accepted last, as it came. */
  readonly last: () => Promise<string>;
  readonly close: () => Promise<void>;
};

const answerShape = z.object({
  port: z.number().optional(),
  mails: z.array(z.object({ to: z.string(), bytes: z.number(), atMs: z.number() })).default([]),
  last: z.string().default(''),
});

export async function startMailServer(): Promise<MailServer> {
  const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
  const answered = async () => answerShape.parse((await once(child, 'message'))[0]);
  // One question at a time, so that each gets its own answer.
  let asked: Promise<unknown> = Promise.resolve();
  const ask = (what: 'mails' | 'last') => {
    const next = asked.then(() => {
      child.send(what);
      return answered();
    });
    asked = next;
    return next;
  };
  const { port } = await answered();
  return {
    url: `smtp://127.0.0.1:${port}`,
    take: async () => (await ask('mails')).mails,
    last: async () => (await ask('last')).last,
    close: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function serve(answer: (message: object) => void): Promise<void> {
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
        mails.push({ to, bytes, atMs: performance.timeOrigin + performance.now() });
        done(null);
      });
    },
  });
  server.on('error', () => {});
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  assert.ok(typeof address === 'object' && address !== null);
  process.on('message', (what) => {
    if (what === 'last') answer({ last: Buffer.concat(last).toString('latin1') });
    if (what !== 'mails') return;
    answer({ mails });
    mails = [];
  });
  process.once('disconnect', () => process.exit());
  answer({ port: address.port });
}

if (import.meta.main) await serve((message) => process.send?.(message));
