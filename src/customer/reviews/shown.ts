import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { formatDate } from '#kit/words';
import { protectionPathOf, reviewsPathOf, type Orders, type Shop } from '#orders';
import type { Ledger } from '#privacy';
import { lawWords, sayReason, sayReview, statesMax, type Figures, type PublishedReview, type Reviews } from '#reviews';
import { languageAfter, languageWish } from '../languages.ts';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { starsIn } from './form-view.ts';
import type { ReviewDoor } from './reviews.ts';
import { shownJson } from './shown-json.ts';
import { shownPage } from './shown-page.tsx';
import type { CountsView, ReviewView, ShownView } from './shown-view.ts';

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
/** Reviews that are looked through for those with the stars that were asked for. */
const lookedMax = 1_000;
const lookedAtOnce = 100;
const skuForm = /^\P{Cc}{1,100}$/u;
const homeZone = 'Europe/Berlin';
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
        return await json(needs, await shopOf(needs, asked.slice(0, -ending.length)), request);
      const shop = await shopOf(needs, asked);
      const language = languageAfter(languageWish(request), 'en');
      door.addTheme(shop);
      const view = await viewOf(needs, shop, language, chosenIn(request));
      return answer.page(shownPage(view, { say: door.say(language), assetUrl: http.assetUrl }));
    },
  });
  http.route({
    ...open,
    path: '/reviews/:shop/pictures/:name',
    limit: 'static',
    handle: async ({ params }) => {
      const shop = await shopOf(needs, params['shop'] ?? '');
      const [, hash = '', small] = /^([0-9a-f]{64})(-small)?\.jpg$/.exec(params['name'] ?? '') ?? [];
      const size = small === undefined ? 'full' : 'small';
      const jpeg = await needs.reviews.pictures.shown(needs.database, shop.shopId, hash, size);
      if (jpeg === null) throw new Fault('not_found', 'There is no such picture.');
      return answer.bytes('image/jpeg', jpeg, { headers: pictureHeaders });
    },
  });
}

async function shopOf({ orders, database }: ShownNeeds, shownId: string): Promise<Shop> {
  const shopId = readId('shp', shownId);
  const shop = (await orders.shops(database)).find((one) => one.shopId === shopId);
  if (shop === undefined) throw new Fault('not_found', 'There is no such shop.');
  return shop;
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

async function viewOf(needs: ShownNeeds, shop: Shop, language: string, chosen: Chosen): Promise<ShownView> {
  const { database, reviews } = needs;
  const { shopId } = shop;
  const [figures, { publishDays }, imported] = await Promise.all([
    reviews.figuresOf(database, shopId),
    reviews.settingsOf(database, shopId),
    reviews.importedOf(database, shopId),
  ]);
  const found = await collect(needs, shopId, chosen);
  const { product } = chosen;
  const rating = product === null ? figures.shop : await reviews.productFigures(database, shopId, product);
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
    product: product === null ? null : { sku: product, name: nameOf(found.reviews, product) },
    rating,
    counts: product === null ? countsOf(figures, language) : null,
    stars: chosen.stars,
    reviews: found.reviews.map((one) => reviewView(one, shop, language)),
    next: found.hasMore && last !== undefined ? showId('rev', last.reviewId) : null,
    isFirst: chosen.before === null,
    law: lawWords.map((word) => sayReview(language, word, { days: publishDays })),
    imported: product === null ? imported : [],
    importedReviews: product === null && imported.length > 0 ? await foreign(needs, shopId, language) : [],
  };
}

async function foreign({ reviews, database }: ShownNeeds, shopId: string, language: string) {
  const rows = await reviews.importedReviews(database, shopId);
  return rows.map(({ writtenOn, source, stars, title, text }) => {
    return { source, stars, title, text, day: formatDate(language, writtenOn) };
  });
}

/** As those call it who bought it. */
function nameOf(reviews: readonly PublishedReview[], sku: string): string {
  return reviews.flatMap(({ products }) => products).find((one) => one.sku === sku)?.name ?? sku;
}

/** Stars lie sealed with the words they belong to: they are looked for one page after the other. */
async function collect({ database, reviews }: ShownNeeds, shopId: string, { stars, product, before }: Chosen) {
  const found: PublishedReview[] = [];
  let from = before;
  const limit = stars === null ? perPage + 1 : lookedAtOnce;
  for (let looked = 0; looked < lookedMax && found.length <= perPage; looked += limit) {
    const page = await reviews.published(database, shopId, {
      before: from,
      limit,
      ...(product === null ? {} : { product }),
    });
    found.push(...page.filter((one) => stars === null || starsFor(one, product) === stars));
    from = page.at(-1)?.reviewId ?? null;
    if (page.length < limit) break;
  }
  const shown = fitting(found.slice(0, perPage));
  return { reviews: shown, hasMore: found.length > shown.length };
}

/** As many as keep the page below its bytes, and one in any case. Words stand in it twice: to be read, and as data. */
function fitting(reviews: readonly PublishedReview[]): readonly PublishedReview[] {
  let left = reviewsBytesMax;
  return reviews.filter(({ title, text, by, answer: said }, at) => {
    left -= aroundBytes + 2 * Buffer.byteLength(`${title}${text}${by}`) + Buffer.byteLength(said?.text ?? '');
    return at === 0 || left >= 0;
  });
}

function starsFor({ shop, products }: PublishedReview, product: string | null): number | null {
  if (product === null) return shop;
  return products.find(({ sku }) => sku === product)?.stars ?? null;
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

function dayOf(language: string, at: Temporal.Instant): string {
  return formatDate(language, at.toZonedDateTimeISO(homeZone).toPlainDate());
}

function countsOf(figures: Figures, language: string): CountsView {
  const { delivered, invited, received, published, waiting, withdrawn, withheld, withheldStars, delivery } = figures;
  return {
    delivered,
    invited,
    received,
    published,
    waiting,
    withdrawn,
    delivery,
    withheldSpread: withheldStars,
    withheld: withheld.map(({ reason, count }) => ({ reason: sayReason(language, reason), count })),
  };
}
