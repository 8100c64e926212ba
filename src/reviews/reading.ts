import type { Queries } from '#kit/database';
import { digestOf } from './content.ts';
import type { Tools } from './needs.ts';
import { settingsOf } from './settings.ts';
import type { PublishedReview, Reason, ReviewState, StaffReview } from './shapes.ts';
import { statements } from './store.ts';

const pageMax = 100;

type ShownRow = {
  readonly personId: string;
  readonly reviewId: string;
  readonly at: Temporal.Instant;
  readonly revisionId: string;
  readonly entryId: string | null;
  readonly answer: Buffer | null;
  readonly answeredAt: Temporal.Instant | null;
  readonly digest: string;
  readonly content: Buffer;
};

export type Page = {
  /** The last review of the page before. */
  readonly before: string | null;
  readonly limit: number;
  /** Only those that rate this product, by its sku. */
  readonly product?: string;
  /** Only those that give so many: to the shop, or to the product where one is named. */
  readonly stars?: number;
};

/** What everybody reads, the newest first; of whoever was erased in this moment nothing. */
export async function published(
  { privacy, seals }: Tools,
  queries: Queries,
  shopId: string,
  { before, limit, product, stars }: Page,
): Promise<readonly PublishedReview[]> {
  const from =
    before === null ? null : await queries.one<{ at: Temporal.Instant | null }>(statements.shownAt, [before, shopId]);
  if (before !== null && (from === null || from.at === null)) return [];
  const values = [shopId, from?.at ?? null, before, product ?? null, Math.min(limit, pageMax), stars ?? null];
  const rows = await queries.rows<ShownRow>(statements.published, values);
  const [keys, places] = await Promise.all([
    privacy.keysOf(
      queries,
      'person',
      rows.map(({ personId }) => personId),
    ),
    privacy.ledger.placesOf(
      queries,
      shopId,
      rows.flatMap(({ entryId }) => entryId ?? []),
    ),
  ]);
  return rows.flatMap((row): readonly PublishedReview[] => {
    const key = keys.get(row.personId);
    if (key === undefined) return [];
    const { reviewId, at, digest, answeredAt, entryId } = row;
    const answer = seals.answer(key, reviewId, row.answer);
    return [
      {
        ...seals.content(key, row.revisionId, row.content),
        reviewId,
        at,
        digest,
        answer: answer === null || answeredAt === null ? null : { ...answer, at: answeredAt, digest: digestOf(answer) },
        ledgerIndex: entryId === null ? null : (places.get(entryId) ?? null),
      },
    ];
  });
}

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
  readonly before: string | null;
  readonly limit: number;
};

export async function staffList(
  tools: Tools,
  queries: Queries,
  shopId: string,
  { state, before, limit }: StaffFilter,
): Promise<readonly StaffReview[]> {
  const from =
    before === null ? null : await queries.one<{ at: Temporal.Instant }>(statements.changedAt, [before, shopId]);
  if (before !== null && from === null) return [];
  const values = [shopId, state, null, from?.at ?? null, before, Math.min(limit, pageMax)];
  return await staffReviews(tools, queries, shopId, await queries.rows<StaffRow>(statements.staffList, values));
}

export async function staffReview(
  tools: Tools,
  queries: Queries,
  shopId: string,
  reviewId: string,
): Promise<StaffReview | null> {
  const rows = await queries.rows<StaffRow>(statements.staffList, [shopId, null, reviewId, null, null, 1]);
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
