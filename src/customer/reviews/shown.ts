import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { formatDate } from '#kit/words';
import { protectionPathOf, reviewsPathOf, type Orders, type Shop } from '#orders';
import type { Ledger } from '#privacy';
import {
  lawWords,
  sayReason,
  sayReview,
  statesMax,
  type Figures,
  type PublishedReview,
  type Rating,
  type Reviews,
} from '#reviews';
import { isLinked } from './json-ld.ts';
import { openly } from '../rendered/rendered.ts';
import { languageAfter, languageWish } from '../languages.ts';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { starsIn } from './form-view.ts';
import type { ReviewDoor } from './reviews.ts';
import { shownJson } from './shown-json.ts';
import { shownPage } from './shown-page.tsx';
import type { CountsView, ReviewView, ShownView } from './shown-view.ts';
import { shopAt } from '../parts/open-shop.ts';
import { dayOf } from '../parts/home-day.ts';

export type ShownNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops'>;
  readonly privacy: { readonly ledger: Pick<Ledger, 'urlOf'> };
  readonly reviews: Pick<
    Reviews,
    | 'figuresOf'
    | 'productFigures'
    | 'published'
    | 'settingsOf'
    | 'statesOf'
    | 'pictures'
    | 'importedOf'
    | 'importedReviews'
  >;
};

const perPage = 10;
/** Of what a page has of reviews, whose markup takes so much each. */
const reviewsBytesMax = 18_000;
const aroundBytes = 1_200;
const skuForm = /^\P{Cc}{1,100}$/u;
const ending = '.json';

/** A picture that is opened by itself may do nothing. Kept for a day: it may be taken back. */
const pictureHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=86400, immutable',
} as const;

/**
 * What everybody reads of a shop's reviews: a page, the same for machines under the same address with `.json` behind it,
 * and the pictures. 404 where there is no such shop.
 */
export function mountShown(http: Http, needs: ShownNeeds, door: ReviewDoor): void {
  const open = { method: 'GET', audience: 'people', takes: 'nothing', admit: anyone } as const;
  http.route({
    ...open,
    path: '/reviews/:shop',
    handle: async (request) => {
      const asked = request.params['shop'] ?? '';
      if (asked.endsWith(ending))
        return await json(needs, await shopAt(needs, asked.slice(0, -ending.length)), request);
      const shop = await shopAt(needs, asked);
      const language = languageAfter(languageWish(request), 'en');
      door.addTheme(shop);
      const view = await viewOf(needs, shop, language, chosenIn(request));
      const page = answer.page(shownPage(view, { say: door.say(language), assetUrl: http.assetUrl }));
      // Its figures are there for search engines too; those of an invented shop are not.
      return shop.sample ? page : openly(page);
    },
  });
  http.route({
    ...open,
    path: '/reviews/:shop/pictures/:name',
    limit: 'static',
    handle: async ({ params }) => {
      const shop = await shopAt(needs, params['shop'] ?? '');
      const [, hash = '', small] = /^([0-9a-f]{64})(-small)?\.jpg$/.exec(params['name'] ?? '') ?? [];
      const size = small === undefined ? 'full' : 'small';
      const jpeg = await needs.reviews.pictures.shown(needs.database, shop.shopId, hash, size);
      if (jpeg === null) throw new Fault('not_found', 'There is no such picture.');
      return answer.bytes('image/jpeg', jpeg, { headers: pictureHeaders });
    },
  });
}

/** Anybody's page may read what anybody may. */
const forAnybody = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'no-cache',
} as const;

async function json(needs: ShownNeeds, shop: Shop, { query }: RequestHead): Promise<Answer> {
  const said = query.get('after');
  const after = said === null ? null : readId('rev', said);
  if (said !== null && after === null) throw new Fault('invalid', 'There is no such review.');
  const [figures, states] = await Promise.all([
    needs.reviews.figuresOf(needs.database, shop.shopId),
    needs.reviews.statesOf(needs.database, shop.shopId, after),
  ]);
  const isFull = states.length >= statesMax;
  const ledger = needs.privacy.ledger.urlOf(shop.shopId);
  return answer.json(shownJson({ shop: shop.name, ledger, figures, states, isFull }), { headers: forAnybody });
}

type Chosen = { readonly stars: number | null; readonly product: string | null; readonly before: string | null };

function chosenIn({ query }: RequestHead): Chosen {
  const before = query.get('before');
  const product = query.get('product');
  return {
    stars: starsIn(query.get('stars')),
    product: product !== null && skuForm.test(product) ? product : null,
    before: before === null ? null : readId('rev', before),
  };
}

type RatedProduct = { readonly sku: string; readonly name: string; readonly rating: Rating };

/**
 * As those call it who bought it last. What nobody has rated is no product: an address must not put its own words on the
 * page.
 */
async function ratedOf({ database, reviews }: ShownNeeds, { shopId }: Shop, sku: string): Promise<RatedProduct | null> {
  const rating = await reviews.productFigures(database, shopId, sku);
  if (rating.count === 0) return null;
  const [newest] = await reviews.published(database, shopId, { before: null, limit: 1, product: sku });
  return { sku, rating, name: newest?.products.find((one) => one.sku === sku)?.name ?? sku };
}

