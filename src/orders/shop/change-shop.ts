import { createHash } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { showId } from '#kit/ids';
import type { Privacy } from '#privacy';
import { addShop, readShop, storedFace, type Shop, type ShopRow } from '../shops.ts';
import { statements } from '../store.ts';
import type { Logo } from './picture.ts';
import { faceWith, newShop, settingsAfter, settingsOf, shopFields, troublesOf, type ShopSettings } from './settings.ts';
import type { ShopField, Trouble } from './troubles.ts';

export type ShopChange = {
  readonly shopId: string;
  readonly patch: Partial<ShopSettings>;
  /** A new logo, or null to have none; undefined leaves it. */
  readonly logo?: Logo | null;
  /** The line of hours in each language, where it is that of the week. */
  readonly hoursIn?: Readonly<Record<string, string>>;
  /** The settings that whoever changes them saw: if others have come since, nothing is changed. */
  readonly seen?: ShopSettings;
  /** `staff` or `command line`. */
  readonly actor: string;
};

export type ShopChanged =
  | { readonly shop: Shop; readonly changed: readonly ShopField[] }
  | { readonly no: 'wrong'; readonly troubles: readonly Trouble[] }
  /** `now` is what somebody else has set in the meantime. */
  | { readonly no: 'stale'; readonly now: ShopSettings }
  | { readonly no: 'unknown' };

export type ShopNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly publicUrl: string;
};

/** Mails that went out show the logo of their time. */
const logosKeptMax = 10;

export async function changeShop(needs: ShopNeeds, change: ShopChange): Promise<ShopChanged> {
  return await needs.database.tx((tx) => changeShopIn(needs, tx, change));
}

/** The same in a transaction that others began. */
export async function changeShopIn(needs: ShopNeeds, tx: Tx, change: ShopChange): Promise<ShopChanged> {
  const shops = await lockedShops(needs, tx);
  const shop = shops.find((one) => one.shopId === change.shopId);
  if (shop === undefined) return { no: 'unknown' };
  const current = settingsOf(shop);
  const { seen, logo } = change;
  if (seen !== undefined && differences(seen, current).length > 0) return { no: 'stale', now: current };
  const next = settingsAfter(current, change.patch);
  const troubles = troublesOf(next, namesBeside(shops, shop.shopId));
  if (troubles.length > 0) return { no: 'wrong', troubles };
  const logoUrl =
    logo === undefined ? shop.face.logoUrl : logo === null ? null : await keepLogo(needs, tx, shop.shopId, logo);
  const face = storedFace({ ...faceWith(shop.face, next, change.hoursIn), logoUrl });
  const isOther = face.logoUrl !== storedFace(shop.face).logoUrl;
  const changed: readonly ShopField[] = [...differences(current, next), ...(isOther ? (['logo'] as const) : [])];
  if (changed.length === 0) return { shop, changed };
  await tx.rows(statements.changeShop, [shop.shopId, next.name, next.language, JSON.stringify(face)]);
  await audit(needs, tx, change.actor, 'shop.set', shop.shopId, changed);
  return { shop: readShop({ ...shop, name: next.name, language: next.language, face }, needs.publicUrl), changed };
}

/** A further shop of this house. @returns what is wrong with its name, if anything is */
export async function openShop(
  needs: ShopNeeds,
  name: string,
  actor: string,
): Promise<Extract<ShopChanged, { shop: Shop } | { no: 'wrong' }>> {
  return await needs.database.tx(async (tx) => {
    const shops = await lockedShops(needs, tx);
    const made = newShop(settingsAfter(settingsOf(newShop(name, needs.publicUrl)), {}).name, needs.publicUrl);
    const troubles = troublesOf(settingsOf(made), namesBeside(shops, null)).filter(({ field }) => field === 'name');
    if (troubles.length > 0) return { no: 'wrong', troubles };
    const shop = await addShop(tx, needs.clock, made);
    await audit(needs, tx, actor, 'shop.add', shop.shopId, []);
    return { shop, changed: ['name'] };
  });
}

export function differences(one: ShopSettings, other: ShopSettings): readonly (keyof ShopSettings)[] {
  return shopFields.filter((field) => one[field] !== other[field]);
}

async function lockedShops(needs: ShopNeeds, tx: Tx): Promise<readonly Shop[]> {
  await tx.rows(statements.lockShops, []);
  // Read anew: whoever held the lock before may have added a shop.
  return (await tx.rows<ShopRow>(statements.lockShops, [])).map((row) => readShop(row, needs.publicUrl));
}

function namesBeside(shops: readonly Shop[], shopId: string | null): readonly string[] {
  return shops.filter((shop) => shop.shopId !== shopId).map(({ name }) => name);
}

async function audit(
  { privacy }: ShopNeeds,
  tx: Tx,
  actor: string,
  verb: string,
  shopId: string,
  changed: readonly ShopField[],
): Promise<void> {
  const subject = [showId('shp', shopId), changed.join(', ')].filter((part) => part !== '').join(': ');
  await privacy.audit(tx, { shopId, actor, verb, subject });
}

const contentTypes = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp', svg: 'image/svg+xml' } as const;

async function keepLogo({ clock }: ShopNeeds, tx: Tx, shopId: string, { kind, bytes }: Logo): Promise<string> {
  const logoId = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  await tx.rows(statements.addLogo, [shopId, logoId, contentTypes[kind], bytes, clock.now()]);
  await tx.rows(statements.dropOldLogos, [shopId, logosKeptMax]);
  return `/logos/${logoId}.${kind}`;
}

/** A logo by the last part of its path; null when there is none. */
export async function findLogo(
  queries: Queries,
  name: string,
): Promise<{ readonly contentType: string; readonly bytes: Uint8Array } | null> {
  const logoId = /^([0-9a-f]{32})\.(?:png|jpeg|webp|svg)$/.exec(name)?.[1];
  return logoId === undefined ? null : await queries.one(statements.logo, [logoId]);
}
