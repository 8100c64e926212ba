import { performance } from 'node:perf_hooks';
import { addressKey } from './client.ts';
import { comeBackIn } from './problem.ts';

/** So many per minute in the long run, `burst` of them at once. */
type Rate = { readonly perMinute: number; readonly burst: number };

export type RateLimit<Class extends string> = {
  /** Takes one from the key's allowance, or says how long until the next is there. */
  readonly take: (
    of: Class,
    key: string,
  ) => { readonly no: 'limit'; readonly retryAfterSeconds: number } | { readonly yes: true };
  /** The same by a client's address, cut to /32 or /64. @throws Fault('limit') with Retry-After */
  readonly guard: (of: Class, address: string) => void;
};

const keysMax = 100_000;

/**
 * The generic cell rate algorithm, in the memory of this process: per key one number, the time at which its allowance
 * would be whole again. The keys used last are kept; a key that is forgotten has its whole burst again.
 * @param needs `nowMs` is a clock that only goes forward, not product time
 */
export function createRateLimit<Class extends string>(needs: {
  readonly rates: Readonly<Record<Class, Rate>>;
  readonly nowMs?: () => number;
  readonly keysMax?: number;
}): RateLimit<Class> {
  const nowMs = needs.nowMs ?? (() => performance.now());
  const limit = needs.keysMax ?? keysMax;
  const wholeAt = new Map<string, number>();

  const take: RateLimit<Class>['take'] = (of, key) => {
    const { perMinute, burst } = needs.rates[of];
    const stepMs = 60_000 / perMinute;
    const now = nowMs();
    const id = `${of} ${key}`;
    const at = Math.max(now, wholeAt.get(id) ?? now);
    const waitMs = at - now - stepMs * (burst - 1);
    if (waitMs > 0) return { no: 'limit', retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
    wholeAt.delete(id);
    wholeAt.set(id, at + stepMs);
    if (wholeAt.size > limit) forgetOldest(wholeAt);
    return { yes: true };
  };

  return {
    take,
    guard: (of, address) => {
      const taken = take(of, addressKey(address));
      if ('no' in taken) throw comeBackIn(taken.retryAfterSeconds);
    },
  };
}

/** A Map keeps the order of insertion, and every use inserts anew: the first key is the one unused for longest. */
function forgetOldest(keys: Map<string, number>): void {
  for (const key of keys.keys()) {
    keys.delete(key);
    return;
  }
}
