import { randomBytes } from 'node:crypto';
import { keyBytes, type Keyring } from '#keys';
import type { Queries, Tx, Value } from '#kit/database';
import { Fault } from '#kit/fault';
import { firstIdAt } from '#kit/ids';
import { statements } from './store.ts';
import { subjectKey, type SubjectKey } from './subject-key.ts';

/** Whose data it is: a person, or a parcel whose scans belong to whoever gets it. */
export type Subject = { readonly kind: 'person' | 'parcel'; readonly id: string; readonly shopId: string };

export type KeyBook = {
  /** Makes a key for each; what is sealed with it dies with its row. */
  readonly makeKeys: (tx: Tx, subjects: readonly Subject[]) => Promise<ReadonlyMap<string, SubjectKey>>;
  /** The keys that still exist, by id. Whoever is missing was erased. */
  readonly keysOf: (
    queries: Queries,
    kind: Subject['kind'],
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, SubjectKey>>;
  /** A person's key, locked against erasure until the transaction ends; null for whoever was erased. */
  readonly lockPerson: (tx: Tx, personId: string) => Promise<SubjectKey | null>;
  /** Whether the oldest and the newest key of a person still open with this keyring; null while there is none. */
  readonly opens: (queries: Queries) => Promise<boolean | null>;
  /** Who had a key until then, by id: everybody whose data was there. @param holding.limit at most 1,000 */
  readonly holders: (
    queries: Queries,
    holding: Holding & { readonly after: string | null; readonly limit: number },
  ) => Promise<readonly { readonly personId: string; readonly shopId: string }[]>;
  /** How many they are, by shop. */
  readonly countHolders: (
    queries: Queries,
    holding: Holding,
  ) => Promise<readonly { readonly shopId: string; readonly persons: number }[]>;
  /** Makes everything unreadable that was sealed with these keys, for good and for every process. */
  readonly dropKeys: (tx: Tx, kind: Subject['kind'], ids: readonly string[]) => Promise<void>;
};

/** Of one shop, or of all of them. */
type Holding = {
  readonly shopId: string | null;
  readonly until: Temporal.Instant;
};

type Row = { readonly id: string; readonly shopId: string; readonly wrapped: Buffer };

/** Opened keys are kept in memory, this many at the most. */
const keptMax = 20_000;
const holdersMax = 1_000;

/**
 * The row decides: it is read every time, so that a key that was dropped anywhere opens nothing from then on. What is
 * kept in memory only saves unwrapping.
 */
export function createKeyBook(needs: { readonly keyring: Keyring }): KeyBook {
  const kept = new Map<string, SubjectKey>();
  const keep = (key: SubjectKey): void => {
    if (kept.size >= keptMax) for (const oldest of [...kept.keys()].slice(0, keptMax / 10)) kept.delete(oldest);
    kept.set(key.id, key);
  };
  const open = (kind: Subject['kind'], row: Row): SubjectKey => {
    const known = kept.get(row.id);
    if (known !== undefined) return known;
    const key = subjectKey(row.id, row.shopId, needs.keyring.unwrap(row.wrapped, `${kind}|${row.id}`), needs.keyring);
    keep(key);
    return key;
  };
  return {
    makeKeys: async (tx, subjects) => {
      const made = subjects.map((subject) => {
        const key = randomBytes(keyBytes);
        const wrapped = needs.keyring.wrap(key, `${subject.kind}|${subject.id}`);
        return { subject, wrapped, key: subjectKey(subject.id, subject.shopId, key, needs.keyring) };
      });
      for (const kind of ['person', 'parcel'] as const) {
        const ours = made.filter(({ subject }) => subject.kind === kind);
        if (ours.length === 0) continue;
        await tx.rows(kind === 'person' ? statements.addPersonKeys : statements.addParcelKeys, [
          ours.map(({ subject }) => subject.id),
          ours.map(({ subject }) => subject.shopId),
          ours.map(({ wrapped }) => wrapped),
        ]);
      }
      tx.afterCommit(() => made.forEach(({ key }) => keep(key)));
      return new Map(made.map(({ key }) => [key.id, key]));
    },
    keysOf: async (queries, kind, ids) => {
      const asked = [...new Set(ids)];
      if (asked.length === 0) return new Map();
      const rows = await queries.rows<Row>(kind === 'person' ? statements.personKeys : statements.parcelKeys, [asked]);
      const found = new Map(rows.map((row) => [row.id, open(kind, row)]));
      for (const id of asked) if (!found.has(id)) kept.delete(id);
      return found;
    },
    lockPerson: async (tx, personId) => {
      const row = await tx.one<Row>(statements.lockPerson, [personId]);
      return row === null ? null : open('person', row);
    },
    opens: async (queries) => {
      const rows = await queries.rows<Pick<Row, 'id' | 'wrapped'>>(statements.outerPersonKeys, []);
      return rows.length === 0 ? null : rows.every((row) => isOurs(needs.keyring, row));
    },
    holders: (queries, { after, limit, ...holding }) =>
      queries.rows(statements.holders, [...holdingOf(holding), after, Math.min(limit, holdersMax)]),
    countHolders: (queries, holding) => queries.rows(statements.countHolders, holdingOf(holding)),
    dropKeys: async (tx, kind, ids) => {
      await tx.rows(kind === 'person' ? statements.dropPersonKeys : statements.dropParcelKeys, [ids]);
      tx.afterCommit(() => ids.forEach((id) => kept.delete(id)));
    },
  };
}

function holdingOf({ shopId, until }: Holding): readonly Value[] {
  // Ids of persons ascend with time.
  const first = firstIdAt(until.add({ milliseconds: 1 }));
  return [shopId, first];
}

function isOurs(keyring: Keyring, { id, wrapped }: Pick<Row, 'id' | 'wrapped'>): boolean {
  try {
    keyring.unwrap(wrapped, `person|${id}`);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
