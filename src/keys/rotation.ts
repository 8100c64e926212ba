import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Keyring } from './keyring.ts';
import type { ProviderHealth, ProviderKind } from './providers/provider.ts';
import { withNewKey, withoutKeys, wrappedBy } from './ring.ts';
import { lastBackups, statements, type BackupMade, type ProcessRow, type Rotation } from './store.ts';

/**
 * Keys in a table, each wrapped by the keyring. The statements stand in the store of the room that owns the table:
 * `count` gives `id` (of the wrapping key) and `rows`; `stale` takes an id (uuid), the wrapping key that is to be (4 bytes)
 * and a limit, and gives `id` and `wrapped` of rows behind it that have another; `rewrap` takes ids, what lay there and what
 * is to lie there, and gives a row for each that still lay there so; `awaitWriters` locks the table in share mode.
 */
export type WrappedKeys = {
  readonly table: string;
  readonly count: string;
  readonly stale: string;
  readonly rewrap: string;
  readonly awaitWriters: string;
  readonly boundOf: (id: string) => string;
};

export type WrappingKeyLine = { readonly id: string; readonly wraps: boolean; readonly rows: number };

export type KeysStatus = {
  readonly keyringId: string;
  readonly provider: ProviderKind;
  /** Null where nothing but the folder keeps it. */
  readonly health: ProviderHealth | null;
  /** The one that wraps comes first. */
  readonly wrapping: readonly WrappingKeyLine[];
  /** Rows whose wrapping key is not in this keyring: nobody can open them. */
  readonly lost: number;
  readonly rotation: Rotation | null;
  readonly processes: readonly ProcessRow[];
  readonly backups: readonly BackupMade[];
};

export type Progress = (done: number) => void;

/** The wrapping keys of an installation, and how they are turned while it serves. */
export type KeyRoom = {
  /** Counts what each wrapping key lies around: reads every key's row. */
  readonly status: (queries: Queries) => Promise<KeysStatus>;
  /**
   * A new wrapping key: made, known to every process, used by all of them, and put around everything, in that order. What
   * a kill interrupts is gone on with by a job, or by calling it again.
   * @throws Fault('conflict') when a process does not get to know the key; nothing is wrapped with it then
   */
  readonly rotate: (actor: string, progress?: Progress) => Promise<Rotation>;
  /** Drops the wrapping keys that lie around nothing. @throws Fault('conflict') while one of them is used */
  readonly retire: (actor: string) => Promise<readonly string[]>;
  /** Has another provider keep the keyring closed; `file` opens it. */
  readonly moveTo: (kind: ProviderKind, actor: string) => Promise<void>;
  /** This process tells what it knows, and hears of changes. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type KeyRoomNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly jobs: Jobs;
  readonly wrapped: readonly WrappedKeys[];
  readonly audit: (
    queries: Queries,
    entry: { actor: string; verb: string; subject: string; shopId: null },
  ) => Promise<void>;
  readonly log: (line: string) => void;
  /** How long a process has to get to know a new key. */
  readonly knowMsMax?: number;
};

const batchRows = 500;
const presenceMs = 30_000;
/** A process that was not heard of for so long is gone. */
const silentMinutes = 5;
const knowMsMax = 60_000;
const lookMs = 200;
const channel = 'glasspost_keys';
const rewrapTask = 'keys.rewrap';
/** Whoever began it goes on with it himself; the job is there for when he was killed. */
const rewrapAfterMinutes = 2;
const firstId = '00000000-0000-0000-0000-000000000000';

export function createKeyRoom(needs: KeyRoomNeeds): KeyRoom {
  const { database, keyring, jobs } = needs;
  const presence = createPresence(needs);
  const changed = async (): Promise<void> => {
    await presence.tell();
    await database.rows(statements.notify, [keyring.id]);
  };
  /** From wherever it had come to: known, then used, then around everything. */
  const goOn = async (toId: string, progress: Progress): Promise<void> => {
    await changed();
    await allKnow(needs, toId);
    await locked(needs, () => {
      if (keyring.kept.wrappingIds()[0] !== toId) keyring.kept.change((ring) => wrappedBy(ring, toId));
    });
    await changed();
    await rewrapAll(needs, progress);
  };
  jobs.on(rewrapTask, async () => {
    await keyring.kept.reload();
    const begun = await openRotation(needs, database);
    if (begun === null) await rewrapAll(needs, () => {});
    else await goOn(begun.toId, () => {});
  });
  return {
    status: (queries) => statusOf(needs, queries),
    rotate: async (actor, progress = () => {}) => {
      await presence.tell();
      const { rotationId, toId } = await locked(needs, (tx) => announce(needs, tx, actor));
      await goOn(toId, progress);
      const rotation = await database.one<Rotation>(statements.rotation, [rotationId]);
      if (rotation === null) throw new Error('a rotation that was written is not there');
      return rotation;
    },
    retire: async (actor) => {
      const ids = await locked(needs, async (tx) => {
        const dropped = await retire(needs);
        await needs.audit(tx, { shopId: null, actor, verb: 'keys.retire', subject: dropped.join(' ') });
        return dropped;
      });
      await changed();
      return ids;
    },
    moveTo: async (kind, actor) => {
      await locked(needs, async (tx) => {
        await keyring.kept.moveTo(kind);
        await needs.audit(tx, { shopId: null, actor, verb: 'keys.move', subject: kind });
      });
      await changed();
    },
    start: presence.start,
    stop: presence.stop,
  };
}

