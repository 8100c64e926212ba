import type { Queries } from '#kit/database';
import type { SubjectKey } from '#privacy';
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
  return rows.map(({ words, ...row }) => ({
    ...row,
    words: key?.stored('message', words, { column: casePlaces.words, row: row.entryId }) ?? null,
    forwarded: forwarded.get(row.entryId) ?? null,
  }));
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
  const of = { row: row.caseId };
  return {
    ...plain,
    state: stateOf(row),
    email: key?.stored('email', email, { column: casePlaces.email, ...of }) ?? null,
    name: key?.stored('name', name, { column: casePlaces.name, ...of }) ?? null,
    orderSaid: key?.stored('order_number', orderSaid, { column: casePlaces.orderSaid, ...of }) ?? null,
    callBack:
      startsAt === null || endsAt === null
        ? null
        : {
            startsAt,
            endsAt,
            isCalled,
            phone: key?.stored('phone', phone, { column: casePlaces.phone, ...of }) ?? null,
          },
  };
}

function stateOf({ waitingSince, closedAt }: Pick<Row, 'waitingSince' | 'closedAt'>): CaseState {
  if (waitingSince !== null) return 'open';
  return closedAt === null ? 'answered' : 'closed';
}
