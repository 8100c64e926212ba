// Kills the program at random moments, again and again, while a shop posts orders and scans; then counts what customers
// were told against a list that an independent script makes from the input.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { databaseProcess } from '../test/stories/database-process.ts';
import { expectedOf, type Expected } from './kills/expected.ts';
import { startMailRecorder, type TakenMail } from './kills/mail-server.ts';
import { killedProgram, type KilledProgram } from './kills/program.ts';
import { openPostingShop } from './kills/shop.ts';

export type KillOptions = {
  /** No more kills are begun after this time. */
  readonly msMax?: number;
  readonly ordersMax?: number;
  readonly withDeliveries?: boolean;
  /** Every so many kills hit PostgreSQL too. */
  readonly databaseEvery?: number;
  readonly log?: (line: string) => void;
};

export type KillReport = {
  readonly rounds: number;
  readonly databaseKills: number;
  readonly scansAnswered: number;
  readonly mails: number;
  /** Facts that had to be told. */
  readonly expected: number;
  readonly corrections: number;
  /** `order fact` that had to be told and was not. */
  readonly missed: readonly string[];
  /** `order fact` that was told by mails with different Message-IDs. */
  readonly doubled: readonly string[];
  /** `order fact` that nobody had reason to tell. */
  readonly unexpected: readonly string[];
  /** Mails that came again under their own Message-ID. */
  readonly repeats: number;
  /** The most of these that one kill explains. */
  readonly repeatsOfOneKillMax: number;
  /** Those between whose two arrivals nothing was killed. */
  readonly repeatsWithoutKill: number;
  readonly drainedMs: number;
};

const drainMsMax = 100_000;
/** What is held back is told 90 seconds later. */
const heldMs = 95_000;

/** What was started is ended and removed, whatever comes of it. */
export async function run(rounds: number, options: KillOptions = {}): Promise<KillReport> {
  const { withDeliveries = false, ordersMax = 100_000, log = () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-kills-'));
  const mail = await startMailRecorder();
  const program = await killedProgram(folder, mail.url);
  const kills: Kill[] = [];
  try {
    await program.start();
    const key = await program.makeKey();
    const shop = openPostingShop({
      port: program.port,
      key,
      ordersMax,
      withDeliveries,
      isMailed: (order, fact) => mail.mails.some((one) => one.order === order && one.fact === fact),
    });
    const databaseKills = await killAgainAndAgain({ program, folder, kills, rounds, options, log });
    await shop.stop();
    const expected = expectedOf(shop.scans);
    const begun = performance.now();
    log(`${kills.length} kills done; draining`);
    await drain(expected, mail.mails, withDeliveries);
    const drainedMs = Math.round(performance.now() - begun);
    const scansAnswered = shop.scans.filter(({ answered }) => answered).length;
    return { ...countedOf(expected, mail.mails, kills), databaseKills, scansAnswered, drainedMs };
  } finally {
    await program.stop();
    await mail.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** From the first blow, which may be the database's, until the program is gone. */
type Kill = { readonly fromMs: number; untilMs: number };

/** A mail that was handed over in the program's last moment is read by its server a little later. */
const readingMsMax = 500;

function hits(kill: Kill, mailAtMs: number): boolean {
  return kill.untilMs + readingMsMax > mailAtMs;
}

type Killing = {
  readonly program: KilledProgram;
  readonly folder: string;
  readonly kills: Kill[];
  readonly rounds: number;
  readonly options: KillOptions;
  readonly log: (line: string) => void;
};

/** Leaves it running. Answers how often the database was killed too. */
async function killAgainAndAgain({ program, folder, kills, rounds, options, log }: Killing): Promise<number> {
  const { msMax = Number.POSITIVE_INFINITY, databaseEvery = 10 } = options;
  const begun = performance.now();
  let databaseKills = 0;
  while (kills.length < rounds && performance.now() - begun < msMax) {
    await sleep(momentMs());
    const kill: Kill = { fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY };
    kills.push(kill);
    if (kills.length % databaseEvery === 0) {
      await databaseProcess(join(folder, 'data', 'postgres', 'cluster')).kill();
      databaseKills += 1;
      // The program lives on without its database for a moment.
      await sleep(Math.random() * 400);
    }
    await program.kill();
    kill.untilMs = performance.now();
    const starting = program.start();
    // Every fifth does not live to serve.
    if (kills.length % 5 !== 3) await starting;
    else starting.catch(() => {});
    if (kills.length % 50 === 0) log(`${kills.length} kills, ${Math.round((performance.now() - begun) / 1_000)} s`);
  }
  await program.kill();
  await program.start();
  return databaseKills;
}

/** Mostly in the thick of it, sometimes when a worker has had the time to give free what a dead one held. */
function momentMs(): number {
  return Math.random() < 0.04 ? 12_500 : Math.random() * 900;
}

/** Waits until everything that must come has come, and as long again as anything too much would take to come. */
async function drain({ must }: Expected, mails: readonly TakenMail[], withDeliveries: boolean): Promise<void> {
  const until = performance.now() + drainMsMax;
  while (performance.now() < until) {
    const told = new Set(mails.map(factOf));
    if ([...must].every((one) => told.has(one))) break;
    await sleep(250);
  }
  await sleep(withDeliveries ? heldMs : 3_000);
}

function factOf({ order, fact }: TakenMail): string {
  return `${order} ${fact}`;
}

function isDoubled(of: readonly TakenMail[]): boolean {
  return new Set(of.map((one) => one.messageId)).size > 1;
}

type Counted = Omit<KillReport, 'databaseKills' | 'scansAnswered' | 'drainedMs'>;

function countedOf({ must, may }: Expected, mails: readonly TakenMail[], kills: readonly Kill[]): Counted {
  const told = Map.groupBy(mails, factOf);
  const again = [...Map.groupBy(mails, (one) => one.messageId).values()].flatMap((of) => {
    return of.slice(1).map((mail, at) => ({ first: of[at]?.atMs ?? 0, second: mail.atMs }));
  });
  const byKill = Map.groupBy(again, ({ first }) => kills.find((kill) => hits(kill, first)));
  return {
    rounds: kills.length,
    mails: mails.length,
    expected: must.size,
    corrections: mails.filter(({ fact }) => fact === 'correction').length,
    missed: [...must].filter((one) => !told.has(one)),
    doubled: [...told].filter(([, of]) => isDoubled(of)).map(([one]) => one),
    unexpected: [...told.keys()].filter((one) => !must.has(one) && !may.has(one)),
    repeats: again.length,
    repeatsOfOneKillMax: Math.max(0, ...[...byKill.values()].map((of) => of.length)),
    repeatsWithoutKill: again.filter(
      ({ first, second }) => !kills.some((kill) => hits(kill, first) && kill.fromMs < second),
    ).length,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { rounds: { type: 'string' }, minutes: { type: 'string' }, deliveries: { type: 'boolean' } },
  });
  const report = await run(Number(values.rounds ?? '1000'), {
    withDeliveries: values.deliveries === true,
    msMax: Number(values.minutes ?? '600') * 60_000,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const isRight = [report.missed, report.doubled, report.unexpected].every((list) => list.length === 0);
  process.exitCode = isRight && report.repeatsWithoutKill === 0 ? 0 : 1;
}
