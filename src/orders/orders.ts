import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { HeldRow, Privacy, Sealed, Whose } from '#privacy';
import { hashOfNumber, type TakenBox } from './boxes.ts';
import { createLinks, type LinkTarget, type Links } from './links.ts';
import { putOrder, type TakenOrder } from './put-order.ts';
import { putOrders } from './put-orders.ts';
import {
  findOrder,
  readContacts,
  readManyStored,
  readStored,
  type Contact,
  type OrderOf,
  type StoredOrder,
} from './read-stored.ts';
import type { OrderInput } from './read-order.ts';
import { addFirstShop } from './first-shop.ts';
import {
  addShop,
  allShops,
  contactPathOf,
  helpPathOf,
  hoursLineOf,
  logoPathOf,
  protectionPathOf,
  reviewsPathOf,
  sealsPathOf,
  trustPathOf,
  type Face,
  type Shop,
} from './shops.ts';
import {
  changeShop,
  changeShopIn,
  differences,
  findLogo,
  openShop,
  type ShopChange,
  type ShopChanged,
} from './shop/change-shop.ts';
import { readLogo, type Logo } from './shop/picture.ts';
import { newShop, settingsOf, shopFields, shopLanguages, shopWith, type ShopSettings } from './shop/settings.ts';
import { sayField, sayTrouble, type Trouble } from './shop/troubles.ts';
import { personByEmail, type Contacted } from './persons/contacted.ts';
import { correctPerson, readCorrection, type Correction } from './persons/correct.ts';
import { dropFinders, forgetPerson, lockWhose, personsAfter, whoseOf } from './persons/forget.ts';
import { orderTables } from './persons/tables.ts';
import { forgetting } from './store.ts';

export { ordersData } from './retention/data-map.ts';
export { ordersSweeps, personsWithoutOrder } from './retention/sweeps.ts';
export { correctedBody, orderBody, orderNumberText, readOrder, type OrderInput } from './read-order.ts';
export {
  contactPathOf,
  differences,
  helpPathOf,
  hoursLineOf,
  logoPathOf,
  newShop,
  protectionPathOf,
  readLogo,
  reviewsPathOf,
  sayField,
  sealsPathOf,
  trustPathOf,
  sayTrouble,
  settingsOf,
  shopFields,
  shopLanguages,
  shopWith,
};
export type { Logo, ShopChange, ShopChanged, ShopSettings, Trouble };
export { orderTables, readCorrection };
export type { Correction };
export type { Face, LinkTarget, OrderOf, Shop, StoredOrder, TakenBox, TakenOrder };

/** A person and whose customer they are. */
type PersonOf = { readonly shopId: string; readonly personId: string };

