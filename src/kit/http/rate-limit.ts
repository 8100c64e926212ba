import { performance } from 'node:perf_hooks';
import { Fault } from '#kit/fault';
import { addressBlocks } from './client.ts';
import { limitReached } from './problem.ts';
import { createCells } from './rate-limit/cells.ts';
import { createKnown } from './rate-limit/known.ts';
import {
  networkFactor,
  type CallClass,
  type MissClass,
  type Rate,
  type Rates,
  type RequestClass,
} from './rate-limit/rates.ts';

export type { RequestClass };

type Secret = {
  /** The client's address, behind any trusted proxy. */
  readonly address: string;
  /** The secret itself: one that was good before is looked up however many others were not. Null when it is none to know again. */
  readonly proof: string | null;
  /** What it would open, where that is said apart from the secret: misses of one do not count for another. */
  readonly about?: string;
};

/**
 * How often what may be asked: the table in `rate-limit/rates.ts`, counted in the memory of this process. Of n processes
 * behind one balancer each gives a share of 1/n.
 */
export type RateLimit = {
  /** Counts a request by its address and by the network around it. @throws Fault('limit') that says when to come back */
  readonly admit: (of: RequestClass, address: string) => void;
  /** Counts a call of a proven caller. @returns the headers that say what is left @throws as `admit`, with these headers */
  readonly spend: (of: CallClass, caller: string) => Readonly<Record<string, string>>;
  /**
   * Looks a secret up. A miss (null, or Fault('unauthorized')) is counted; after too many of them nothing is looked up any
   * more for this address, but for secrets that were good before.
   * @throws Fault('limit')
   */
  readonly lookUp: <T>(of: MissClass, secret: Secret, find: () => Promise<T>) => Promise<T>;
};

type RateLimitNeeds = {
  readonly rates: Rates;
  /** A clock that only goes forward, not product time. */
  readonly nowMs?: () => number;
  /** Among how many web processes clients are spread. */
  readonly processes: number;
};

export function createRateLimit(needs: RateLimitNeeds): RateLimit {
  const table = needs.rates;
  const cells = createCells(needs.nowMs ?? (() => performance.now()));
  const known = createKnown();
  const shared = (rate: Rate, factor: number): Rate => shareOf(rate, factor / needs.processes);
  const countersOf = (of: string, rate: Rate, address: string, about = '') =>
    addressBlocks(address).map((block, wide) => ({
      place: cells.placeOf(`${of}|${block}|${about}`),
      rate: shared(rate, wide === 0 ? 1 : networkFactor),
    }));
  type Counters = ReturnType<typeof countersOf>;
  const check = (counters: Counters): void => {
    const waitMs = Math.max(...counters.map(({ place, rate }) => cells.waitMs(place, rate)));
    if (waitMs > 0) throw limitReached(secondsOf(waitMs));
  };
  const count = (counters: Counters): void => {
    for (const { place, rate } of counters) cells.count(place, rate);
  };

  return {
    admit: (of, address) => {
      const counters = countersOf(of, table.requests[of], address);
      check(counters);
      count(counters);
    },
    spend: (of, caller) => {
      const rate = shared(table.calls[of], 1);
      const place = cells.placeOf(`${of}|${caller}`);
      const waitMs = cells.waitMs(place, rate);
      if (waitMs === 0) cells.count(place, rate);
      const headers = allowance(of, rate, cells.left(place, rate));
      if (waitMs > 0) throw limitReached(secondsOf(waitMs), headers);
      return headers;
    },
    lookUp: async (of, { address, proof, about }, find) => {
      const counters = (): Counters => countersOf(of, table.misses[of], address, about);
      const id = proof === null ? null : known.idOf(`${of}|${proof}`);
      if (id === null || !known.has(id)) check(counters());
      const miss = (): void => {
        if (id !== null) known.drop(id);
        count(counters());
      };
      const found = await find().catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'unauthorized') miss();
        throw error;
      });
      if (found === null) miss();
      else if (id !== null) known.keep(id);
      return found;
    },
  };
}

function shareOf({ perMinute, burst }: Rate, factor: number): Rate {
  return { perMinute: perMinute * factor, burst: Math.max(1, Math.round(burst * factor)) };
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

/** The fields of the IETF's draft "RateLimit header fields for HTTP": so many, whole again in so many seconds; left, until. */
function allowance(of: CallClass, { perMinute, burst }: Rate, left: number): Readonly<Record<string, string>> {
  const secondsFor = (calls: number): number => Math.ceil((calls * 60) / perMinute);
  return {
    'ratelimit-policy': `"${of}";q=${burst};w=${secondsFor(burst)}`,
    ratelimit: `"${of}";r=${left};t=${secondsFor(burst - left)}`,
  };
}
