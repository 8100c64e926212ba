import type { Queries } from '#kit/database';
import type { BreachDesk, Canaries } from '#rights';
import type { Check } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('breach');

export type BreachSeen = {
  readonly planted: number;
  /** Cases that canaries opened and nobody closed. */
  readonly byCanary: number;
  /** Open cases by how their clock stands. */
  readonly waiting: number;
  readonly late: number;
};

/** @param seen null where the data is not open */
export function breachChecks(seen: BreachSeen | null): readonly Check[] {
  if (seen === null) return [unknown('breach.unseen')];
  const { planted, byCanary, waiting, late } = seen;
  const checks = [
    ...(byCanary === 0 ? [] : [bad('breach.canary', { count: byCanary })]),
    ...(late === 0 ? [] : [bad('breach.late', { count: late })]),
    ...(waiting === 0 ? [] : [warning('breach.waiting', { count: waiting })]),
  ];
  if (checks.length > 0) return checks;
  return [planted === 0 ? good('breach.unwatched') : good('breach.good', { count: planted })];
}

export async function lookAtBreaches(
  rooms: {
    readonly database: Queries;
    readonly breaches: Pick<BreachDesk, 'list'>;
    readonly canaries: Pick<Canaries, 'state'>;
  } | null,
): Promise<BreachSeen | null> {
  if (rooms === null) return null;
  const { planted, openCases } = await rooms.canaries.state();
  const cases = (await rooms.breaches.list(rooms.database, null)).filter(({ clock }) => !clock.isClosed);
  const count = (state: string): number => cases.filter(({ clock }) => clock.state === state).length;
  return { planted, byCanary: openCases.length, waiting: count('waits'), late: count('late') };
}
