// At a thousand scans a second, offered at a fixed rate whether or not they are answered: how long it takes from the
// answer that a scan is taken until an open page hears of it, and until the mail about it is accepted by a mail server.
// One scan in twenty is a first movement, which is told at once; the nineteen after it are ways between depots, which
// nobody is written about.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { realClock } from '#kit/clock';
import { startMailServer, type AcceptedMail } from './mails/mail-server.ts';
import { nowMs, openPages, type OpenPages } from './mails/open-pages.ts';
import { figure, percentile, sayFigure, type Figure } from './parts/figures.ts';
import { putOrders, serveProgram, shopOf, type ServedProgram } from './parts/program.ts';
import { settle } from './parts/settle.ts';

const scansPerSecondUsually = 1_000;
const scansPerCall = 10;
const connections = 8;
const warmSeconds = 10;
const measuredSeconds = 30;
/** So many parcels are under way at once; each has a scan in every lap and is gone after twenty. */
const underWay = 400;
const scansPerParcel = 20;
/** Every so many parcels have an open page: three hundred in all. */
const pageEvery = 8;
/** Longer than anything may take that counts as having come. */
const drainMs = 15_000;

type Posted = {
  readonly number: string;
  readonly isFirst: boolean;
  readonly isMeasured: boolean;
  readonly dueMs: number;
  /** When its call got a connection. */
  leftMs: number;
  acceptedMs: number;
};

export async function run(scansPerSecond: number = scansPerSecondUsually): Promise<readonly Figure[]> {
  const scanCount = (warmSeconds + measuredSeconds) * scansPerSecond;
  const server = await startMailServer();
  const program = await serveProgram({ GLASSPOST_SMTP_URL: server.url });
  try {
    const numbers = await putOrders(program, 'L', parcelsOf(scanCount));
    const pages = await openPages(program.port, await pathsOf(program, numbers));
    await settle(program.databaseUrl);
    const posted = await offer(program, numbers, scanCount, scansPerSecond);
    await pause(drainMs);
    const figures = figuresOf(posted, pages, await server.take(), scansPerSecond);
    pages.close();
    return figures;
  } finally {
    await program.close();
    server.close();
  }
}

const orderShape = z.object({ links: z.object({ customer: z.string() }) });

