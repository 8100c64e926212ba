import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId } from '#kit/ids';
import type { ImportDone } from '#reviews';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { exchangePage } from './exchange-page.tsx';

const actor = 'staff';
const importBytesMax = 10 * 1024 * 1024;
const exportedMax = 100_000;

/** Reviews as CSV: away from here, and here from elsewhere; and the pictures of what is judged. */
export const reviewExchangeRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.reviewExchange, act: (work) => show(work) },
  { method: 'POST', path: consolePaths.reviewExchange, act: bring, fileBytesMax: importBytesMax },
  { method: 'POST', path: `${consolePaths.reviewExchange}/drop`, act: drop },
  { method: 'GET', path: `${consolePaths.reviewExchange}/reviews.csv`, act: take },
  { method: 'GET', path: `${consolePaths.reviews}/:id/pictures/:name`, act: picture },
];

type Said = { readonly wrong: string | null; readonly done: ImportDone | null };

async function show(work: Work, { wrong, done }: Said = { wrong: null, done: null }): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const sources = await needs.reviews.importedOf(needs.database, visit.shop.shopId);
  const html = exchangePage({ frame: visit.frame, sources, wrong, done }, pageNeeds);
  return answer.page(html, { status: wrong === null ? 200 : 422 });
}

async function take({ needs, visit }: Work): Promise<Answer> {
  const pieces = await Array.fromAsync(needs.reviews.exportCsv(needs.database, visit.shop.shopId, exportedMax));
  const headers = { 'content-disposition': 'attachment; filename="reviews.csv"' };
  return answer.bytes('text/csv; charset=utf-8', Buffer.from(`\uFEFF${pieces.join('')}`), { headers });
}

async function bring(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const { fields, files } = await request.parts({ filesMax: 1, fileBytesMax: importBytesMax });
  const bytes = files[0]?.bytes ?? null;
  if (bytes === null) return await show(work, { wrong: visit.say('exchange.no_file'), done: null });
  const csv = (async function* pieces() {
    yield bytes;
  })();
  try {
    const asked = { shopId: visit.shop.shopId, source: fields.get('source') ?? '', csv, actor };
    return await show(work, { wrong: null, done: await needs.reviews.importCsv(asked) });
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 'invalid' && error.code !== 'limit')) throw error;
    const why = error.code === 'invalid' ? 'exchange.no_source' : 'exchange.too_many';
    return await show(work, { wrong: visit.say(why), done: null });
  }
}

async function drop({ needs, visit, request }: Work): Promise<Answer> {
  await needs.reviews.dropImported(visit.shop.shopId, request.form().get('source') ?? '', actor);
  return answer.redirect(consolePaths.reviewExchange);
}

/** What its author sent, before anybody else sees it. */
async function picture(work: Work): Promise<Answer> {
  const { needs, visit } = work;
  const reviewId = readId('rev', visit.params['id'] ?? '');
  const hash = (visit.params['name'] ?? '').replace(/\.jpg$/, '');
  const review = reviewId === null ? null : await needs.reviews.read(needs.database, visit.shop.shopId, reviewId);
  if (review === null || !review.content.pictures.includes(hash)) return missing(work);
  const jpeg = await needs.reviews.pictures.ofReview(needs.database, review, hash);
  return jpeg === null ? missing(work) : answer.bytes('image/jpeg', jpeg, { headers: { 'cache-control': 'no-store' } });
}
