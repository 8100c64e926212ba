import type { Queries, Tx } from '#kit/database';
import type { Sealed, SubjectKey } from '#privacy';
import { readNumber, type Case, type CaseEntry, type CaseState, type Forwarded } from './case.ts';
import type { CasesNeeds } from './needs.ts';
import { statements } from './store.ts';

type Row = Omit<Case, 'state' | 'email' | 'name' | 'orderSaid' | 'callBack'> & {
  readonly email: Buffer | null;
  readonly name: Buffer | null;
  readonly orderSaid: Buffer | null;
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
  readonly phone: Buffer | null;
  readonly isCalled: boolean;
};

type EntryRow = Omit<CaseEntry, 'words' | 'forwarded'> & { readonly words: Buffer | null };
type ReadNeeds = Pick<CasesNeeds, 'privacy'>;

/** Places of what lies sealed in this room. */
export const casePlaces = {
  email: 'service.customer_case.email',
  name: 'service.customer_case.name',
  orderSaid: 'service.customer_case.order_said',
  words: 'service.entry.words',
  phone: 'service.call_back.phone',
} as const;

const listMax = 200;
const entriesMax = 400;

export type CaseList = 'open' | 'answered' | 'closed' | 'calls';

const listing = {
  open: statements.open,
  answered: statements.answered,
  closed: statements.closed,
  calls: statements.callsDue,
} as const satisfies Readonly<Record<CaseList, string>>;

/** Open ones: who waits longest comes first. Calls: the next one first. The others: the latest first. 200 at the most. */
export async function listCases(
  needs: ReadNeeds,
  queries: Queries,
  shopId: string,
  which: CaseList,
): Promise<readonly Case[]> {
  return await casesOf(needs, queries, await queries.rows<Row>(listing[which], [shopId, listMax]));
}

export async function casesOfPerson(
  needs: ReadNeeds,
  queries: Queries,
  personId: string,
  limit: number,
): Promise<readonly Case[]> {
  return await casesOf(needs, queries, await queries.rows<Row>(statements.ofPerson, [personId, limit]));
}

/** Null when there is none in this shop. */
export async function findCase(
  needs: ReadNeeds,
  queries: Queries,
  shopId: string,
  shown: string,
): Promise<Case | null> {
  const number = readNumber(shown);
  if (number === null) return null;
  const row = await queries.one<Row>(statements.caseByNumber, [shopId, number]);
  return row === null ? null : ((await casesOf(needs, queries, [row]))[0] ?? null);
}

export async function readCase(
  needs: ReadNeeds,
  queries: Queries,
  of: Pick<Case, 'personId' | 'caseId'>,
): Promise<Case | null> {
  const row = await queries.one<Row>(statements.caseById, [of.personId, of.caseId]);
  return row === null ? null : ((await casesOf(needs, queries, [row]))[0] ?? null);
}

/** Oldest first, 400 at the most. */
export async function readEntries(
  needs: ReadNeeds,
  queries: Queries,
  { personId, caseId }: Pick<Case, 'personId' | 'caseId'>,
): Promise<readonly CaseEntry[]> {
  const [rows, ways, keys] = await Promise.all([
    queries.rows<EntryRow>(statements.entries, [personId, caseId, entriesMax]),
    queries.rows<Forwarded & { readonly entryId: string }>(statements.forwarded, [personId, caseId]),
    needs.privacy.keysOf(queries, 'person', [personId]),
  ]);
  const key = keys.get(personId);
  const forwarded = new Map(ways.map(({ entryId, ...way }) => [entryId, way]));
  return rows.map(({ words, entryId, at, kind, actor, messageId }) => ({
    entryId,
    at,
    kind,
    actor,
    messageId,
    words:
      key?.stored('message', words, {
        column: casePlaces.words,
        row: entryId,
      }) ?? null,
    forwarded: forwarded.get(entryId) ?? null,
  }));
}

type Asked = { readonly personId: string; readonly caseId: string; readonly entryId: string; readonly words: Buffer };

/** What was asked last in each of them, by case id; missing where it is erased. */
export async function readLastAsked(
  { privacy }: ReadNeeds,
  queries: Queries,
  cases: readonly Pick<Case, 'personId' | 'caseId'>[],
): Promise<ReadonlyMap<string, Sealed<'message'>>> {
  const persons = cases.map(({ personId }) => personId);
  const [rows, keys] = await Promise.all([
    queries.rows<Asked>(statements.lastAsked, [persons, cases.map(({ caseId }) => caseId)]),
    privacy.keysOf(queries, 'person', persons),
  ]);
  const opened = rows.map(({ personId, caseId, entryId, words }) => {
    const place = { column: casePlaces.words, row: entryId };
    return [caseId, keys.get(personId)?.stored('message', words, place) ?? null] as const;
  });
  return new Map(opened.flatMap(([caseId, words]) => (words === null ? [] : [[caseId, words] as const])));
}

async function casesOf(needs: ReadNeeds, queries: Queries, rows: readonly Row[]): Promise<readonly Case[]> {
  if (rows.length === 0) return [];
  const keys = await needs.privacy.keysOf(
    queries,
    'person',
    rows.map(({ personId }) => personId),
  );
  return rows.map((row) => caseOf(row, keys.get(row.personId) ?? null));
}

function caseOf(row: Row, key: SubjectKey | null): Case {
  const { email, name, orderSaid, startsAt, endsAt, phone, isCalled, ...plain } = row;
  return {
    ...plain,
    state: stateOf(row),
    email: said(key, 'email', email, row),
    name: said(key, 'name', name, row),
    orderSaid: key?.stored('order_number', orderSaid, { column: casePlaces.orderSaid, row: row.caseId }) ?? null,
    callBack:
      startsAt === null || endsAt === null
        ? null
        : { startsAt, endsAt, isCalled, phone: said(key, 'phone', phone, row) },
  };
}

/** Null where it was not said, and once its person was erased. */
function said<Kind extends 'email' | 'name' | 'phone'>(
  key: SubjectKey | null,
  kind: Kind,
  bytes: Buffer | null,
  { caseId }: Pick<Row, 'caseId'>,
): Sealed<Kind> | null {
  return key?.stored(kind, bytes, { column: casePlaces[kind], row: caseId }) ?? null;
}

function stateOf({ waitingSince, closedAt }: Pick<Row, 'waitingSince' | 'closedAt'>): CaseState {
  if (waitingSince !== null) return 'open';
  return closedAt === null ? 'answered' : 'closed';
}

/** Where the answer goes: another address where one was typed in, else the one that is known. */
export async function recipientOf(
  needs: Pick<CasesNeeds, 'orders'>,
  tx: Tx,
  { personId, email, name }: Pick<Case, 'personId' | 'email' | 'name'>,
): Promise<{ readonly email: Sealed<'email'>; readonly name: Sealed<'name'> | null } | null> {
  const known = (await needs.orders.contacts(tx, [personId])).get(personId) ?? null;
  if (email !== null) return { email, name };
  return known === null || known.email === null ? null : { email: known.email, name: known.name ?? name };
}
