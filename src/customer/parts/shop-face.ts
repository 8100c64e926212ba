import { logoPathOf, type Shop } from '#orders';
import type { ShopFace } from '../view.ts';

/** How a shop looks on its customers' pages; its logo comes from this house. */
export function faceOf({ name, face, sample }: Omit<Shop, 'shopId'>): ShopFace {
  return { name, ...face, logoUrl: logoPathOf(face), sample };
}

/** The same page in each language, for addresses without a query of their own. */
export function languageLinks(path: string) {
  return [
    { code: 'de', url: `${path}?language=de`, label: 'Deutsch' },
    { code: 'en', url: `${path}?language=en`, label: 'English' },
  ];
}
