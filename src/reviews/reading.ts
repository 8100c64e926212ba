import type { Queries } from '#kit/database';
import type { Tools } from './needs.ts';
import { settingsOf } from './settings.ts';
import type { Reason, ReviewState, StaffReview } from './shapes.ts';
import { statements } from './store.ts';

const pageMax = 100;
const afterAll = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;
const beforeAll = ['-infinity', '00000000-0000-0000-0000-000000000000'] as const;

type StaffRow = Pick<StaffReview, 'reviewId' | 'orderId' | 'personId' | 'writtenAt' | 'changedAt' | 'judgedAt'> & {
  readonly state: ReviewState;
  readonly reason: Reason | null;
  readonly note: Buffer | null;
  readonly latestId: string;
  readonly shownId: string | null;
  readonly answer: Buffer | null;
  readonly answeredAt: Temporal.Instant | null;
  readonly content: Buffer;
};

export type StaffFilter = {
  /** `waiting` includes what is shown while a newer revision waits. */
  readonly state: ReviewState | null;
  /** The last review of the page before. */
  readonly before: string | null;
  readonly limit: number;
};

/** The newest change first; of those that wait the oldest, which shows by itself before the others do. */
export async function staffList(
  tools: Tools,
  queries: Queries,
  shopId: string,
  { state, before, limit }: StaffFilter,
): Promise<readonly StaffReview[]> {
  const from =
    before === null ? null : await queries.one<{ at: Temporal.Instant }>(statements.changedAt, [before, shopId]);
  if (before !== null && from === null) return [];
  const place = from === null || before === null ? (state === 'waiting' ? beforeAll : afterAll) : [from.at, before];
  const values = [shopId, ...place, Math.min(limit, pageMax)];
  return await staffReviews(tools, queries, shopId, await staffRows(queries, state, values));
}

async function staffRows(queries: Queries, state: ReviewState | null, values: Values): Promise<readonly StaffRow[]> {
  if (state === null) return await queries.rows<StaffRow>(statements.staffAll, values);
  if (state === 'waiting') return await queries.rows<StaffRow>(statements.staffWaiting, values);
  return await queries.rows<StaffRow>(statements.staffIn, [...values, state]);
}

type Values = Parameters<Queries['rows']>[1];

export async function staffReview(
  tools: Tools,
  queries: Queries,
  shopId: string,
  reviewId: string,
): Promise<StaffReview | null> {
  const rows = await queries.rows<StaffRow>(statements.staffOne, [shopId, reviewId]);
  return (await staffReviews(tools, queries, shopId, rows))[0] ?? null;
}

async function staffReviews(
  { privacy, seals }: Tools,
  queries: Queries,
  shopId: string,
  rows: readonly StaffRow[],
): Promise<readonly StaffReview[]> {
  const { publishDays } = await settingsOf(queries, shopId);
  const keys = await privacy.keysOf(
    queries,
    'person',
    rows.map(({ personId }) => personId),
  );
  return rows.flatMap(({ note, answer, answeredAt, content, latestId, shownId, ...row }): readonly StaffReview[] => {
    const key = keys.get(row.personId);
    if (key === undefined) return [];
    const said = seals.answer(key, row.reviewId, answer);
    const waits = row.state === 'waiting' || (shownId !== null && shownId !== latestId);
    return [
      {
        ...row,
        note: seals.note(key, row.reviewId, note),
        publishesAt: waits ? row.changedAt.add({ hours: publishDays * 24 }) : null,
        content: seals.content(key, latestId, content),
        isShownOlder: shownId !== null && shownId !== latestId,
        answer: said === null || answeredAt === null ? null : { text: said.text, at: answeredAt },
      },
    ];
  });
}
