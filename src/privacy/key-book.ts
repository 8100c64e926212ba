import { randomBytes } from 'node:crypto';
import { keyBytes, type Keyring } from '#keys';
import type { Queries, Tx } from '#kit/database';
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
};

/** Opened keys are kept for a short while in memory, this many at the most. */
const keptMax = 20_000;

export function createKeyBook(needs: { readonly keyring: Keyring }): KeyBook {
  const kept = new Map<string, SubjectKey>();
  const keep = (key: SubjectKey): SubjectKey => {
    if (kept.size >= keptMax) for (const oldest of [...kept.keys()].slice(0, keptMax / 10)) kept.delete(oldest);
    kept.set(key.id, key);
    return key;
  };
  return {
    makeKeys: async (tx, subjects) => {
      const made = subjects.map((subject) => {
        const key = randomBytes(keyBytes);
        const wrapped = needs.keyring.wrap(key, `${subject.kind}|${subject.id}`);
        return { subject, wrapped, key: subjectKey(subject.id, subject.shopId, key) };
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
      const found = new Map<string, SubjectKey>();
      const missing: string[] = [];
      for (const id of new Set(ids)) {
        const key = kept.get(id);
        if (key === undefined) missing.push(id);
        else found.set(id, key);
      }
      if (missing.length === 0) return found;
      const rows = await queries.rows<{ id: string; shopId: string; wrapped: Buffer }>(
        kind === 'person' ? statements.personKeys : statements.parcelKeys,
        [missing],
      );
      for (const row of rows) {
        const key = needs.keyring.unwrap(row.wrapped, `${kind}|${row.id}`);
        found.set(row.id, keep(subjectKey(row.id, row.shopId, key)));
      }
      return found;
    },
  };
}
