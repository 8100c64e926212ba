import { hash } from 'node:crypto';
import type { Tx } from '#kit/database';

/** Facts of one key stand in one lane, in the order in which they were committed. */
export const laneCount = 64;

export function laneOf(key: string): number {
  // Its first byte. In one call, because it is asked for with every scan.
  return Number.parseInt(hash('sha256', key).slice(0, 2), 16) % laneCount;
}

/** One thing that happened. `key` is the parcel or the person it happened to; `body` holds ids and codes only. */
export type Fact = {
  readonly kind: string;
  readonly key: string;
  readonly body: unknown;
};

/** A fact as read: (lane, seq) is its place in the order of commits. */
export type StoredFact = Fact & {
  readonly lane: number;
  readonly seq: number;
  readonly appendedAt: Temporal.Instant;
};

/** A fact that a follower could not handle, or that came behind one of the same key. */
export type ParkedFact = {
  readonly follower: string;
  readonly key: string;
  readonly lane: number;
  readonly seq: number;
  readonly appendedAt: Temporal.Instant;
  /** What kind of error it was and where; never its own words, which may quote personal data. */
  readonly reason: string;
  /** Null when the fact itself has been dropped since. */
  readonly kind: string | null;
};

export type Handle = (tx: Tx, facts: readonly StoredFact[]) => Promise<void>;
