import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Item } from '../content.ts';
import { digestOf, newSalt } from '../content.ts';
import type { Tools } from '../needs.ts';
import { settingsOf } from '../settings.ts';
import type { Content, Reason, ReviewState } from '../shapes.ts';
import { stand } from '../shown/stand.ts';
import { statements } from '../store.ts';
import { planPublication } from '../moderating/publish.ts';
import { lockedReview, type LockedReview } from '../moderating/locked.ts';
import type { ReviewInput } from './read-input.ts';
import { hashOfToken } from './token.ts';

/** From the first time a review was sent: for so long its author can change it by the same link. */
const editDays = 30;
/** Of one review, the first included. */
const revisionsMax = 20;

/** What the form is about. */
export type Invitation = {
  readonly shopId: string;
  readonly reviewId: string;
  /** What can be rated, each at its place. */
  readonly items: readonly Item[];
  /** `open`: nothing was written; `written`: it can be changed until then; `used`, `expired`: nothing can be sent any more. */
  readonly state: 'open' | 'written' | 'used' | 'expired';
  readonly untilAt: Temporal.Instant;
  /** The newest revision, for whoever changes it, what became of it and why; null while nothing was written. */
  readonly written:
    | (Pick<WrittenRow, 'state' | 'reason'> & { readonly content: Content; readonly note: string | null })
    | null;
};

type Target = {
  readonly shopId: string;
  readonly personId: string;
  readonly orderId: string;
  readonly untilAt: Temporal.Instant;
};

type InvitationRow = {
  readonly personId: string;
  readonly shopId: string;
  readonly reviewId: string;
  readonly items: Buffer | null;
};

/** Null for anything that is no invitation. Total: any text may come in. */
export async function invitationOf(tools: Tools, queries: Queries, token: string): Promise<Invitation | null> {
  const target = await targetOf(queries, token);
  if (target === null) return null;
  const { personId, orderId, untilAt } = target;
  const row = await queries.one<InvitationRow>(statements.invitation, [personId, orderId]);
  const key = (await tools.privacy.keysOf(queries, 'person', [personId])).get(personId);
  if (row === null || key === undefined) return null;
  const { shopId, reviewId } = row;
  const written = await writtenOf(tools, queries, row, key);
  const isOver = Temporal.Instant.compare(untilAt, tools.clock.now()) <= 0;
  const state = written === null ? (isOver ? 'expired' : 'open') : isOver ? 'used' : 'written';
  return { shopId, reviewId, untilAt, state, written, items: tools.seals.items(key, orderId, row.items) };
}

type Key = Parameters<Tools['seals']['content']>[0];
type WrittenRow = {
  readonly state: ReviewState;
  readonly reason: Reason | null;
  readonly note: Buffer | null;
  readonly latestId: string;
  readonly shownId: string | null;
  readonly content: Buffer;
};

async function writtenOf(tools: Tools, queries: Queries, { shopId, reviewId }: InvitationRow, key: Key) {
  const row = await queries.one<WrittenRow>(statements.staffOne, [shopId, reviewId]);
  if (row === null) return null;
  // While an older revision is shown, these words wait.
  const state = row.state === 'published' && row.shownId !== row.latestId ? 'waiting' : row.state;
  const note = tools.seals.note(key, reviewId, row.note);
  return { state, reason: row.reason, note, content: tools.seals.content(key, row.latestId, row.content) };
}

async function targetOf(queries: Queries, token: string): Promise<Target | null> {
  return token.length > 100 ? null : await queries.one<Target>(statements.token, [hashOfToken(token)]);
}

export type Submitted = { readonly reviewId: string } | { readonly no: 'used' | 'expired' | 'unknown' };

/**
 * Takes a review, or a new revision of it, with its entry in the ledger. Sent twice at once it is one review and its
 * revision. Products that the order does not have are left out.
 */
export async function submit(tools: Tools, tx: Tx, token: string, input: ReviewInput): Promise<Submitted> {
  const target = await targetOf(tx, token);
  const key = target === null ? null : await tools.privacy.lockPerson(tx, target.personId);
  if (target === null || key === null) return { no: 'unknown' };
  const row = await tx.one<InvitationRow>(statements.lockInvitation, [target.personId, target.orderId]);
  // What was sent in the same moment has moved the end of the link.
  const now = await targetOf(tx, token);
  if (row === null || now === null) return { no: 'unknown' };
  const before = await lockedReview(tx, row.reviewId);
  const refusal = await refusalOf(tools, tx, now, before);
  if (refusal !== null) return { no: refusal };
  const content = contentOf(input, tools.seals.items(key, target.orderId, row.items));
  await keep(tools, tx, { ...row, orderId: target.orderId, token, key }, before, content);
  return { reviewId: row.reviewId };
}

async function refusalOf(
  { clock }: Tools,
  tx: Tx,
  { untilAt }: Target,
  before: LockedReview | null,
): Promise<'used' | 'expired' | null> {
  if (Temporal.Instant.compare(untilAt, clock.now()) <= 0) return before === null ? 'expired' : 'used';
  return before !== null && (await countOf(tx, before)) >= revisionsMax ? 'used' : null;
}

type Kept = Omit<InvitationRow, 'items'> & { readonly orderId: string; readonly token: string; readonly key: Key };

async function keep(
  tools: Tools,
  tx: Tx,
  { personId, shopId, reviewId, orderId, token, key }: Kept,
  before: LockedReview | null,
  content: Content,
): Promise<void> {
  const now = tools.clock.now();
  const of = { shopId, personId, reviewId };
  const revisionId = newId(tools.clock);
  const digest = digestOf(content);
  if (before === null) {
    await tx.rows(statements.addReview, [personId, reviewId, orderId, shopId, now, revisionId]);
    await tx.rows(statements.useToken, [hashOfToken(token), now.add({ hours: editDays * 24 })]);
  } else await tx.rows(statements.reviseReview, [personId, reviewId, now, revisionId]);
  const sealed = tools.seals.lock(key, 'reviews.revision.content', revisionId, content);
  await tx.rows(statements.addRevision, [personId, revisionId, reviewId, shopId, now, digest, sealed]);
  if (before === null || before.shownId === null) {
    const { shop, delivery } = content;
    await stand(tx, [{ shopId, reviewId, state: 'waiting', shop, delivery }]);
  }
  await tools.enter(tx, of, { kind: 'review received', shown: { ...starsShown(content), digest } });
  await planPublication(tools, tx, { ...of, revisionId, at: now, settings: await settingsOf(tx, shopId) });
}

async function countOf(tx: Tx, { personId, reviewId }: LockedReview): Promise<number> {
  return (await tx.one<{ count: number }>(statements.countRevisions, [personId, reviewId]))?.count ?? 0;
}

function starsShown({ shop, delivery }: Content): Readonly<Record<string, string>> {
  return { shop: String(shop), ...(delivery === null ? {} : { delivery: String(delivery) }) };
}

function contentOf({ products, ...input }: ReviewInput, items: readonly Item[]): Content {
  const rated = products
    .toSorted((one, other) => one.place - other.place)
    .flatMap(({ place, stars }) => {
      const item = items[place];
      return item === undefined ? [] : [{ name: item.name, sku: item.sku, stars }];
    });
  return { ...input, products: rated, salt: newSalt() };
}