async function viewOf(needs: ShownNeeds, shop: Shop, language: string, asked: Chosen): Promise<ShownView> {
  const { database, reviews } = needs;
  const { shopId } = shop;
  const [figures, { publishDays }] = await Promise.all([
    reviews.figuresOf(database, shopId),
    reviews.settingsOf(database, shopId),
  ]);
  const product = asked.product === null ? null : await ratedOf(needs, shop, asked.product);
  const chosen = { ...asked, product: product?.sku ?? null };
  const found = await collect(needs, shopId, chosen);
  const path = reviewsPathOf(shop);
  const last = found.reviews.at(-1);
  return {
    language,
    shop: faceOf(shop, language),
    languages: languageLinks(path),
    protectionUrl: protectionPathOf(shop, language),
    path,
    jsonUrl: `${path}${ending}`,
    command: `npm run -s glasspost -- ledger verify ${needs.privacy.ledger.urlOf(shopId)}`,
    product: product === null ? null : { sku: product.sku, name: product.name },
    rating: product === null ? figures.shop : product.rating,
    counts: product === null ? countsOf(figures, language) : null,
    stars: chosen.stars,
    reviews: found.reviews.map((one) => reviewView(one, shop, language)),
    next: found.hasMore && last !== undefined ? showId('rev', last.reviewId) : null,
    isFirst: chosen.before === null,
    law: lawWords.map((word) => sayReview(language, word, { days: publishDays })),
    ...(product === null
      ? await foreign(needs, shop, language, found.bytesLeft)
      : { imported: [], importedReviews: [] }),
  };
}

/** From elsewhere, as many as there is room for below the shop's own. */
async function foreign(
  { reviews, database }: ShownNeeds,
  { shopId }: Shop,
  language: string,
  bytesMax: number,
): Promise<Pick<ShownView, 'imported' | 'importedReviews'>> {
  const imported = await reviews.importedOf(database, shopId);
  const rows = imported.length === 0 ? [] : await reviews.importedReviews(database, shopId);
  const bytes = (one: (typeof rows)[number]): number => aroundBytes / 2 + Buffer.byteLength(`${one.title}${one.text}`);
  const importedReviews = rows.filter(within(bytesMax, bytes)).map(({ writtenOn, source, stars, title, text }) => {
    return { source, stars, title, text, day: formatDate(language, writtenOn) };
  });
  return { imported, importedReviews };
}

async function collect({ database, reviews }: ShownNeeds, shopId: string, { stars, product, before }: Chosen) {
  const found = await reviews.published(database, shopId, {
    before,
    limit: perPage + 1,
    ...(product === null ? {} : { product }),
    ...(stars === null ? {} : { stars }),
  });
  const fitting = found.slice(0, perPage).filter(within(reviewsBytesMax, bytesOf));
  const bytesLeft = fitting.reduce((left, one) => left - bytesOf(one), reviewsBytesMax);
  const kept = fitting.length === 0 ? found.slice(0, 1) : fitting;
  return { reviews: kept, hasMore: found.length > kept.length, bytesLeft };
}

/** As many from the first on as keep the page below its bytes. */
function within<One>(bytesMax: number, bytes: (one: One) => number): (one: One) => boolean {
  let left = bytesMax;
  return (one) => (left -= bytes(one)) >= 0;
}

function bytesOf({ title, text, by, answer: said }: PublishedReview): number {
  const times = isLinked(text) ? 2 : 1;
  return (
    aroundBytes +
    2 * Buffer.byteLength(title + by) +
    times * Buffer.byteLength(text) +
    Buffer.byteLength(said?.text ?? '')
  );
}

function reviewView(review: PublishedReview, shop: Shop, language: string): ReviewView {
  const { reviewId, at, by, delivery, title, text, products, answer: said, ledgerIndex } = review;
  const pictures = `${reviewsPathOf(shop)}/pictures`;
  return {
    id: showId('rev', reviewId),
    at: at.toString(),
    day: dayOf(language, at),
    by: by === '' ? sayReview(language, 'by.verified') : by,
    shop: review.shop,
    delivery,
    products,
    title,
    text,
    language: review.language,
    entry: ledgerIndex,
    pictures: review.pictures.map((hash) => ({
      full: `${pictures}/${hash}.jpg`,
      small: `${pictures}/${hash}-small.jpg`,
    })),
    answer: said === null ? null : { text: said.text, day: dayOf(language, said.at) },
  };
}

function countsOf(figures: Figures, language: string): CountsView {
  const { delivered, invited, planned, received, published, waiting, withdrawn, withheld, withheldStars, delivery } =
    figures;
  return {
    delivered,
    invited,
    planned,
    unasked: unaskedOf(figures),
    received,
    published,
    waiting,
    withdrawn,
    delivery,
    withheldSpread: withheldStars,
    withheld: withheld.map(({ reason, count }) => ({ reason: sayReason(language, reason), count })),
  };
}

const refusals: readonly string[] = ['no consent', 'objected', 'restricted', 'unsubscribed'];
const unreachable: readonly string[] = ['no address', 'suppressed'];
const byShop: readonly string[] = ['switched off', 'too late'];

function unaskedOf({ passedOver }: Figures): CountsView['unasked'] {
  const of = (reasons: readonly string[]): number =>
    passedOver.reduce((total, { reason, count }) => (reasons.includes(reason) ? total + count : total), 0);
  return { refused: of(refusals), unreachable: of(unreachable), shop: of(byShop) };
}
