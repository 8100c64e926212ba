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

/** Where it leads from everywhere. */
type Everywhere = Exclude<Target, 'parcel' | 'data' | 'consents'>;

/** Where a link of an article leads from here; null where there is nothing for this reader. */
export function addressOf(place: Place, target: Everywhere): string;
export function addressOf(place: Place, target: Target): string | null;
export function addressOf(place: Place, target: Target): string | null {
  const { shop, language, token } = place;
  const query = `?language=${tagOf(language)}`;
  if (isArticle(target)) return articleAddressOf(place, target.slice('article '.length));
  switch (target) {
    case 'help':
      return `${helpBaseOf(place)}${query}`;
    case 'contact':
      return `${contactBaseOf(place)}${query}`;
    case 'write':
      return `${contactBaseOf(place)}/write${query}`;
    case 'protection':
      return protectionPathOf(shop, language);
    case 'reviews':
      return reviewsPathOf(shop, language);
    case 'ledger':
      return `${ledgerPathOf(shop.shopId)}${query}`;
    case 'parcel':
      return token === null ? null : `/t/${token}${query}`;
    case 'data':
    case 'consents':
      return token === null ? null : `/t/${token}/${target}${query}`;
  }
}

function isArticle(target: Target): target is `article ${string}` {
  return target.startsWith('article ');
}

function contactBaseOf({ shop, token }: Place): string {
  return token === null ? contactPathOf(shop) : `/t/${token}/contact`;
}

export function tagOf(language: string): string {
  return language.slice(0, 2);
}
