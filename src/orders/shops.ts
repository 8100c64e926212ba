import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { newId } from '#kit/ids';
import { statements } from './store.ts';

/** What customers see of a shop. */
const faceShape = z.object({
  /** `#rrggbb`, with a contrast of at least 4.5:1 between the two. */
  brand: z.string(),
  onBrand: z.string(),
  logoUrl: z.string().nullable(),
  contact: z.object({
    email: z.string().nullable(),
    phone: z.string().nullable(),
    hours: z.string().nullable(),
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

/** All shops, the real ones first. */
export async function allShops(queries: Queries): Promise<readonly Shop[]> {
  const rows = await queries.rows<Omit<Shop, 'face'> & { readonly face: unknown }>(statements.shops, []);
  return rows.map((row) => Object.assign({}, row, { face: faceShape.parse(row.face) }));
}

export async function addShop(queries: Queries, clock: Clock, shop: Omit<Shop, 'shopId'>): Promise<Shop> {
  const shopId = newId(clock);
  await queries.rows(statements.addShop, [
    shopId,
    shop.name,
    shop.language,
    shop.sample,
    JSON.stringify(shop.face),
    clock.now(),
  ]);
  return { ...shop, shopId };
}
