import type { ShopFace } from '../view.ts';

/** 1 to 5 stars, ready to be drawn; `spread` is how often 1, 2, 3, 4 and 5. */
export type RatingView = { readonly mean: number | null; readonly count: number; readonly spread: readonly number[] };

/** A review as it is read. Days are written in the page's language. */
export type ReviewView = {
  readonly id: string;
  /** As it was published, in ISO 8601. */
  readonly at: string;
  readonly day: string;
  readonly by: string;
  readonly shop: number;
  readonly delivery: number | null;
  readonly products: readonly { readonly name: string; readonly sku: string | null; readonly stars: number }[];
  readonly title: string;
  readonly text: string;
  /** BCP 47, of its words. */
  readonly language: string;
  readonly pictures: readonly { readonly full: string; readonly small: string }[];
  readonly answer: { readonly text: string; readonly day: string } | null;
  readonly entry: number | null;
};

export type ShownView = {
  readonly language: string;
  readonly shop: ShopFace;
  readonly languages: readonly { readonly code: string; readonly url: string; readonly label: string }[];
  readonly protectionUrl: string;
  /** Of this page, without a query, and of the same for machines. */
  readonly path: string;
  readonly jsonUrl: string;
  /** The command that recounts everything. */
  readonly command: string;
  /** Only what was said of this product; null for the shop. */
  readonly product: { readonly sku: string; readonly name: string } | null;
  readonly rating: RatingView;
  /** Null where the page is about a product. */
  readonly counts: CountsView | null;
  readonly stars: number | null;
  readonly reviews: readonly ReviewView[];
  /** The last one, where there are more; null on the last page. */
  readonly next: string | null;
  readonly isFirst: boolean;
  readonly law: readonly string[];
  readonly imported: readonly { readonly source: string; readonly count: number; readonly mean: number }[];
  readonly importedReviews: readonly ImportedView[];
};

/** One of those from elsewhere, as it came. */
export type ImportedView = {
  readonly source: string;
  readonly stars: number;
  readonly day: string;
  readonly title: string;
  readonly text: string;
};

export type CountsView = {
  readonly delivered: number;
  readonly invited: number;
  /** Of the delivered ones, those that are asked at their hour, and those that never were: by whose word. */
  readonly planned: number;
  readonly unasked: { readonly refused: number; readonly unreachable: number; readonly shop: number };
  readonly received: number;
  readonly published: number;
  readonly waiting: number;
  readonly withdrawn: number;
  /** Each reason in the page's language. */
  readonly withheld: readonly { readonly reason: string; readonly count: number }[];
  readonly withheldSpread: readonly number[];
  readonly delivery: RatingView;
};

/** An address of the page with what is chosen on it. */
export function addressOf(
  { path, language }: Pick<ShownView, 'path' | 'language'>,
  chosen: { readonly stars?: number | null; readonly product?: string | null; readonly before?: string | null },
): string {
  const query = new URLSearchParams({ language: language.slice(0, 2) });
  for (const [name, value] of Object.entries(chosen)) if (value !== null) query.set(name, String(value));
  return `${path}?${query.toString()}`;
}
