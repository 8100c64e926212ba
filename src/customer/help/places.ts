import type { Target } from '#faq';
import { contactPathOf, helpPathOf, protectionPathOf, reviewsPathOf, type Shop } from '#orders';
import { ledgerPathOf } from '#privacy';

/** Where somebody reads: open to everybody, or behind the link of an order. */
export type Place = {
  readonly shop: Shop;
  readonly language: string;
  /** Null on the pages that are open to everybody. */
  readonly token: string | null;
};

/** The page of topics, without a query: `/help/<shop>` or `/t/<token>/help`. */
export function helpBaseOf({ shop, token }: Place): string {
  return token === null ? helpPathOf(shop) : `/t/${token}/help`;
}

/** The same answer, open to everybody: the one address that search engines are to know. */
export function openAddressOf({ shop, language }: Place, slug: string | null): string {
  return `${helpPathOf(shop)}${slug === null ? '' : `/${slug}`}?language=${tagOf(language)}`;
}

export function articleAddressOf(place: Place, slug: string): string {
  return `${helpBaseOf(place)}/${slug}?language=${tagOf(place.language)}`;
}

type ToArticle = `article ${string}`;
/** What only whoever holds the link of an order has. */
type BehindLink = 'parcel' | 'data' | 'consents';
type Everywhere = Exclude<Target, ToArticle | BehindLink>;

const everywhere: Readonly<Record<Everywhere, (place: Place, query: string) => string>> = {
  help: (place, query) => `${helpBaseOf(place)}${query}`,
  contact: (place, query) => `${contactBaseOf(place)}${query}`,
  write: (place, query) => `${contactBaseOf(place)}/write${query}`,
  protection: ({ shop, language }) => protectionPathOf(shop, language),
  reviews: ({ shop, language }) => reviewsPathOf(shop, language),
  ledger: ({ shop }, query) => `${ledgerPathOf(shop.shopId)}${query}`,
};

const behindLink: Readonly<Record<BehindLink, string>> = { parcel: '', data: '/data', consents: '/consents' };

/** Where a link of an article leads from here; null where there is nothing for this reader. */
export function addressOf(place: Place, target: Everywhere): string;
export function addressOf(place: Place, target: Target): string | null;
export function addressOf(place: Place, target: Target): string | null {
  const query = `?language=${tagOf(place.language)}`;
  if (isArticle(target)) return articleAddressOf(place, target.slice('article '.length));
  if (!isBehindLink(target)) return everywhere[target](place, query);
  return place.token === null ? null : `/t/${place.token}${behindLink[target]}${query}`;
}

function isArticle(target: Target): target is ToArticle {
  return target.startsWith('article ');
}

function isBehindLink(target: Exclude<Target, ToArticle>): target is BehindLink {
  return Object.hasOwn(behindLink, target);
}

function contactBaseOf({ shop, token }: Place): string {
  return token === null ? contactPathOf(shop) : `/t/${token}/contact`;
}

export function tagOf(language: string): string {
  return language.slice(0, 2);
}
