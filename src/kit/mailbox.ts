import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Clock } from '#kit/clock';
import { Fault } from '#kit/fault';
import { readMail, type CaughtMail } from './mailbox/read.ts';

export type { CaughtMail } from './mailbox/read.ts';
export { mailPage, mailPagePolicy } from './mailbox/page.ts';

/** A mail server inside the program that lets no mail out: what the shop would have sent lies here, in memory. */
export type Mailbox = {
  /** For createSmtpTransport: loopback, with a password made for this run, so that nobody else here can post into it. */
  readonly url: string;
  /** Newest first. */
  readonly mails: () => readonly CaughtMail[];
  /** Calls back after a mail came in; returns how to stop that. */
  readonly onMail: (heard: (mail: CaughtMail) => void) => () => void;
  readonly clear: () => void;
  /** Drops what went to these addresses. */
  readonly drop: (addresses: readonly string[]) => void;
  readonly stop: () => Promise<void>;
};

export type MailboxNeeds = {
  /** Mails kept; the oldest make room. */
  readonly limit: number;
  readonly clock: Clock;
};

type Receive = (
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  answer: (error: Error | null) => void,
) => Promise<void>;

const mailBytesMax = 1024 * 1024;
const keptBytesMax = 64 * 1024 * 1024;
const clientsMax = 50;
const recipientsMax = 20;
const silenceMsMax = 30_000;
const closeMsMax = 1_000;

/** @throws Fault('unavailable') when this machine gives no port on loopback */
export async function startMailbox(needs: MailboxNeeds): Promise<Mailbox> {
  const user = 'glasspost';
  const password = randomBytes(24).toString('base64url');
  const shelf = createShelf(needs.limit);
  const receive: Receive = async (stream, session, answer) => {
    const mail = await take(stream, session, needs.clock).catch(() => 'unreadable' as const);
    if (mail === 'unreadable') {
      answer(Object.assign(new Error('the mail cannot be read'), { responseCode: 554 }));
      return;
    }
    if (mail !== null) shelf.put(mail);
    answer(null);
  };
  const server = new SMTPServer({
    name: 'localhost',
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    logger: false,
    size: mailBytesMax,
    rejectOversized: true,
    maxClients: clientsMax,
    maxRecipients: recipientsMax,
    socketTimeout: silenceMsMax,
    closeTimeout: closeMsMax,
    onAuth: (auth, _session, answer) => {
      const right = sameText(`${auth.username}\n${auth.password}`, `${user}\n${password}`);
      answer(right ? null : new Error('not for you'), right ? { user } : undefined);
    },
    onData: (stream, session, answer) => void receive(stream, session, answer),
  });
  // A client that breaks off concerns only itself.
  server.on('error', () => {});
  const port = await listen(server);
  return {
    url: `smtp://${user}:${password}@127.0.0.1:${port}`,
    mails: shelf.mails,
    onMail: shelf.onMail,
    clear: shelf.clear,
    drop: shelf.drop,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

async function listen(server: SMTPServer): Promise<number> {
  const socket = server.listen(0, '127.0.0.1');
  try {
    await once(socket, 'listening');
  } catch (cause) {
    throw new Fault('unavailable', 'The mailbox found no free port on this machine.', { cause });
  }
  const address = socket.address();
  if (address === null || typeof address === 'string') throw new Fault('unavailable', 'The mailbox has no port.');
  return address.port;
}

/** @returns null for a mail that was too long; the server has the word for that */
async function take(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  clock: Clock,
): Promise<CaughtMail | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (!stream.sizeExceeded && Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  if (stream.sizeExceeded) return null;
  return await readMail(Buffer.concat(chunks), session.envelope, clock);
}

function createShelf(
  limit: number,
): Pick<Mailbox, 'mails' | 'onMail' | 'clear' | 'drop'> & { put: (mail: CaughtMail) => void } {
  let mails: readonly CaughtMail[] = [];
  let bytes = 0;
  const listeners = new Set<(mail: CaughtMail) => void>();
  return {
    mails: () => mails,
    put: (mail) => {
      bytes += mail.raw.byteLength;
      const kept = [mail, ...mails];
      while (kept.length > limit || (bytes > keptBytesMax && kept.length > 1)) {
        bytes -= kept.pop()?.raw.byteLength ?? 0;
      }
      mails = kept;
      for (const heard of listeners) heard(mail);
    },
    onMail: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    drop: (addresses) => {
      const gone = new Set(addresses.map((address) => address.toLowerCase()));
      mails = mails.filter(({ to }) => !to.some(({ address }) => gone.has(address.toLowerCase())));
      bytes = mails.reduce((sum, { raw }) => sum + raw.byteLength, 0);
    },
    clear: () => {
      mails = [];
      bytes = 0;
    },
  };
}

function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
