import type { Queries } from '#kit/database';
import type { Tools } from '../needs.ts';
import type { AnswerContent, Content } from '../shapes.ts';
import { statements } from './store.ts';

/** A review as anybody recounts it: those that are not shown too, without a word of them. */
export type StatedReview = {
  readonly reviewId: string;
  readonly state: 'waiting' | 'published' | 'withheld' | 'withdrawn';
  readonly reason: string | null;
  /** Null where no stars are told of: of what waits, and of what was withdrawn. */
  readonly shop: number | null;
  readonly delivery: number | null;
  /** What the digests in the ledger are of; null for what is not shown. */
  readonly content: Content | null;
  readonly answer: AnswerContent | null;
  readonly digest: string | null;
  /** Of its publication; null while it waits for its place in the ledger. */
  readonly ledgerIndex: number | null;
};

export const statesMax = 200;

type StandingRow = Pick<StatedReview, 'reviewId' | 'state' | 'reason' | 'shop' | 'delivery'>;
type ShownRow = {
  readonly personId: string;
  readonly reviewId: string;
  readonly revisionId: string;
  readonly entryId: string | null;
  readonly answer: Buffer | null;
  readonly answeredAt: Temporal.Instant | null;
  readonly digest: string;
  readonly content: Buffer;
};
type Shown = Pick<StatedReview, 'answer' | 'ledgerIndex'> & {
  readonly content: Content;
  readonly digest: string;
  readonly answeredAt: Temporal.Instant | null;
};

/**
 * Every review that was ever received, by its id: 200 at once. @param after the last one of the page before; null for the
 * first page
 */
export async function statesOf(
  tools: Tools,
  queries: Queries,
  shopId: string,
  after: string | null,
): Promise<readonly StatedReview[]> {
  const standings = await queries.rows<StandingRow>(statements.standings, [shopId, after, statesMax]);
  const published = standings.filter(({ state }) => state === 'published').map(({ reviewId }) => reviewId);
  const shown = await shownOf(tools, queries, shopId, published);
  return standings.map(({ reviewId, state, reason, shop, delivery }) => {
    const hasStars = state === 'published' || state === 'withheld';
    const { content, answer, digest, ledgerIndex } = shown.get(reviewId) ?? nothing;
    return {
      reviewId,
      state,
      reason: reasonOf(state, reason),
      shop: hasStars ? shop : null,
      delivery: hasStars ? delivery : null,
      content,
      answer,
      digest,
      ledgerIndex,
    };
  });
}

const nothing = { content: null, answer: null, digest: null, ledgerIndex: null } as const;

function reasonOf(state: StatedReview['state'], reason: string | null): string | null {
  return state === 'withheld' || state === 'withdrawn' ? reason : null;
}

/** What stands of these reviews for everybody to read, opened; nothing of those that do not. */
export async function shownOf(
  { privacy, seals }: Pick<Tools, 'privacy' | 'seals'>,
  queries: Queries,
  shopId: string,
  reviewIds: readonly string[],
): Promise<ReadonlyMap<string, Shown>> {
  const rows = await queries.rows<ShownRow>(statements.shown, [shopId, reviewIds]);
  const persons = rows.map(({ personId }) => personId);
  const entries = rows.flatMap(({ entryId }) => entryId ?? []);
  const [keys, places] = await Promise.all([
    privacy.keysOf(queries, 'person', persons),
    privacy.ledger.placesOf(queries, shopId, entries),
  ]);
  return new Map(
    rows.flatMap((row): readonly [string, Shown][] => {
      const key = keys.get(row.personId);
      if (key === undefined) return [];
      const { reviewId, entryId, digest, answeredAt } = row;
      const content = seals.content(key, row.revisionId, row.content);
      const answer = seals.answer(key, reviewId, row.answer);
      const ledgerIndex = entryId === null ? null : (places.get(entryId) ?? null);
      return [[reviewId, { content, answer, answeredAt, digest, ledgerIndex }]];
    }),
  );
}
