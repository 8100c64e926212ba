import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId } from '#kit/ids';
import { reviewsPathOf } from '#orders';
import { answerCharactersMax, noteCharactersMax, readBasis, reasons, type Answered, type Judged } from '#reviews';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import type { ConsoleWord } from '../words.ts';
import { reviewPage } from './review-page.tsx';
import { reviewsPage } from './reviews-page.tsx';
import { rowOf, type ReviewView, type ReviewsView } from './reviews-view.ts';

const actor = 'staff';
const waitingMax = 20;
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
  const before = readId('rev', visit.query.get('before') ?? '');
  const list = async (state: 'waiting' | 'published' | 'withheld', limit: number, from: string | null = null) =>
    await reviews.list(database, shopId, { state, before: from, limit });
  const waiting = await list('waiting', waitingMax);
  const withheld = await list('withheld', pageRows);
  const published = await list('published', pageRows, before);
  const last = published.length === pageRows ? published.at(-1) : undefined;
  const view: ReviewsView = {
    frame: visit.frame,
    figures: await reviews.figuresOf(database, shopId),
    settings: await reviews.settingsOf(database, shopId),
    waiting: waiting.map((one) => rowOf(one, visit)),
    withheld: withheld.map((one) => rowOf(one, visit)),
    published: published.map((one) => rowOf(one, visit)),
    olderUrl: last === undefined ? null : `${consolePaths.reviews}?before=${rowOf(last, visit).id}`,
    publicUrl: reviewsPathOf(visit.shop, visit.frame.language),
    firstUrl: before === null ? null : consolePaths.reviews,
    wrong,
  };
  return answer.page(reviewsPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
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
  if (!('no' in done.said)) return answer.redirect(`${consolePaths.review(id)}?done=${done.done}`);
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
