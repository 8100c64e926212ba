import type { ShopFace } from '../view.ts';

/** Why something of a form is not taken; the words are `review.error.<key>`. */
export type FormError =
  | 'shop'
  | 'heading'
  | 'text'
  | 'by'
  | 'pictures.count'
  | `pictures.${'kind' | 'heic' | 'moving' | 'broken' | 'pixels' | 'bytes' | 'busy'}`;

/** What stands in the fields: as it was sent, whether it can be taken or not. */
export type Written = {
  readonly shop: number | null;
  readonly delivery: number | null;
  /** By the place of the product. */
  readonly products: ReadonlyMap<number, number>;
  readonly heading: string;
  readonly text: string;
  readonly by: string;
  /** Hashes of pictures that have arrived. */
  readonly pictures: readonly string[];
};

export const limits = { heading: 120, text: 4_000, by: 40, pictures: 4 } as const;

export type FormView = {
  readonly language: string;
  readonly shop: ShopFace;
  readonly languages: readonly { readonly code: string; readonly url: string; readonly label: string }[];
  readonly protectionUrl: string;
  readonly reviewsUrl: string;
  /** `/r/<token>`: where it is sent to as well. */
  readonly action: string;
  readonly products: readonly string[];
  readonly written: Written;
  readonly errors: readonly FormError[];
  /** Null while nothing was sent. */
  readonly state: 'waiting' | 'published' | 'withheld' | null;
  /** Why it is withheld, in the page's language, and what the shop adds; empty where it is not, or adds nothing. */
  readonly why: { readonly reason: string; readonly note: string };
  /** Until when it can be sent or changed, as a day. */
  readonly until: string;
  /** What the law wants said, sentence by sentence. */
  readonly law: readonly string[];
  readonly isUnsure: boolean;
};

/** Of the form, or of what lies below it, in the language that is being read: what was typed comes back in it. */
export function formUrl({ action, language }: Pick<FormView, 'action' | 'language'>, below = ''): string {
  return `${action}${below}?language=${language.slice(0, 2)}`;
}

export const empty: Written = {
  shop: null,
  delivery: null,
  products: new Map(),
  heading: '',
  text: '',
  by: '',
  pictures: [],
};

const productsMax = 20;
const hash = /^[0-9a-f]{64}$/;

/** Total: whatever the fields say, it is kept as far as a form can show it again. */
export function readWritten(fields: URLSearchParams): Written {
  const products = new Map<number, number>();
  for (let place = 0; place < productsMax; place += 1) {
    const stars = starsIn(fields.get(`product-${place}`));
    if (stars !== null) products.set(place, stars);
  }
  const kept = [...new Set(fields.getAll('kept').filter((one) => hash.test(one)))];
  return {
    shop: starsIn(fields.get('shop')),
    delivery: starsIn(fields.get('delivery')),
    products,
    heading: textIn(fields.get('heading')),
    text: textIn(fields.get('text')),
    by: textIn(fields.get('by')),
    pictures: kept.slice(0, limits.pictures),
  };
}

/** What a form says before its words are looked at by whoever takes it. */
export function errorsIn({ shop, heading, text, by }: Written): readonly FormError[] {
  return [
    ...(shop === null ? (['shop'] as const) : []),
    ...(heading.length > limits.heading ? (['heading'] as const) : []),
    ...(text.length > limits.text ? (['text'] as const) : []),
    ...(by.length > limits.by || /[@/\\<>]|www\.|\.\p{L}{2,}$/iu.test(by) ? (['by'] as const) : []),
  ];
}

export function starsIn(text: string | null): number | null {
  return text !== null && /^[1-5]$/.test(text) ? Number(text) : null;
}

/** Browsers send line breaks as two characters, which count as one. */
function textIn(text: string | null): string {
  return (text ?? '').replaceAll('\r\n', '\n').trim();
}
