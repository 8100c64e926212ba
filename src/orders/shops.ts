import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { newId, showId } from '#kit/ids';
import { statements } from './store.ts';

/** What customers see of a shop. */
const faceShape = z.object({
  /** `#rrggbb`, with a contrast of at least 4.5:1 between the two. */
  brand: z.string(),
  onBrand: z.string(),
  /**
   * Where the logo lies on our own host: a whole address for a picture that mail programs draw (PNG, JPEG), a path for one
   * that only browsers do (SVG, WebP).
   */
  logoUrl: z.string().nullable(),
  contact: z.object({
    email: z.string().nullable(),
    phone: z.string().nullable(),
    /** One line, as somebody wrote it, or of the week in the shop's language. */
    hours: z.string().nullable(),
    /** The week's line in each language; missing where somebody wrote the line. */
    hoursIn: z.record(z.string(), z.string()).optional(),
    url: z.string().nullable(),
  }),
  /** The sender of the shop's mails. */
  sender: z.object({ name: z.string(), address: z.string() }),
});

export type Face = z.infer<typeof faceShape>;

export type Shop = {
  readonly shopId: string;
  readonly name: string;
  readonly language: string;
  /** True for the invented shop that an empty installation opens with. */
  readonly sample: boolean;
  readonly face: Face;
};

export type ShopRow = Omit<Shop, 'face'> & { readonly face: unknown };

/** All shops, the real ones first. `publicUrl` is the address that customers reach this house by. */
export async function allShops(queries: Queries, publicUrl: string): Promise<readonly Shop[]> {
  const rows = await queries.rows<ShopRow>(statements.shops, []);
  return rows.map((row) => readShop(row, publicUrl));
}

export function readShop(row: ShopRow, publicUrl: string): Shop {
  const face = faceShape.parse(row.face);
  const logoUrl =
    face.logoUrl !== null && /\.(?:png|jpeg)$/.test(face.logoUrl)
      ? new URL(face.logoUrl, publicUrl).href
      : face.logoUrl;
  return { ...row, face: { ...face, logoUrl } };
}

export async function addShop(queries: Queries, clock: Clock, shop: Omit<Shop, 'shopId'>): Promise<Shop> {
  const shopId = newId(clock);
  await queries.rows(statements.addShop, [
    shopId,
    shop.name,
    shop.language,
    shop.sample,
    JSON.stringify(storedFace(shop.face)),
    clock.now(),
  ]);
  return { ...shop, shopId };
}

/** As it is kept: the house may move to another address, so the logo's is kept without one. */
export function storedFace(face: Face): Face {
  return { ...face, logoUrl: logoPathOf(face) };
}

/** The path of a shop's logo on our own host; null when it has none. */
export function logoPathOf({ logoUrl }: Pick<Face, 'logoUrl'>): string | null {
  return logoUrl === null ? null : (URL.parse(logoUrl, 'https://shop.invalid')?.pathname ?? null);
}

/** The line of hours as readers of a language have it; what somebody wrote by hand is the same for all. */
export function hoursLineOf({ hours, hoursIn }: Face['contact'], language: string): string | null {
  return hoursIn?.[language.slice(0, 2)] ?? hours;
}

/**
 * The path of the page that says how a shop protects its customers: for everybody, behind no secret.
 * @param language of the page; the browser's when it is missing
 */
export function protectionPathOf(shop: Pick<Shop, 'shopId'>, language?: string): string {
  return openPath('protection', shop, language);
}

/** The path of the page that says who is behind a shop and how it is reached; as open as the one above. */
export function contactPathOf(shop: Pick<Shop, 'shopId'>, language?: string): string {
  return openPath('contact', shop, language);
}

/** The path of a shop's answers to what is often asked. */
export function helpPathOf(shop: Pick<Shop, 'shopId'>, language?: string): string {
  return openPath('help', shop, language);
}

/** The path of what a shop's customers said about it. */
export function reviewsPathOf(shop: Pick<Shop, 'shopId'>, language?: string): string {
  return openPath('reviews', shop, language);
}

function openPath(page: string, { shopId }: Pick<Shop, 'shopId'>, language: string | undefined): string {
  const path = `/${page}/${showId('shp', shopId)}`;
  return language === undefined ? path : `${path}?language=${language.slice(0, 2)}`;
}

/**
 * The path of the page of what others say of a shop: for everybody.
 * @param language of the page; the browser's when it is missing
 */
export function sealsPathOf(shop: Pick<Shop, 'shopId'>, language?: string): string {
  return openPath('seals', shop, language);
}

/** The path of what a careful shopper looks for, for everybody; below it are the cards for the shop's own pages. */
export function trustPathOf(shop: Pick<Shop, 'shopId'>, language?: string): string {
  return openPath('trust', shop, language);
}
