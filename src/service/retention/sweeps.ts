import type { Queries, Tx } from '#kit/database';
import { personsWithoutOrder } from '#orders';
import { sweepOf, type Dropped, type Past, type Sweep } from '#privacy';
import { statements } from './store.ts';

type Counted = { readonly rows: number; readonly oldest: Temporal.Instant | null };

/** Cases by their last word, each with what belongs to it; whoever has no order either goes with the last of theirs. */
const byCase: Sweep = {
  clock: 'case',
  tables: [
    'service.customer_case',
    'service.entry',
    'service.waiting',
    'service.closed',
    'service.first_answer',
    'service.forwarded',
  ],
  past: async (queries: Queries, { shopId, before, keptIds }: Past) => {
    const row = await queries.one<Counted>(statements.pastCases, [shopId, before, keptIds]);
    return [{ table: 'service.customer_case', rows: row?.rows ?? 0, oldest: row?.oldest ?? null }];
  },
  drop: dropCases,
};

/** What drops what is past its clock. */
export const serviceSweeps: readonly Sweep[] = [
  byCase,
  sweepOf('call', {
    'service.call_back': { past: statements.pastCallBacks, drop: statements.dropPastCallBacks, waits: true },
  }),
];

async function dropCases(tx: Tx, { shopId, before, keptIds }: Past, rowsMax: number): Promise<Dropped> {
  const asked = [shopId, before, rowsMax, keptIds];
  const cases = await tx.rows<{ personId: string; caseId: string }>(statements.findPast, asked);
  const values = [cases.map(({ personId }) => personId), cases.map(({ caseId }) => caseId)];
  await tx.rows(statements.dropForwarded, values);
  const entries = await tx.rows(statements.dropEntries, values);
  await tx.rows(statements.dropCallBacks, values);
  await tx.rows(statements.dropFirstAnswers, values);
  await tx.rows(statements.dropClosed, values);
  await tx.rows(statements.dropWaiting, values);
  await tx.rows(statements.dropCases, values);
  const personIds = [...new Set(cases.map(({ personId }) => personId))];
  const caseless = await tx.rows<{ personId: string }>(statements.caseless, [personIds]);
  const leavingIds = await personsWithoutOrder(
    tx,
    caseless.map(({ personId }) => personId),
  );
  return {
    rows: { 'service.customer_case': cases.length, 'service.entry': entries.length },
    parcelIds: [],
    leavingIds,
    goneIds: [],
  };
}

/** Of these persons those who have a case here still: they stay for as long as that. */
export async function personsWithCases(tx: Tx, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await tx.rows<{ personId: string }>(statements.withCases, [personIds]);
  return new Set(rows.map(({ personId }) => personId));
}