/** Shops, their orders, the persons in them, and the links that customers hold. */
export type Orders = {
  readonly shops: (queries: Queries) => Promise<readonly Shop[]>;
  /** Adds the shop unless there is one. */
  readonly addFirstShop: (tx: Tx, shop: Omit<Shop, 'shopId'>) => Promise<void>;
  readonly addShop: (queries: Queries, shop: Omit<Shop, 'shopId'>) => Promise<Shop>;
  /** A further shop, with an audit row; it has the face of every new shop. */
  readonly openShop: (name: string, actor: string) => ReturnType<typeof openShop>;
  /** Changes what a shop is called and looks like, with an audit row; pages and mails have it from then on. */
  readonly changeShop: (change: ShopChange) => Promise<ShopChanged>;
  /** The same in a transaction that others began. */
  readonly changeShopIn: (tx: Tx, change: ShopChange) => Promise<ShopChanged>;
  /** A logo by the last part of its path; null when there is none. */
  readonly logo: typeof findLogo;
  /** Takes an order, new or again; the same content again changes nothing. */
  readonly put: (tx: Tx, shopId: string, order: OrderInput) => Promise<TakenOrder>;
  /** The same for many orders, with few statements; answers in their order. */
  readonly putMany: (tx: Tx, shopId: string, orders: readonly OrderInput[]) => Promise<readonly TakenOrder[]>;
  /** The order with this number, however its spaces and letters are written; null when there is none. */
  readonly find: (queries: Queries, shopId: string, number: string) => Promise<StoredOrder | null>;
  /** Null when there is none, or when it was erased. */
  readonly read: (queries: Queries, personId: string, orderId: string) => Promise<StoredOrder | null>;
  /** The same for many, by order id, with few statements. */
  readonly readMany: (queries: Queries, asked: readonly OrderOf[]) => Promise<ReadonlyMap<string, StoredOrder>>;
  /**
   * Somebody who wrote without an order: whoever has this address, of whom nothing changes by it, or somebody new.
   */
  readonly personByEmail: (tx: Tx, shopId: string, who: Contacted) => Promise<string>;
  /** How these persons are called and written to. */
  readonly contacts: (queries: Queries, personIds: readonly string[]) => Promise<ReadonlyMap<string, Contact>>;
  readonly numberHash: (shopId: string, number: Sealed<'tracking_number'>) => Buffer;
  readonly links: Links;
  /** The customer's address of an order's page, under the address that customers reach this house by. */
  readonly customerUrl: (order: Pick<StoredOrder, 'orderId' | 'linkGeneration'>) => string;
  /** Somebody with those who receive for them, and the parcels that are theirs. */
  readonly whose: (queries: Queries, person: PersonOf) => Promise<Whose>;
  /** The same; until the transaction ends nobody puts an order of theirs. */
  readonly lockWhose: (tx: Tx, person: PersonOf) => Promise<Whose>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  /** Drops their orders and everything by which they are found; their keys must still be there. */
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  /** Persons behind an id, in the order of ids, this many at the most. */
  readonly personsAfter: (queries: Queries, after: string, limit: number) => Promise<readonly PersonOf[]>;
  /** Drops everything that leads to persons whose key is gone; slow, because nothing finds it but looking at all of it. */
  readonly dropFinders: (tx: Tx, personIds: readonly string[]) => Promise<void>;
  /** @throws Fault('conflict') when the new e-mail address is another person's */
  readonly correct: (tx: Tx, person: PersonOf, correction: Correction) => Promise<void>;
  /** Drops the shop with its orders, persons and links; their keys are privacy's to drop. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createOrders(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly privacy: Privacy;
  readonly publicUrl: string;
}): Orders {
  const { clock, privacy } = needs;
  const links = createLinks(needs);
  return {
    shops: (queries) => allShops(queries, needs.publicUrl),
    addFirstShop: (tx, shop) => addFirstShop(tx, clock, shop),
    addShop: (queries, shop) => addShop(queries, clock, shop),
    openShop: (name, actor) => openShop(needs, name, actor),
    changeShop: (change) => changeShop(needs, change),
    changeShopIn: (tx, change) => changeShopIn(needs, tx, change),
    logo: findLogo,
    put: (tx, shopId, order) => putOrder({ clock, privacy, links }, tx, shopId, order),
    putMany: (tx, shopId, orders) => putOrders({ clock, privacy, links }, tx, shopId, orders),
    find: (queries, shopId, number) => findOrder(queries, privacy, shopId, number),
    read: (queries, personId, orderId) => readStored(queries, privacy, personId, orderId),
    readMany: (queries, asked) => readManyStored(queries, privacy, asked),
    personByEmail: (tx, shopId, who) => personByEmail({ clock, privacy }, tx, shopId, who),
    contacts: (queries, personIds) => readContacts(queries, privacy, personIds),
    numberHash: (shopId, number) => hashOfNumber(privacy, shopId, number) ?? Buffer.alloc(0),
    links,
    customerUrl: (order) => new URL(`/t/${links.tokenOf(order.orderId, order.linkGeneration)}`, needs.publicUrl).href,
    whose: whoseOf,
    lockWhose: (tx, person) => lockWhose({ privacy, links }, tx, person),
    held: (queries, whose) => privacy.heldIn(queries, orderTables, whose),
    forget: (tx, whose) => forgetPerson({ privacy, links }, tx, whose),
    personsAfter,
    dropFinders,
    correct: (tx, person, correction) => correctPerson({ clock, privacy }, tx, person, correction),
    forgetShop: async (tx, shopId) => {
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}
