import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId } from '#kit/ids';
import { reviewsPathOf } from '#orders';
import {
  answerCharactersMax,
  noteCharactersMax,
  readBasis,
  reasons,
  type Answered,
  type Judged,
  type StaffReview,
} from '#reviews';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import type { ConsoleWord } from '../words.ts';
import { reviewPage } from './review-page.tsx';
import { reviewsPage } from './reviews-page.tsx';
import { rowOf, type Pages, type ReviewRow, type ReviewView, type ReviewsView } from './reviews-view.ts';

const actor = 'staff';
const waitingRows = 20;
const pageRows = 25;

/** The screen "Reviews", one for each review, and what their forms do. */
export const reviewRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.reviews, act: (work) => showAll(work) },
  { method: 'POST', path: consolePaths.reviews, act: saveSettings },
  { method: 'GET', path: `${consolePaths.reviews}/:id`, act: (work) => showOne(work) },
  { method: 'POST', path: `${consolePaths.reviews}/:id`, act },
];

async function showAll(work: Work, wrong: ReviewsView['wrong'] = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const { database, reviews } = needs;
  const { shopId } = visit.shop;
  const waiting = await listOf(work, 'waiting', waitingRows);
  const withheld = await listOf(work, 'withheld', pageRows);
  const published = await listOf(work, 'published', pageRows);
  const view: ReviewsView = {
    frame: visit.frame,
    figures: await reviews.figuresOf(database, shopId),
    settings: await reviews.settingsOf(database, shopId),
    waiting: waiting.rows,
    waitingUrls: waiting.urls,
    withheld: withheld.rows,
    withheldUrls: withheld.urls,
    published: published.rows,
    publishedUrls: published.urls,
    publicUrl: reviewsPathOf(visit.shop, visit.frame.language),
    wrong,
  };
  return answer.page(reviewsPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

type Listed = { readonly rows: readonly ReviewRow[]; readonly urls: Pages };

/** One page of a list; each has its own place in the address, and the others begin anew. */
async function listOf({ needs, visit }: Work, state: StaffReview['state'], limit: number): Promise<Listed> {
  const { database, reviews } = needs;
  const before = readId('rev', visit.query.get(state) ?? '');
  const found = await reviews.list(database, visit.shop.shopId, { state, before, limit: limit + 1 });
  const rows = found.slice(0, limit).map((one) => rowOf(one, visit));
  const last = found.length > limit ? rows.at(-1) : undefined;
  const nextUrl = last === undefined ? null : `${consolePaths.reviews}?${state}=${last.id}#${state}`;
  return { rows, urls: { firstUrl: before === null ? null : `${consolePaths.reviews}#${state}`, nextUrl } };
}

const settingNames = ['invites', 'basis', 'told', 'delayDays', 'fallbackDays', 'publishDays'] as const;

async function saveSettings(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const typed = Object.fromEntries(settingNames.map((name) => [name, (form.get(name) ?? '').trim()]));
  const days = (name: string): number => (/^\d{1,3}$/.test(typed[name] ?? '') ? Number(typed[name]) : Number.NaN);
  const change = {
    invites: typed['invites'] === 'yes',
    basis: readBasis(typed['basis'] ?? '') ?? 'consent',
    told: typed['told'] === 'yes',
    delayDays: days('delayDays'),
    fallbackDays: days('fallbackDays'),
    publishDays: days('publishDays'),
  } as const;
  try {
    await needs.reviews.changeSettings(visit.shop.shopId, change, actor);
    return answer.redirect(`${consolePaths.reviews}?done=review_settings#settings`);
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'invalid')) throw error;
    const isUntold = error.errors.every(({ pointer }) => pointer === '/told');
    const message = visit.say(isUntold ? 'reviews.wrong.told' : 'reviews.wrong.days');
    return await showAll(work, { message, typed });
  }
}

async function showOne(work: Work, wrong: ReviewView['wrong'] = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const reviewId = readId('rev', visit.params['id'] ?? '');
  const found = reviewId === null ? null : await needs.reviews.read(needs.database, visit.shop.shopId, reviewId);
  if (found === null) return missing(work);
  const view: ReviewView = { frame: visit.frame, row: rowOf(found, visit), wrong };
  return answer.page(reviewPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

type Done = { readonly said: Judged | Answered; readonly done: string } | { readonly wrong: ConsoleWord };

async function act(work: Work): Promise<Answer> {
  const { visit, request } = work;
  const id = visit.params['id'] ?? '';
  const reviewId = readId('rev', id);
  if (reviewId === null) return missing(work);
  const form = request.form();
  const wanted = form.get('act') ?? '';
  // Browsers send line breaks as two characters, which count as one.
  const typedIn = (name: string): string => (form.get(name) ?? '').replaceAll('\r\n', '\n');
  const typed = Object.fromEntries(['reason', 'note', 'text'].map((name) => [name, typedIn(name)]));
  const done = await doAct(work, reviewId, wanted, typed);
  if ('wrong' in done) return await showOne(work, { message: visit.say(done.wrong), act: wanted, typed });
  // Whoever judges one after the other goes on with the list.
  const next = form.get('back') === 'list' ? consolePaths.reviews : consolePaths.review(id);
  if (!('no' in done.said)) return answer.redirect(`${next}?done=${done.done}`);
  if (done.said.no === 'unknown') return missing(work);
  const why = { unchanged: 'unchanged', restricted: 'restricted', 'not shown': 'not_shown' } as const;
  const message = visit.say(`reviews.wrong.${why[done.said.no]}`);
  return await showOne(work, { message, act: wanted === 'publish' ? 'answer' : wanted, typed });
}

async function doAct(
  { needs, visit }: Work,
  reviewId: string,
  wanted: string,
  typed: Readonly<Record<string, string>>,
): Promise<Done> {
  const { database, reviews } = needs;
  const of = { shopId: visit.shop.shopId, reviewId, actor };
  if (wanted === 'publish') {
    const said = await database.tx((tx) => reviews.moderate(tx, { ...of, verdict: { publish: true } }));
    return { said, done: 'review_published' };
  }
  if (wanted === 'withhold') {
    const reason = reasons.find((one) => one === typed['reason']);
    if (reason === undefined) return { wrong: 'reviews.wrong.reason' };
    const note = (typed['note'] ?? '').trim();
    if (note.length > noteCharactersMax) return { wrong: 'reviews.wrong.note' };
    const verdict = { withhold: reason, note };
    const said = await database.tx((tx) => reviews.moderate(tx, { ...of, verdict }));
    return { said, done: 'review_withheld' };
  }
  const text = (typed['text'] ?? '').trim();
  if (wanted !== 'answer' || text.length > answerCharactersMax) return { wrong: 'reviews.wrong.answer' };
  const said = await database.tx((tx) => reviews.answer(tx, { ...of, text }));
  return { said, done: 'review_answered' };
}
