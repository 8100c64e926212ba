// Real orders go through the whole product, in the months in which they were bought: in by CSV files, night after night,
// their hand-overs and deliveries as scans, and what customers are told out to a mail server, which is compared with a
// list that an independent script makes from the input. The orders are not part of this project.
import assert from 'node:assert/strict';
import { figure, type Figure } from '../parts/figures.ts';
import { startBenchServer, type BenchServer } from '../parts/ground.ts';
import { openHouseOnClock, type HouseOnClock } from '../parts/house-on-clock.ts';
import { databaseMemory, memoryOf } from '../parts/processes.ts';
import { startMailRecorder, type MailRecorder, type TakenMail } from '../kills/mail-server.ts';
import { expectedOf } from './expected.ts';
import { importFile, replay, rest, type Replay, type ReplayNeeds } from './replay.ts';
import { readRealOrders, wantedColumns, type RealOrder } from './rows.ts';
import { csvOf, exportsOf, type Export } from './shop-export.ts';

const shownMax = 5;

/** @param path a CSV file of orders; without one nothing is measured */
export async function run(path: string | undefined): Promise<readonly Figure[]> {
  if (path === undefined) {
    process.stdout.write(
      `\nreal-orders is skipped: it wants a CSV file, --file PATH, with the columns ${wantedColumns.join(', ')} ` +
        '(times such as 2026-11-29T12:06, in São Paulo; empty where it never came to that).\n',
    );
    return [];
  }
  const orders = readRealOrders(path);
  const nights = exportsOf(orders);
  // Twenty months pass in minutes, one step after the other: what is measured is what is told, not the disk.
  const server = await startBenchServer({ synchronous_commit: 'off' });
  const mail = await startMailRecorder();
  try {
    return await runOn(server, mail, orders, nights);
  } finally {
    await mail.close();
    await server.close();
  }
}

async function runOn(
  server: BenchServer,
  mail: MailRecorder,
  orders: readonly RealOrder[],
  nights: readonly Export[],
): Promise<readonly Figure[]> {
  const startAt = Temporal.Instant.fromEpochMilliseconds(Math.min(...orders.map(({ boughtMs }) => boughtMs)));
  const opened = await openHouseOnClock({ url: server.url, startAt, smtp: { url: mail.url, operator: null } });
  let databaseMb = 0;
  const looked = (at: Temporal.Instant): void => {
    databaseMb = Math.max(databaseMb, databaseMemory(server.cluster));
    if (at.toZonedDateTimeISO('UTC').day === 1) process.stderr.write(`${at.toString()}: ${mail.mails.length} mails\n`);
  };
  const needs: ReplayNeeds = { ...opened, folder: server.folder, looked };
  try {
    // Followers and jobs are run by hand, step by step.
    await opened.house.start('web');
    const cpu = process.cpuUsage();
    const done = await replay(needs, orders, nights);
    const { user, system } = process.cpuUsage(cpu);
    const again = await importAgain(needs, orders, nights, mail);
    return [
      ...figuresOf(orders, done, again),
      ...toldFigures(expectedOf(waysOf(orders, nights)), mail.mails),
      figure('facts that nobody could handle', (await opened.house.facts.parked()).length, { aim: 0 }),
      figure('CPU of the program and of the mail server, s', (user + system) / 1e6),
      figure('memory at its peak, MB, the program', memoryOf(process.pid, 'VmHWM')),
      figure('memory at its peak, MB, the database', databaseMb),
      figure('database at the end, MB', (await bytesOf(opened)) / 1e6),
    ];
  } finally {
    await opened.close();
  }
}

function waysOf(orders: readonly RealOrder[], nights: readonly Export[]): Parameters<typeof expectedOf>[0] {
  const numbered = new Map(nights.toReversed().flatMap((night) => [...night.numbered].map((one) => [one, night.atMs])));
  return orders.map((order) => ({
    order: order.id,
    numberedMs: numbered.get(order) ?? null,
    handedOverMs: order.handOver?.ms ?? null,
    deliveredMs: order.delivery?.ms ?? null,
  }));
}

/** The whole file once more: nothing changes, and nobody is told anything. Answers the seconds it took. */
async function importAgain(
  needs: ReplayNeeds,
  orders: readonly RealOrder[],
  nights: readonly Export[],
  { mails }: MailRecorder,
): Promise<number> {
  const before = mails.length;
  const numbered = new Set(nights.flatMap((night) => [...night.numbered]));
  const begun = performance.now();
  const { counts } = await importFile(needs, csvOf(orders, numbered));
  const seconds = (performance.now() - begun) / 1_000;
  assert.deepEqual([counts.unchanged, counts.refused], [orders.length, 0]);
  await rest(needs, { jobs: 0 });
  assert.equal(mails.length, before, 'an import of what was there already caused a mail');
  return seconds;
}

function figuresOf(orders: readonly RealOrder[], done: Replay, againSeconds: number): readonly Figure[] {
  return [
    figure('orders', orders.length),
    figure('files of orders', done.files),
    figure('scans', done.scans),
    figure('jobs and timers', done.jobs),
    figure('files of orders, s', done.ms.files / 1_000),
    figure('scans, s', done.ms.scans / 1_000),
    figure('followers, jobs and mails, s', done.ms.time / 1_000),
    figure('all orders again in one file, unchanged, s', againSeconds),
  ];
}

/** What was not as it must be is listed too. */
function toldFigures(must: ReadonlySet<string>, mails: readonly TakenMail[]): readonly Figure[] {
  const told = Map.groupBy(mails, ({ order, fact }) => `${order} ${fact}`);
  const wrong = {
    missed: [...must].filter((one) => !told.has(one)),
    doubled: [...told].filter(([, same]) => same.length > 1).map(([one]) => one),
    unexpected: [...told.keys()].filter((one) => !must.has(one)),
  };
  for (const [what, facts] of Object.entries(wrong)) {
    for (const fact of facts.slice(0, shownMax)) process.stdout.write(`  ${what}: ${fact}\n`);
  }
  return [
    figure('facts that must be told', must.size),
    figure('mails', mails.length),
    ...Object.entries(wrong).map(([what, facts]) => figure(what, facts.length, { aim: 0 })),
  ];
}

async function bytesOf({ database }: HouseOnClock): Promise<number> {
  const row = await database.one<{ bytes: number }>('select pg_database_size(current_database()) as bytes', []);
  return row?.bytes ?? 0;
}