async function pathsOf(program: ServedProgram, numbers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { port, headers } = shopOf(program);
  const paths = new Map<string, string>();
  for (const number of numbers.filter((_number, at) => at % pageEvery === 0)) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/orders/O-${number}`, { headers });
    paths.set(number, new URL(orderShape.parse(await answer.json()).links.customer).pathname);
  }
  return paths;
}

/** Every call leaves at its time; those that find no connection free wait for one, and that counts. */
async function offer(
  program: ServedProgram,
  numbers: readonly string[],
  scanCount: number,
  scansPerSecond: number,
): Promise<readonly Posted[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const all: Posted[] = [];
  const calls: Promise<void>[] = [];
  const begunMs = nowMs();
  const startedAt = realClock.now();
  for (let from = 0; from < scanCount; from += scansPerCall) {
    const dueMs = begunMs + (from / scansPerSecond) * 1_000;
    const waitMs = dueMs - nowMs();
    if (waitMs > 1) await pause(waitMs);
    const isMeasured = dueMs >= begunMs + warmSeconds * 1_000;
    const steps = Array.from({ length: scansPerCall }, (_, at) => stepOf(from + at));
    const posted = steps.map(({ parcel, step }): Posted => {
      const times = { dueMs, leftMs: Number.NaN, acceptedMs: Number.NaN };
      return { number: numbers[parcel] ?? '', isFirst: step === 0, isMeasured, ...times };
    });
    const scans = posted.map(({ number }, at) => scanOf(number, steps[at]?.step ?? 0, startedAt));
    all.push(...posted);
    calls.push(post(agent, program, JSON.stringify({ scans }), posted));
  }
  await Promise.all(calls);
  agent.destroy();
  return all;
}

function parcelsOf(scanCount: number): number {
  return underWay * Math.ceil((scanCount / underWay + scansPerParcel) / scansPerParcel);
}

/** Which scan of which parcel the n-th is. Parcels begin one after the other, so that mails come evenly. */
function stepOf(nth: number): { readonly parcel: number; readonly step: number } {
  const slot = nth % underWay;
  const step = Math.floor(nth / underWay) + (slot % scansPerParcel);
  return { parcel: slot + underWay * Math.floor(step / scansPerParcel), step: step % scansPerParcel };
}

function scanOf(number: string, step: number, startedAt: Temporal.Instant): object {
  const at = startedAt.subtract({ minutes: 60 - step }).toZonedDateTimeISO('Europe/Berlin');
  return {
    carrier: 'dhl-unified',
    tracking_number: number,
    code: step === 0 ? 'parcel-de:AE' : 'parcel-de:NB',
    local_time: at.toPlainDateTime().toString({ smallestUnit: 'second' }),
    zone: 'Europe/Berlin',
    place: { name: 'Hamburg', country: 'DE' },
    text: 'The shipment is on its way',
  };
}

function post(agent: Agent, program: ServedProgram, body: string, posted: readonly Posted[]): Promise<void> {
  const { port, headers } = shopOf(program);
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const where = { host: '127.0.0.1', port, path: '/v1/scans', method: 'POST', agent, headers: all };
    const call = request(where, (answer) => {
      const acceptedMs = nowMs();
      if (answer.statusCode !== 200) reject(new Error(`scans were answered ${answer.statusCode}`));
      for (const one of posted) one.acceptedMs = acceptedMs;
      answer.resume();
      answer.once('end', resolve);
    });
    call.once('socket', () => {
      for (const one of posted) one.leftMs = nowMs();
    });
    call.once('error', reject);
    call.end(body);
  });
}

function figuresOf(
  posted: readonly Posted[],
  pages: OpenPages,
  mails: readonly AcceptedMail[],
  scansPerSecond: number,
): readonly Figure[] {
  const measured = posted.filter((one) => one.isMeasured);
  const beginMs = measured[0]?.dueMs ?? Number.NaN;
  const inTime = posted.filter(({ acceptedMs }) => {
    return acceptedMs >= beginMs && acceptedMs < beginMs + measuredSeconds * 1_000;
  });
  const mailMs = new Map(mails.map(({ to, atMs }) => [to.split('@')[0], atMs]));
  const told = measured
    .filter(({ isFirst }) => isFirst)
    .map(({ number, acceptedMs }) => after(acceptedMs, mailMs.get(number)));
  const heard = measured
    .filter(({ number }) => pages.heardMs.has(number))
    // A parcel's scans are further apart than a page may be late: the next word that a page hears is about this one.
    .map(({ number, leftMs, acceptedMs }) => {
      return after(
        acceptedMs,
        pages.heardMs.get(number)?.find((atMs) => atMs >= leftMs),
      );
    });
  const answered = measured.map(({ dueMs, acceptedMs }) => acceptedMs - dueMs);
  return [
    figure('latency, scans accepted a second', inTime.length / measuredSeconds, { aim: scansPerSecond }),
    figure('latency, share of scans with a mail', told.length / measured.length),
    ...both('latency, due to accepted', answered),
    ...both('latency, accepted to open page', heard, 100),
    figure('latency, scans an open page never heard of', missing(heard), { aim: 0 }),
    ...both('latency, accepted to mail accepted', told, 1_000),
    figure('latency, mails that never came', missing(told), { aim: 0 }),
  ];
}

/** What came before the answer did took no time. */
function after(acceptedMs: number, atMs: number | undefined): number {
  return atMs === undefined ? Number.POSITIVE_INFINITY : Math.max(0, atMs - acceptedMs);
}

function missing(ms: readonly number[]): number {
  return ms.filter((one) => one === Number.POSITIVE_INFINITY).length;
}

function both(name: string, ms: readonly number[], aim?: number): readonly Figure[] {
  return [
    figure(`${name}, p50 ms`, percentile(ms, 0.5)),
    figure(`${name}, p99 ms`, percentile(ms, 0.99), aim === undefined ? {} : { aim }),
  ];
}

if (import.meta.main) {
  const figures = await run(Number(process.argv[2] ?? scansPerSecondUsually));
  for (const one of figures) process.stdout.write(`${sayFigure(one)}\n`);
}
