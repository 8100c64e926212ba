import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Item } from '../content.ts';
import { digestOf, newSalt } from '../content.ts';
import type { Tools } from '../needs.ts';
import { settingsOf } from '../settings.ts';
import type { Content, ReviewState } from '../shapes.ts';
import { statements } from '../store.ts';
import { planPublication } from '../moderating/publish.ts';
import { lockedReview, type LockedReview } from '../moderating/locked.ts';
import type { ReviewInput } from './read-input.ts';
import { hashOfToken } from './token.ts';

/** From the first time a review was sent: for so long its author can change it by the same link. */
export const editDays = 30;
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
  /** The newest revision, for whoever changes it, and what became of it; null while nothing was written. */
  readonly written: { readonly content: Content; readonly state: ReviewState } | null;
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
type WrittenRow = { readonly state: ReviewState; readonly latestId: string; readonly content: Buffer };

async function writtenOf(tools: Tools, queries: Queries, { shopId, reviewId }: InvitationRow, key: Key) {
  const [row] = await queries.rows<WrittenRow>(statements.staffList, [shopId, null, reviewId, null, null, 1]);
  return row === undefined ? null : { state: row.state, content: tools.seals.content(key, row.latestId, row.content) };
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
  const { personId, orderId, shopId } = target;
  const row = await tx.one<InvitationRow>(statements.lockInvitation, [personId, orderId]);
  // What was sent in the same moment has moved the end of the link.
  const untilAt = (await targetOf(tx, token))?.untilAt;
  if (row === null || untilAt === undefined) return { no: 'unknown' };
  const { reviewId } = row;
  const before = await lockedReview(tx, reviewId);
  const now = tools.clock.now();
  if (Temporal.Instant.compare(untilAt, now) <= 0) return { no: before === null ? 'expired' : 'used' };
  if (before !== null && (await countOf(tx, before)) >= revisionsMax) return { no: 'used' };
  const content = contentOf(input, tools.seals.items(key, orderId, row.items));
  const revisionId = newId(tools.clock);
  const of = { shopId, personId, reviewId };
  if (before === null) {
    await tx.rows(statements.addReview, [personId, reviewId, orderId, shopId, now, revisionId]);
    await tx.rows(statements.useToken, [hashOfToken(token), now.add({ hours: editDays * 24 })]);
  } else await tx.rows(statements.reviseReview, [personId, reviewId, now, revisionId]);
  const digest = digestOf(content);
  const sealed = tools.seals.lock(key, 'reviews.revision.content', revisionId, content);
  await tx.rows(statements.addRevision, [personId, revisionId, reviewId, shopId, now, digest, sealed]);
  if (before === null || before.shownId === null) {
    await tx.rows(statements.setStanding, [shopId, reviewId, 'waiting', null, content.shop, content.delivery]);
  }
  await tools.enter(tx, of, { kind: 'review received', shown: { ...starsShown(content), digest } });
  await planPublication(tools, tx, { ...of, revisionId, at: now, settings: await settingsOf(tx, shopId) });
  return { reviewId };
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
