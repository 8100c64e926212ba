import type { Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { reviewsPathOf } from '#orders';
import type { SubjectKey } from '#privacy';
import { digestOf, newSalt } from '../content.ts';
import { answeredMessage, withheldMessage } from '../inviting/messages.ts';
import type { Tools } from '../needs.ts';
import type { AnswerContent, Content, Reason } from '../shapes.ts';
import { stand } from '../shown/stand.ts';
import { statements } from '../store.ts';
import { hashOfToken } from '../writing/token.ts';
import { lockedReview, type LockedReview } from './locked.ts';
import { publish } from './publish.ts';

/** `note`: what its author is told besides the reason; it may be empty. */
export type Verdict = { readonly publish: true } | { readonly withhold: Reason; readonly note: string };

/** That it is so now, or why nothing changed. `restricted`: its author's data is only kept. */
export type Judged =
  | { readonly state: 'published' | 'withheld' }
  | { readonly no: 'unknown' | 'unchanged' | 'restricted' };

export type Answered = { readonly answered: boolean } | { readonly no: 'unknown' | 'not shown' | 'unchanged' };

export const noteCharactersMax = 1_000;
export const answerCharactersMax = 2_000;

/** @throws Fault('invalid') */
function trimmed(text: string, charactersMax: number): string {
  const said = text.trim();
  if (said.length <= charactersMax) return said;
  throw new Fault('invalid', `That is too long: at most ${charactersMax} characters.`);
}

type Held = { readonly review: LockedReview; readonly key: SubjectKey };

/** The person first, then the review: in the order in which an erasure takes them. */
async function hold(tools: Tools, tx: Tx, shopId: string, reviewId: string): Promise<Held | null> {
  const found = await tx.one<{ personId: string }>(statements.personOf, [shopId, reviewId]);
  const key = found === null ? null : await tools.privacy.lockPerson(tx, found.personId);
  const review = key === null ? null : await lockedReview(tx, reviewId);
  return key === null || review === null ? null : { review, key };
}

export async function moderate(tools: Tools, tx: Tx, { shopId, reviewId, verdict, actor }: Judgement): Promise<Judged> {
  const held = await hold(tools, tx, shopId, reviewId);
  if (held === null) return { no: 'unknown' };
  const subject = showId('rev', reviewId);
  if ('publish' in verdict) {
    const done = await publish(tools, tx, held.review, held.key);
    if (done !== 'published') return { no: done };
    await tools.privacy.audit(tx, { shopId, actor, verb: 'review.publish', subject });
    return { state: 'published' };
  }
  if (held.review.state === 'withheld') return { no: 'unchanged' };
  await withhold(tools, tx, held, verdict);
  await tools.privacy.audit(tx, { shopId, actor, verb: 'review.withhold', subject: `${subject} ${verdict.withhold}` });
  return { state: 'withheld' };
}

type Judgement = {
  readonly shopId: string;
  readonly reviewId: string;
  readonly verdict: Verdict;
  readonly actor: string;
};

type Withheld = Extract<Verdict, { readonly withhold: Reason }>;

async function withhold(tools: Tools, tx: Tx, { review, key }: Held, { withhold: reason, note }: Withheld) {
  const { shopId, personId, reviewId, orderId } = review;
  const text = trimmed(note, noteCharactersMax);
  const sealed = text === '' ? null : tools.seals.lock(key, 'reviews.review.note', reviewId, text);
  const content = await latestOf(tools, tx, review, key);
  await tools.enter(tx, review, { kind: 'review withheld', shown: { reason } });
  await tx.rows(statements.withhold, [personId, reviewId, tools.clock.now(), reason, sealed]);
  const stars = { shop: content?.shop ?? null, delivery: content?.delivery ?? null };
  await stand(tx, [{ shopId, reviewId, state: 'withheld', reason, ...stars }]);
  await tx.rows(statements.dropProducts, [shopId, reviewId]);
  const language = content?.language ?? 'en';
  await tools.notices.tell(tx, {
    shopId,
    personId,
    orderId,
    kind: withheldMessage,
    language,
    values: { reason, note: text, url: (await formUrl(tools, tx, reviewId, language)) ?? '' },
  });
}

async function latestOf(tools: Tools, tx: Tx, review: LockedReview, key: SubjectKey): Promise<Content | null> {
  const row = await tx.one<{ content: Buffer }>(statements.revision, [review.personId, review.latestId]);
  return row === null ? null : tools.seals.content(key, review.latestId, row.content);
}

/** Where its author can change it; null once that is over. */
async function formUrl(tools: Tools, queries: Queries, reviewId: string, language: string): Promise<string | null> {
  const token = tools.tokenOf(reviewId);
  const row = await queries.one<{ untilAt: Temporal.Instant }>(statements.token, [hashOfToken(token)]);
  if (row === null || Temporal.Instant.compare(row.untilAt, tools.clock.now()) <= 0) return null;
  return new URL(`/r/${token}?language=${language.slice(0, 2)}`, tools.publicUrl).href;
}

/** The shop's one answer to a review that is shown; another text takes its place, an empty one takes it back. */
export async function answerReview(
  tools: Tools,
  tx: Tx,
  { shopId, reviewId, text, actor }: Omit<Judgement, 'verdict'> & { readonly text: string },
): Promise<Answered> {
  const held = await hold(tools, tx, shopId, reviewId);
  if (held === null) return { no: 'unknown' };
  if (held.review.shownId === null) return { no: 'not shown' };
  const before = tools.seals.answer(held.key, reviewId, held.review.answer);
  const said = trimmed(text, answerCharactersMax);
  if (said === (before?.text ?? '')) return { no: 'unchanged' };
  const content = said === '' ? null : { salt: newSalt(), text: said };
  await keepAnswer(tools, tx, held, content);
  const verb = content === null ? 'review.unanswer' : 'review.answer';
  await tools.privacy.audit(tx, { shopId, actor, verb, subject: showId('rev', reviewId) });
  if (content !== null && before === null) await tellAnswer(tools, tx, held, content);
  return { answered: content !== null };
}

async function keepAnswer(tools: Tools, tx: Tx, { review, key }: Held, content: AnswerContent | null): Promise<void> {
  const { personId, reviewId } = review;
  if (content === null) {
    await tools.enter(tx, review, { kind: 'review answered' });
    await tx.rows(statements.setAnswer, [personId, reviewId, null, null]);
    return;
  }
  const sealed = tools.seals.lock(key, 'reviews.review.answer', reviewId, content);
  await tools.enter(tx, review, { kind: 'review answered', shown: { digest: digestOf(content) } });
  await tx.rows(statements.setAnswer, [personId, reviewId, sealed, tools.clock.now()]);
}

/** Nobody asked for this mail: who restricted or objected is left in peace. */
async function tellAnswer(tools: Tools, tx: Tx, { review, key }: Held, { text }: AnswerContent): Promise<void> {
  const { shopId, personId, orderId } = review;
  if ((await tools.privacy.heldBack(tx, [personId], 'review invitation')).size > 0) return;
  const language = (await latestOf(tools, tx, review, key))?.language ?? 'en';
  const url = new URL(reviewsPathOf({ shopId }, language), tools.publicUrl).href;
  const values = { answer: text, url };
  await tools.notices.tell(tx, { shopId, personId, orderId, kind: answeredMessage, language, values });
}
