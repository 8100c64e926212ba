import { contactPathOf, helpPathOf, hoursLineOf, logoPathOf, trustPathOf, type Shop } from '#orders';
import { ledgerPathOf } from '#privacy';
import type { ShopFace } from '../view.ts';

/** How a shop looks on its customers' pages; its logo comes from this house. @param language of the page */
export function faceOf(shop: Omit<Shop, 'shopId'> & { readonly shopId?: string }, language?: string): ShopFace {
  const { name, face, sample, shopId } = shop;
  const { hoursIn: _hoursIn, ...contact } = face.contact;
  const query = language === undefined ? '' : `?language=${language.slice(0, 2)}`;
  return {
    name,
    ...face,
    contact: { ...contact, hours: hoursLineOf(face.contact, language ?? shop.language) },
    logoUrl: logoPathOf(face),
    sample,
    ...(shopId === undefined ? {} : waysOf({ shopId }, language, query)),
  };
}

function waysOf(shop: Pick<Shop, 'shopId'>, language: string | undefined, query: string): Partial<ShopFace> {
  return {
    ledgerUrl: `${ledgerPathOf(shop.shopId)}${query}`,
    contactUrl: contactPathOf(shop, language),
    helpUrl: helpPathOf(shop, language),
    trustUrl: trustPathOf(shop, language),
  };
}

/** The same page in each language, for addresses without a query of their own. */
export function languageLinks(path: string) {
  return [
    { code: 'de', url: `${path}?language=de`, label: 'Deutsch' },
    { code: 'en', url: `${path}?language=en`, label: 'English' },
  ];
}