/** Two that change the keyring in the same moment would lose what one of them wrote. */
async function locked<T>({ database, keyring }: KeyRoomNeeds, work: (tx: Tx) => T | Promise<T>): Promise<T> {
  return await database.tx(async (tx) => {
    await tx.rows(statements.lockRing, []);
    await keyring.kept.reload();
    return await work(tx);
  });
}

/** Begun and not ended, to a key that is still there. */
async function openRotation({ keyring }: KeyRoomNeeds, queries: Queries): Promise<Rotation | null> {
  const last = await queries.one<Rotation>(statements.lastRotation, []);
  return last !== null && last.endedAt === null && keyring.kept.wrappingIds().includes(last.toId) ? last : null;
}

/** What was begun and not ended is gone on with: nobody needs two new keys at once. */
async function announce(needs: KeyRoomNeeds, tx: Tx, actor: string): Promise<Pick<Rotation, 'rotationId' | 'toId'>> {
  const { clock, jobs } = needs;
  const { kept } = needs.keyring;
  const begun = await openRotation(needs, tx);
  if (begun !== null) return begun;
  const made: { toId: string | null } = { toId: null };
  kept.change((ring) => {
    const next = withNewKey(ring);
    if (next === null) {
      throw new Fault('conflict', 'The keyring is full: `keys retire` drops the keys that are not used any more.');
    }
    made.toId = next.id;
    return next.ring;
  });
  const { toId } = made;
  if (toId === null) throw new Error('a wrapping key was made and has no name');
  const rotationId = newId(clock);
  await tx.rows(statements.beginRotation, [rotationId, clock.now(), actor, toId]);
  await needs.audit(tx, { shopId: null, actor, verb: 'keys.rotate', subject: toId });
  const dueAt = clock.now().add({ minutes: rewrapAfterMinutes });
  await jobs.add(tx, { task: rewrapTask, payload: {}, key: rewrapTask, dueAt });
  return { rotationId, toId };
}

async function allKnow(needs: KeyRoomNeeds, id: string): Promise<void> {
  const until = performance.now() + (needs.knowMsMax ?? knowMsMax);
  for (;;) {
    const ignorant = (await present(needs)).filter(({ knows }) => !knows.includes(id));
    if (ignorant.length === 0) return;
    if (performance.now() > until) {
      const how = 'Give every machine the new keyring.json, or stop what runs with the old one, and rotate again.';
      throw new Fault('conflict', `${ignorant.length} of the processes that run do not know the new key. ${how}`);
    }
    await sleep(lookMs);
  }
}

async function present({ database, clock }: KeyRoomNeeds): Promise<readonly ProcessRow[]> {
  return await database.rows<ProcessRow>(statements.processes, [clock.now().subtract({ minutes: silentMinutes })]);
}

async function retire(needs: KeyRoomNeeds): Promise<readonly string[]> {
  const { kept } = needs.keyring;
  const [current = '', ...others] = kept.wrappingIds();
  if (others.length === 0) throw new Fault('conflict', 'There is only the key that wraps; nothing can be dropped.');
  const late = (await present(needs)).filter(({ wraps }) => wraps !== current);
  if (late.length > 0) {
    throw new Fault('conflict', `${late.length} of the processes that run still wrap with an older key.`);
  }
  await writersEnded(needs);
  const counted = await countRows(needs, needs.database);
  const used = others.filter((id) => counted.has(id));
  const rows = used.reduce((sum, id) => sum + (counted.get(id) ?? 0), 0);
  if (used.length > 0) {
    throw new Fault(
      'conflict',
      `${rows} keys are still wrapped with ${used.join(', ')}: \`keys rotate\` turns them first.`,
    );
  }
  kept.change((ring) => withoutKeys(ring, others));
  return others;
}

/** Rows that were wrapped before everybody knew better may not be committed yet, and are not counted before they are. */
async function writersEnded({ database, wrapped }: KeyRoomNeeds): Promise<void> {
  for (const { awaitWriters } of wrapped) await database.tx((tx) => tx.rows(awaitWriters, []));
}

