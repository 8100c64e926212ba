import { isDatabaseAway } from '#kit/database';
import { createLoop } from './loop.ts';
import { failAt, reasonOf, retryParked, withoutParked, type Parking } from './parking.ts';
import { laneCount, type Handle, type StoredFact } from './shapes.ts';
import { endsOf, factsPerLaneMax, moveCursors, readFacts, statements, type Claimed } from './store.ts';

export type Follower = {
  readonly name: string;
  readonly handle: Handle;
  readonly wake: () => void;
  /** Reads what is there; true when anything was read. */
  readonly readOnce: () => Promise<boolean>;
  /** Hands the parked facts of a key over again. Answers how many were handled. */
  readonly retry: (key: string) => Promise<number>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const lanesAtOnceMax = 16;
const beatMs = 1_000;
/** A turn costs seven statements, however much it reads; a thousand commits a second are not worth a thousand turns. */
const paceMs = 20;

type Reader = Parking & {
  /** The lane whose turn comes first, so that none starves. */
  firstLane: number;
  isStopping: boolean;
};

export function createFollower(needs: Parking): Follower {
  const reader: Reader = { ...needs, firstLane: 0, isStopping: false };
  const loop = createLoop({
    beatMs,
    paceMs,
    turn: () => readOnce(reader),
    failed: (error) => needs.log(`${needs.name} cannot read facts: ${reasonOf(error)}`),
  });
  let opened: Promise<unknown> | null = null;
  const open = (): Promise<unknown> => {
    opened ??= needs.database.rows(statements.openCursors, [needs.name]).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    name: needs.name,
    handle: needs.handle,
    wake: loop.wake,
    readOnce: async () => {
      await open();
      return await readOnce(reader);
    },
    retry: (key) => retryParked(needs, key),
    start: async () => {
      await open();
      reader.isStopping = false;
      loop.start();
    },
    stop: async () => {
      reader.isStopping = true;
      await loop.stop();
    },
  };
}

/** Many lanes in one transaction while all goes well; lane by lane, fact by fact, once a handler has thrown. */
async function readOnce(reader: Reader): Promise<boolean> {
  const looked = await reader.database.one<{ fresh: boolean; due: readonly number[] }>(statements.look, [
    reader.name,
    reader.clock.now(),
  ]);
  let moved = looked?.fresh === true && (await readFresh(reader));
  for (const lane of looked?.due ?? []) {
    if (!reader.isStopping && (await readOneOf(reader, lane))) moved = true;
  }
  return moved;
}

async function readFresh(reader: Reader): Promise<boolean> {
  try {
    return await readTogether(reader);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return await readCarefully(reader);
  }
}

async function readTogether(reader: Reader): Promise<boolean> {
  return await reader.database.tx(async (tx) => {
    const lanes = await tx.rows<Claimed>(statements.claimLanes, [reader.name, lanesAtOnceMax, reader.firstLane]);
    const last = lanes.at(-1);
    if (last === undefined) return false;
    const facts = await readFacts(tx, lanes);
    const free = await withoutParked(reader, tx, facts);
    if (free.length > 0) await reader.handle(tx, free);
    await moveCursors(tx, reader.name, endsOf(lanes, facts));
    tx.afterCommit(() => {
      reader.firstLane = (last.lane + 1) % laneCount;
    });
    return true;
  });
}

/** After a failure: each lane by itself, so that one bad fact does not hold up the others. */
async function readCarefully(reader: Reader): Promise<boolean> {
  const lanes = await reader.database.rows<{ lane: number }>(statements.behind, [
    reader.name,
    lanesAtOnceMax,
    reader.firstLane,
  ]);
  let read = false;
  for (const { lane } of lanes) {
    for (let done = 0; done < factsPerLaneMax && !reader.isStopping && (await readOneOf(reader, lane)); done += 1) {
      read = true;
    }
  }
  return read;
}

/** True when the lane has moved: its next fact of the follower's kinds was handled or parked. */
async function readOneOf(reader: Reader, lane: number): Promise<boolean> {
  const at: { fact: StoredFact | null } = { fact: null };
  try {
    return await reader.database.tx(async (tx) => {
      at.fact = null;
      const claimed = await tx.one<Claimed>(statements.claimLane, [reader.name, lane]);
      if (claimed === null) return false;
      const facts = await readFacts(tx, [claimed]);
      const next = facts.find((fact) => reader.kinds.includes(fact.kind)) ?? null;
      at.fact = next;
      const free = next === null ? [] : await withoutParked(reader, tx, [next]);
      if (free.length > 0) await reader.handle(tx, free);
      await moveCursors(tx, reader.name, next === null ? endsOf([claimed], facts) : [next]);
      await tx.rows(statements.unstick, [reader.name, lane]);
      return true;
    });
  } catch (error) {
    if (isDatabaseAway(error) || at.fact === null) throw error;
    return await failAt(reader, at.fact, error);
  }
}
