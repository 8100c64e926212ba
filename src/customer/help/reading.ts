import type { Faq, Found, Shown } from '#faq';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { AssetUrl } from '#kit/html';
import type { Answer, RequestHead } from '#kit/http';
import type { Orders, Shop } from '#orders';
import type { Parcels } from '#parcels';
import type { Say } from '../words.ts';
import type { Place } from './places.ts';
import { situationOf } from './situation.ts';
import { topicsPage, wordsLengthMax, type TopicsView } from './topics-page.tsx';

export type HelpNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops' | 'read' | 'links'>;
  readonly parcels: Pick<Parcels, 'read'>;
  readonly faq: Pick<Faq, 'search' | 'situated' | 'all' | 'article' | 'viewed' | 'helped' | 'count'>;
};

/** What the door knows: in which language the page is, in which words and colours, and how unknown links are answered. */
export type HelpDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
};

export type Pages = HelpNeeds & { readonly door: HelpDoor; readonly assetUrl: AssetUrl };

/** Where somebody reads, and beside which parcel. */
export type Reading = { readonly place: Place; readonly situation: TopicsView['situation'] };

/** What the link of an order leads to; null where it opens nothing. */
export async function findReading(pages: Pages, request: RequestHead, token: string): Promise<Reading | null> {
  const { database, orders, clock, door } = pages;
  const target = await orders.links.find(database, token);
  if (target === null) return null;
  const order = await orders.read(database, target.personId, target.orderId);
  const shop = (await orders.shops(database)).find(({ shopId }) => shopId === target.shopId);
  if (order === null || shop === undefined) return null;
  const language = door.languageOf(request, order.language);
  const parcels = await pages.parcels.read(database, order.parcelIds);
  const situation = situationOf(parcels, { language, now: clock.now(), say: door.say(language) });
  return { place: { shop, language, token }, situation };
}

/** What was typed, without what cannot be seen, as much of it as is looked for. */
export function wordsOf({ query }: RequestHead): string {
  const typed = (query.get('q') ?? '').slice(0, 4 * wordsLengthMax).normalize('NFC');
  const words = typed.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  // The cut may have left half a character.
  return words
    .slice(0, wordsLengthMax)
    .replace(/\p{Cs}$/u, '')
    .trim();
}

const foundMax = 20;
const situatedMax = 4;

/** The page of topics, with what was found where something was searched for. */
export async function topicsHtml(
  pages: Pages,
  reading: Reading,
  asked: { readonly words: string; readonly isGone: boolean; readonly all?: readonly Found[] },
): Promise<string> {
  const { faq, database, door, assetUrl } = pages;
  const { place, situation } = reading;
  const { shop, language } = place;
  const { words, isGone } = asked;
  const reader = { shopId: shop.shopId, language, situation };
  const [found, situated, all] = await Promise.all([
    words === '' ? null : faq.search(database, { ...reader, words, limit: foundMax }),
    situation === null || words !== '' ? [] : faq.situated(database, { ...reader, limit: situatedMax }),
    asked.all ?? faq.all(database, reader),
  ]);
  if (found !== null) await faq.count(database, shop.shopId, found.length === 0 ? 'search without hit' : 'search');
  door.addTheme(shop);
  const say = door.say(language);
  return topicsPage({ place, words, found, situation, situated, all, isGone }, { say, assetUrl });
}

const slugShape = /^[a-z0-9-]{1,80}$/u;

/** Null where there is no such answer for this shop. */
export async function findArticle(pages: Pages, { place, situation }: Reading, slug: string): Promise<Shown | null> {
  if (!slugShape.test(slug)) return null;
  const asked = { shopId: place.shop.shopId, language: place.language, slug, situation };
  return await pages.faq.article(pages.database, asked);
}