async function countRows({ wrapped }: KeyRoomNeeds, queries: Queries): Promise<Map<string, number>> {
  const counted = new Map<string, number>();
  for (const { count } of wrapped) {
    for (const { id, rows } of await queries.rows<{ id: string; rows: number }>(count, [])) {
      counted.set(id, (counted.get(id) ?? 0) + rows);
    }
  }
  return counted;
}

async function statusOf(needs: KeyRoomNeeds, queries: Queries): Promise<KeysStatus> {
  const { keyring } = needs;
  const ids = keyring.kept.wrappingIds();
  const counted = await countRows(needs, queries);
  const lost = [...counted].filter(([id]) => !ids.includes(id)).reduce((sum, [, rows]) => sum + rows, 0);
  return {
    keyringId: keyring.id,
    provider: keyring.kept.provider(),
    health: await keyring.kept.health(),
    wrapping: ids.map((id, place) => ({ id, wraps: place === 0, rows: counted.get(id) ?? 0 })),
    lost,
    rotation: await queries.one<Rotation>(statements.lastRotation, []),
    processes: await present(needs),
    backups: await lastBackups(queries),
  };
}

/** Everything that another key lies around, table by table, in small transactions: what was done stays done. */
async function rewrapAll(needs: KeyRoomNeeds, progress: Progress): Promise<void> {
  const { database, clock, keyring } = needs;
  const rotation = await database.one<Rotation>(statements.lastRotation, []);
  let done = 0;
  // What others wrapped with the old key while they did not know better comes in the next round.
  for (let found = 1; found > 0;) {
    found = 0;
    for (const keys of needs.wrapped) {
      for (let after: string | null = firstId; after !== null;) {
        const batch: Batch = await rewrapBatch(needs, keys, after);
        after = batch.last;
        found += batch.rewrapped;
        if (rotation !== null) await database.rows(statements.addRewrapped, [rotation.rotationId, batch.rewrapped]);
        progress((done += batch.rewrapped));
      }
    }
  }
  if (rotation !== null && rotation.toId === keyring.kept.wrappingIds()[0]) {
    await database.rows(statements.endRotation, [rotation.rotationId, clock.now()]);
  }
}

type Batch = { readonly last: string | null; readonly rewrapped: number };

async function rewrapBatch(needs: KeyRoomNeeds, keys: WrappedKeys, after: string): Promise<Batch> {
  const { database, keyring } = needs;
  return await database.tx(async (tx) => {
    // The next rotation may have begun meanwhile: what another key wraps is never found to be stale for ever.
    const [current = ''] = keyring.kept.wrappingIds();
    const values = [after, Buffer.from(current, 'hex'), batchRows];
    const rows = await tx.rows<{ id: string; wrapped: Buffer }>(keys.stale, values);
    if (rows.length === 0) return { last: null, rewrapped: 0 };
    const turned = rows.flatMap(({ id, wrapped }) => {
      const bound = keys.boundOf(id);
      const opened = unwrapped(needs, wrapped, bound);
      return opened === null ? [] : [{ id, before: wrapped, after: keyring.wrap(opened, bound) }];
    });
    const changed = await tx.rows(keys.rewrap, [
      turned.map(({ id }) => id),
      turned.map(({ before }) => before),
      turned.map((one) => one.after),
    ]);
    return { last: rows.at(-1)?.id ?? null, rewrapped: changed.length };
  });
}

/** One that does not open stays as it is: it is counted as lost, and keeps its key from being dropped. */
function unwrapped({ keyring }: KeyRoomNeeds, wrapped: Buffer, bound: string): Buffer | null {
  try {
    return keyring.unwrap(wrapped, bound);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

type Presence = Pick<KeyRoom, 'start' | 'stop'> & { readonly tell: () => Promise<void> };

function createPresence(needs: KeyRoomNeeds): Presence {
  const { database, clock, keyring, log } = needs;
  const processId = newId(clock);
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | null = null;
  let isTold = false;
  const tell = async (): Promise<void> => {
    const [wraps = '', ...others] = keyring.kept.wrappingIds();
    await database.rows(statements.present, [processId, wraps, [wraps, ...others], clock.now()]);
    isTold = true;
  };
  const hear = (): void => {
    keyring.kept
      .reload()
      .then(tell)
      .catch(() => log('keys: the keyring was changed and cannot be read again; going on with what is known'));
  };
  return {
    tell,
    start: async () => {
      await tell();
      await database.rows(statements.dropSilent, [clock.now().subtract({ minutes: silentMinutes })]);
      unlisten = await database.listen(channel, hear);
      timer = setInterval(() => {
        tell().catch(() => log('keys: cannot tell which keys are known'));
      }, presenceMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await unlisten?.();
      unlisten = null;
      if (isTold) await database.rows(statements.gone, [processId]).catch(() => {});
      isTold = false;
    },
  };
}
