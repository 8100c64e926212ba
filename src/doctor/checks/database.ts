import { performance } from 'node:perf_hooks';
import { isDatabaseAway, type Database, type Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import type { Facts } from '#kit/facts';
import { jobsHealth, type JobsHealth } from '#kit/jobs';
import { idleSlots, oldestSeconds, ping, serverFacts, type ServerFacts, type Slot } from '../store.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('database');

export type DatabaseSeen =
  | { readonly no: 'away'; readonly said: string }
  | { readonly no: 'not_open' }
  | {
      readonly server: ServerFacts;
      readonly latencyMs: number;
      readonly slots: readonly Slot[];
      readonly oldestSeconds: number;
      /** Null where the data is not open, so that nothing is known of them. */
      readonly work: (JobsHealth & { readonly parked: number }) | null;
      readonly now: Temporal.Instant;
    };

/** Last days of care (postgresql.org/support/versioning, read in November 2026). */
const cared: Readonly<Record<number, string>> = {
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};
const versionMin = 15;
const careDaysMin = 180;
const latencyMsMax = 20;
const connectionShareMax = 0.8;
const slotBytesMax = 1024 ** 3;
const oldestSecondsMax = 900;
/** Of 2^31: from the first on vacuum does not keep up, at the second the end is near. */
const agesMax = { warn: 1_000_000_000, bad: 1_600_000_000 };

export function databaseChecks(
  place: Pick<Place, 'hasOwnDatabase' | 'isServing'>,
  seen: DatabaseSeen,
): readonly Check[] {
  if ('no' in seen) {
    if (seen.no === 'away') return [bad('database.away', { said: seen.said })];
    return [unknown('database.not_open')];
  }
  const { server, latencyMs } = seen;
  const version = versionOf(server);
  const checks = [
    ...aboutVersion(server, seen.now),
    ...aboutSafety(server),
    ...aboutRoom(seen),
    ...(seen.work === null ? [] : aboutWork(seen.work, place.isServing)),
  ];
  if (checks.length > 0) return checks;
  const ms = Math.max(1, Math.round(latencyMs));
  return [place.hasOwnDatabase ? good('database.good_own', { version }) : good('database.good', { version, ms })];
}

function versionOf({ versionNumber }: ServerFacts): string {
  return `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
}

function aboutVersion(server: ServerFacts, now: Temporal.Instant): readonly Check[] {
  const major = Math.floor(server.versionNumber / 10_000);
  const version = versionOf(server);
  if (major < versionMin) return [bad('database.too_old', { version, wanted: versionMin })];
  const end = cared[major];
  if (end === undefined) return [];
  const days = now.toZonedDateTimeISO('UTC').toPlainDate().until(Temporal.PlainDate.from(end)).days;
  if (days < 0) return [bad('database.uncared', { version, day: end })];
  return days < careDaysMin ? [warning('database.care_ends', { version, day: end })] : [];
}

/** What was answered must outlive a power cut, and what is said must not be overheard. */
function aboutSafety(server: ServerFacts): readonly Check[] {
  const unsafe = [
    ['fsync', server.fsync],
    ['full_page_writes', server.fullPageWrites],
    ['synchronous_commit', server.synchronousCommit],
  ].flatMap(([setting, value]) => (value === 'off' ? [bad('database.unsafe', { setting: setting ?? '' })] : []));
  return [
    ...unsafe,
    ...(server.autovacuum === 'off' ? [bad('database.no_vacuum')] : []),
    ...(server.encoding === 'UTF8' ? [] : [bad('database.encoding', { encoding: server.encoding })]),
    ...(server.isStandby || server.readOnly === 'on' ? [bad('database.read_only')] : []),
    ...(server.isHere || server.isEncrypted ? [] : [warning('database.plain')]),
  ];
}

function aboutRoom(seen: Exclude<DatabaseSeen, { readonly no: string }>): readonly Check[] {
  const { server, slots, latencyMs } = seen;
  const { connectionsUsed: used, connectionsMax: max } = server;
  const age = Math.max(server.transactions, server.multixacts);
  const millions = Math.round(age / 1_000_000);
  return [
    ...(used > max * connectionShareMax ? [warning('database.connections', { used, max })] : []),
    ...slots
      .filter(({ bytes }) => bytes > slotBytesMax)
      .map(({ name, bytes }) => warning('database.slot', { name, gigabytes: Math.round(bytes / slotBytesMax) })),
    ...(seen.oldestSeconds > oldestSecondsMax
      ? [warning('database.long_transaction', { minutes: Math.round(seen.oldestSeconds / 60) })]
      : []),
    ...(age > agesMax.bad
      ? [bad('database.wraparound', { millions })]
      : age > agesMax.warn
        ? [warning('database.wraparound', { millions })]
        : []),
    ...(latencyMs > latencyMsMax ? [warning('database.slow', { ms: Math.round(latencyMs) })] : []),
  ];
}

function aboutWork({ parked, failed, late }: JobsHealth & { readonly parked: number }, isServing: boolean) {
  return [
    ...(parked > 0 ? [warning('database.parked', { count: parked })] : []),
    ...(failed > 0 ? [warning('database.failed', { count: failed })] : []),
    ...(late > 0 && isServing ? [warning('database.late', { count: late })] : []),
  ];
}

type Needs = {
  /** Null where there is none that could be opened. */
  readonly database: Database | null;
  readonly facts: Pick<Facts, 'parked'> | null;
  readonly now: Temporal.Instant;
};

export async function lookAtDatabase({ database, facts, now }: Needs): Promise<DatabaseSeen> {
  if (database === null) return { no: 'not_open' };
  try {
    const server = await serverFacts(database);
    if (server === null) return { no: 'not_open' };
    const [slots, oldest, work] = await Promise.all([
      idleSlots(database),
      oldestSeconds(database),
      facts === null ? null : workOf(database, facts),
    ]);
    return { server, slots, oldestSeconds: oldest, work, now, latencyMs: await latencyOf(database) };
  } catch (error) {
    if (error instanceof Fault && isDatabaseAway(error)) return { no: 'away', said: error.publicText };
    throw error;
  }
}

async function workOf(database: Queries, facts: Pick<Facts, 'parked'>) {
  const [health, parked] = await Promise.all([jobsHealth(database), facts.parked()]);
  return { ...health, parked: parked.length };
}

/** The middle of three, one after the other. */
async function latencyOf(database: Queries): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const began = performance.now();
    await ping(database);
    took.push(performance.now() - began);
  }
  return took.toSorted((a, b) => a - b)[1] ?? 0;
}
