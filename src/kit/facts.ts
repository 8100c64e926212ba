import type { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { createFollower, type Follower } from './facts/follow.ts';
import { dropPassedMonths } from './facts/retention.ts';
import { laneCount, laneOf, type Fact, type Handle, type ParkedFact, type StoredFact } from './facts/shapes.ts';
import { appended, factPartitions, parkedFacts } from './facts/store.ts';
import { createTail } from './facts/tail.ts';

export { createLoop } from './facts/loop.ts';
export { factPartitions, laneCount, laneOf };
export type { Fact, Follower, ParkedFact, StoredFact };

/** A fact's shape, declared by the folder that appends it. */
export type FactKind<Body> = {
  readonly kind: string;
  readonly make: (key: string, body: Body) => Fact;
  /** @throws when the stored body is not of this shape: a bug, never an input */
  readonly read: (fact: Fact) => Body;
};

export function factKind<Body>(kind: string, shape: z.ZodType<Body>): FactKind<Body> {
  return { kind, make: (key, body) => ({ kind, key, body }), read: (fact) => shape.parse(fact.body) };
}

export type Facts = {
  /**
   * Appends in the writer's transaction. All facts of one transaction are written together, last, in lane order: that
   * keeps the locks short and makes the order of a lane the order of its commits.
   */
  readonly append: (tx: Tx, ...facts: readonly Fact[]) => void;
  /**
   * Hands every fact of these kinds to `handle` exactly once in effect: the cursor moves in the handler's transaction.
   * A follower that is new starts at the beginning of what is kept. Facts of one key come in order. A handler that fails
   * five times parks that key's facts until `retry`, and other keys go on; a database that is away counts as no failure.
   */
  readonly follow: (name: string, kinds: readonly string[], handle: Handle) => Follower;
  /** Hears facts that this process commits, at once: whoever wrote them is answered after it. */
  readonly hearOwn: (kinds: readonly string[], hear: (facts: readonly Fact[]) => void) => void;
  /** Hears everybody's facts from now on, in this process, a moment after their commit and without memory. */
  readonly tail: (kinds: readonly string[], hear: (facts: readonly StoredFact[]) => void) => () => void;
  /** Reads what followers have left until nothing is left; for an injected clock. */
  readonly settle: () => Promise<void>;
  readonly parked: () => Promise<readonly ParkedFact[]>;
  /** Hands parked facts of one key to their follower again, in order, until one fails. Answers how many were handled. */
  readonly retry: (follower: string, key: string) => Promise<number>;
  /** Drops the months that ended 90 days ago and that everybody who follows here has read. Answers how many. */
  readonly dropPassed: () => Promise<number>;
  /** @param who `listeners`: only those who hear new facts are told here; followers read in another process */
  readonly start: (who?: 'everybody' | 'listeners') => Promise<void>;
  readonly stop: () => Promise<void>;
};

const channel = 'glasspost_facts';

export function createFacts(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): Facts {
  const { database, clock } = needs;
  const followers: Follower[] = [];
  const tail = createTail({ database, log: needs.log });
  const own = createOwnListeners();
  const wakeLocal = (): void => {
    for (const follower of followers) follower.wake();
    tail.wake();
  };
  const announce = createAnnouncer(database);
  let isFollowing = true;
  let unlisten: (() => Promise<void>) | null = null;
  const stop = async (): Promise<void> => {
    const endListening = unlisten;
    unlisten = null;
    await Promise.all([endListening?.(), tail.stop(), ...followers.map((follower) => follower.stop())]);
  };

  return {
    append: createAppender(clock, (facts) => {
      wakeLocal();
      announce();
      own.tell(facts);
    }),
    follow: (name, kinds, handle) => {
      const follower = createFollower({ database, clock, log: needs.log, name, kinds, handle });
      followers.push(follower);
      return follower;
    },
    hearOwn: own.hear,
    tail: tail.hear,
    settle: () => settle(followers),
    parked: () => parkedFacts(database),
    retry: async (name, key) => {
      const follower = followers.find((one) => one.name === name);
      return follower === undefined ? 0 : await follower.retry(key);
    },
    dropPassed: () => dropPassedMonths({ database, clock, followers: followers.map((follower) => follower.name) }),
    start: async (who = 'everybody') => {
      isFollowing = who === 'everybody';
      try {
        unlisten = await database.listen(channel, wakeLocal);
        if (isFollowing) for (const follower of followers) await follower.start();
        await tail.start();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
}

async function settle(followers: readonly Follower[]): Promise<void> {
  for (let moved = true; moved;) {
    moved = false;
    for (const follower of followers) if (await follower.readOnce()) moved = true;
  }
}

function createOwnListeners(): {
  readonly hear: Facts['hearOwn'];
  readonly tell: (facts: readonly Fact[]) => void;
} {
  const tellers: ((facts: readonly Fact[]) => void)[] = [];
  return {
    hear: (kinds, hear) => {
      tellers.push((facts) => hear(facts.filter(({ kind }) => kinds.includes(kind))));
    },
    tell: (facts) => {
      for (const teller of tellers) teller(facts);
    },
  };
}

/** Collects what a transaction appends and writes it when everything else of it has been written. */
function createAppender(clock: Clock, committed: (facts: readonly Fact[]) => void): Facts['append'] {
  const collected = new WeakMap<Tx, Fact[]>();
  return (tx, ...facts) => {
    const list = collected.get(tx);
    if (list === undefined) collected.set(tx, [...facts]);
    else list.push(...facts);
    tx.withCommit('facts', () => {
      const all = collected.get(tx) ?? [];
      collected.delete(tx);
      tx.afterCommit(() => committed(all));
      return appended(all, clock.now());
    });
  };
}

/**
 * Tells other processes that there are new facts, outside the writers' transactions and at most once at a time: a NOTIFY
 * in every transaction would cost more than half of the commit rate. A lost one is made up for by the followers' own beat.
 */
function createAnnouncer(database: Database): () => void {
  let running = false;
  let again = false;
  const announce = (): void => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    database
      .rows(`select pg_notify($1, '')`, [channel])
      .catch(() => {})
      .finally(() => {
        running = false;
        if (!again) return;
        again = false;
        announce();
      });
  };
  return announce;
}
