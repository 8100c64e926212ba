import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import type { AuthoritySeen } from '../authorities.ts';
import { serverFacts, serverMoment } from '../store.ts';
import type { Check } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('clock');

/** Another clock less ours, in seconds. */
export type Compared = { readonly with: string; readonly aheadSeconds: number };
export type ClockSeen = { readonly compared: readonly Compared[]; readonly hasZones: boolean };

/** Certificates are young, links and codes are short: from a minute on, things fail. */
const badSeconds = 60;
const warnSeconds = 5;

export function clockChecks({ compared, hasZones }: ClockSeen): readonly Check[] {
  const zones = hasZones ? [] : [bad('clock.no_zones')];
  if (compared.length === 0) return [...zones, unknown('clock.alone')];
  // One other clock may be wrong itself; where several speak, ours is the one that most of them disagree with.
  const byDistance = compared.toSorted((a, b) => Math.abs(a.aheadSeconds) - Math.abs(b.aheadSeconds));
  const middle = byDistance[Math.floor((byDistance.length - 1) / 2)];
  if (middle === undefined) return zones;
  const seconds = Math.round(Math.abs(middle.aheadSeconds));
  const values = { seconds, with: middle.with, direction: middle.aheadSeconds > 0 ? 'behind' : 'ahead' };
  if (seconds >= badSeconds) return [...zones, bad('clock.wrong', values)];
  if (seconds >= warnSeconds) return [...zones, warning('clock.off', values)];
  return [...zones, good('clock.good', { with: compared.map((one) => one.with).join(', ') })];
}

type Needs = { readonly database: Queries | null; readonly clock: Clock };

/** A database on this machine has this machine's clock, and proves nothing. */
export async function lookAtClock(
  { database, clock }: Needs,
  authorities: readonly AuthoritySeen[],
): Promise<ClockSeen> {
  const ours = database === null ? null : await compareDatabase(database, clock);
  const theirs = authorities.flatMap(({ host, aheadSeconds }) =>
    aheadSeconds === null ? [] : [{ with: host, aheadSeconds }],
  );
  return { compared: [...theirs, ...(ours === null ? [] : [ours])], hasZones: knowsZones(clock.now()) };
}

async function compareDatabase(database: Queries, clock: Clock): Promise<Compared | null> {
  const facts = await serverFacts(database);
  if (facts === null || facts.isHere) return null;
  const before = clock.now();
  const moment = await serverMoment(database);
  if (moment === null) return null;
  const oursMs = (before.epochMilliseconds + clock.now().epochMilliseconds) / 2;
  return { with: 'PostgreSQL', aheadSeconds: (moment.epochMilliseconds - oursMs) / 1_000 };
}

/** Days are counted by the shops' own zones: without the table of zones every one of them is wrong. */
function knowsZones(now: Temporal.Instant): boolean {
  try {
    return now.toZonedDateTimeISO('Europe/Berlin').offsetNanoseconds >= 3_600_000_000_000;
  } catch {
    return false;
  }
}
