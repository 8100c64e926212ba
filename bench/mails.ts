// Mails by the product's own path (a thousand facts of one commit → notices → composed from sealed data → signed with RSA
// and Ed25519 → SMTP → noted as sent), against bare nodemailer that sends the same words to the same server in the same
// run. The notices are those of a first movement, which are neither held nor gathered.
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport, type Transporter } from 'nodemailer';
import PostalMime from 'postal-mime';
import { openMailHouse, type MailHouse } from './mails/mail-house.ts';
import { startMailServer, type MailServer } from './mails/mail-server.ts';
import { figure, percentile, type Figure } from './parts/figures.ts';
import { putOrders } from './parts/ground.ts';
import { scansAt } from './parts/scans.ts';

const mailsARound = 1_000;
const rounds = 5;
const roundMsMax = 120_000;
/** As the product keeps open to a relay. */
const connections = 5;
/** The step of a parcel's way that is its first movement. */
const movement = 1;

type Round = { readonly perSecond: number; readonly cpuUs: number; readonly bytes: number };

export async function run(): Promise<readonly Figure[]> {
  const server = await startMailServer();
  const house = await openMailHouse(server.url);
  try {
    // Once before it counts, so that all three are warm, and the others have a mail to send.
    await productRound(house, server, 0);
    const letter = await letterOf(server);
    const bare = poolTo(server.url);
    const signed = poolTo(server.url, { domainName: 'nordlicht.example', keySelector: 'b', privateKey: newKey() });
    for (const pool of [bare, signed]) await poolRound(pool, server, letter);
    const product: Round[] = [];
    const plain: Round[] = [];
    const dkim: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      product.push(await productRound(house, server, round));
      plain.push(await poolRound(bare, server, letter));
      dkim.push(await poolRound(signed, server, letter));
    }
    for (const pool of [bare, signed]) pool.close();
    return figuresOf(product, plain, dkim);
  } finally {
    await house.close();
    server.close();
  }
}

function figuresOf(product: readonly Round[], plain: readonly Round[], dkim: readonly Round[]): readonly Figure[] {
  const middle = (of: readonly Round[], what: keyof Round): number =>
    percentile(
      of.map((round) => round[what]),
      0.5,
    );
  const rate = middle(product, 'perSecond');
  const against = (of: readonly Round[], name: string) => ({ reference: middle(of, 'perSecond'), against: name });
  return [
    figure('mails a second', rate, { aim: 1_000 }),
    figure('mails a second', rate, against(plain, 'nodemailer, unsigned')),
    figure('mails a second', rate, against(dkim, 'nodemailer, signed with RSA')),
    figure('mails, program µs a mail', middle(product, 'cpuUs')),
    figure('mails, nodemailer unsigned, µs a mail', middle(plain, 'cpuUs')),
    figure('mails, nodemailer signed, µs a mail', middle(dkim, 'cpuUs')),
    figure('mails, bytes a mail', middle(product, 'bytes')),
    figure('mails, nodemailer unsigned, bytes a mail', middle(plain, 'bytes')),
  ];
}

async function productRound(house: MailHouse, server: MailServer, round: number): Promise<Round> {
  const numbers = await putOrders(house, `M${round}`, mailsARound);
  await house.rest();
  await house.settle();
  return await timed(server, async () => {
    await house.parcels.postScans(house.shop.shopId, scansAt(numbers, movement), 'push');
    const begun = performance.now();
    const until = begun + roundMsMax;
    while ((await sentOf(house)) < mailsARound * (round + 1)) {
      if (performance.now() > until) throw new Error('the mails do not go out');
      await pause(10);
    }
    return begun;
  });
}

async function sentOf({ database }: MailHouse): Promise<number> {
  const row = await database.one<{ sent: number }>(
    `select count(*)::int as sent from notices.outcome where outcome = 'sent'`,
    [],
  );
  return row?.sent ?? 0;
}

type Letter = Readonly<Record<'subject' | 'text' | 'html', string>>;

async function letterOf(server: MailServer): Promise<Letter> {
  const { subject = '', text = '', html = '' } = await PostalMime.parse(Buffer.from(await server.last(), 'latin1'));
  return { subject, text, html };
}

type Dkim = { readonly domainName: string; readonly keySelector: string; readonly privateKey: string };

function poolTo(url: string, dkim?: Dkim) {
  const { hostname, port } = new URL(url);
  const to = { host: hostname, port: Number(port), pool: true, maxConnections: connections } as const;
  return createTransport({ ...to, ignoreTLS: true, ...(dkim === undefined ? {} : { dkim }) });
}

function newKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
}

async function poolRound(pool: Pick<Transporter, 'sendMail'>, server: MailServer, letter: Letter): Promise<Round> {
  return await timed(server, async () => {
    const begun = performance.now();
    const sending = Array.from({ length: mailsARound }, (_, at) =>
      pool.sendMail({
        ...letter,
        from: { name: 'Nordlicht', address: 'post@nordlicht.example' },
        to: { name: 'Ada Beispiel', address: `m${at}@kunde.example` },
      }),
    );
    await Promise.all(sending);
    return begun;
  });
}

/** @param send answers when it began to count */
async function timed(server: MailServer, send: () => Promise<number>): Promise<Round> {
  await server.take();
  const cpu = process.cpuUsage();
  const begun = await send();
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const mails = await server.take();
  if (mails.length !== mailsARound) throw new Error(`${mails.length} mails came instead of ${mailsARound}`);
  return {
    perSecond: mails.length / seconds,
    cpuUs: (user + system) / mails.length,
    bytes: mails.reduce((sum, { bytes }) => sum + bytes, 0) / mails.length,
  };
}
