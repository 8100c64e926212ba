import { performance } from 'node:perf_hooks';
import type { Clock } from '#kit/clock';

/** What was read for a key, the minute that is told of it, and what was made of both so far. */
export type Recent<Read, Made> = {
  readonly read: Read;
  readonly minute: Temporal.Instant;
  readonly made: Map<string, Made>;
};

type RecentNeeds<Read> = {
  readonly clock: Clock;
  /** A clock that only goes forward, not product time. */
  readonly nowMs?: () => number;
  /** `told` is the same only for what gives the same cards. Null where there is nothing under the key. */
  readonly read: (key: string) => Promise<(Read & { readonly told: string }) | null>;
};

/** How long a change may go unseen, as for other pages (docs/decisions/0014). */
const unseenMsMax = 1_000;
const keysMax = 1_000;

/**
 * Reads once for everybody who asks within a second. What was made is kept for as long as the same is read, but not beyond
 * its minute: words such as "open now" move on with it.
 */
export function createRecent<Read, Made>(
  needs: RecentNeeds<Read>,
): (key: string) => Promise<Recent<Read, Made> | null> {
  type Kept = Recent<Read, Made> & { readonly told: string; readonly seenAtMs: number };
  const nowMs = needs.nowMs ?? (() => performance.now());
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<Kept | null>>();

  const renew = async (key: string, minute: Temporal.Instant, before: Kept | undefined): Promise<Kept | null> => {
    const seenAtMs = nowMs();
    const read = await needs.read(key);
    kept.delete(key);
    if (read === null) return null;
    const { told } = read;
    const made = before?.told === told ? before.made : new Map<string, Made>();
    const recent = { read, minute, made, told, seenAtMs };
    kept.set(key, recent);
    const [oldest] = kept.keys();
    if (kept.size > keysMax && oldest !== undefined) kept.delete(oldest);
    return recent;
  };

  return (key) => {
    const minute = needs.clock.now().round({ smallestUnit: 'minute', roundingMode: 'floor' });
    const last = kept.get(key);
    const before = last?.minute.equals(minute) === true ? last : undefined;
    if (before !== undefined && nowMs() - before.seenAtMs < unseenMsMax) return Promise.resolve(before);
    const other = running.get(key);
    if (other !== undefined) return other;
    const renewed = renew(key, minute, before).finally(() => running.delete(key));
    running.set(key, renewed);
    return renewed;
  };
}
