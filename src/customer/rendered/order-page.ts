import { hash } from 'node:crypto';
import type { Faq } from '#faq';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { readTheme, themeName } from '#kit/html';
import type { Http } from '#kit/http';
import type { Orders, Shop, StoredOrder } from '#orders';
import type { Parcel, Parcels } from '#parcels';
import type { Privacy, Sealed, Why } from '#privacy';
import { articleAddressOf, addressOf } from '../help/places.ts';
import { situationOf } from '../help/situation.ts';
import { languageAfter, type LanguageWish } from '../languages.ts';
import { presentOrder } from '../present.ts';
import { trackingPage } from '../tracking-page.tsx';
import type { OrderView } from '../view.ts';
import type { Say } from '../words.ts';
import { createRendered, type Inputs, type Rendered } from './rendered.ts';

export type OrderPageNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly faq?: Pick<Faq, 'situated'> | undefined;
  readonly http: Pick<Http, 'addAssets' | 'assetUrl'>;
  readonly say: (language: string) => Say;
};

type OrderInputs = Inputs & {
  readonly shop: Shop;
  readonly order: StoredOrder;
  readonly parcels: readonly Parcel[];
};

const why: Why = { purpose: 'tracking page', reader: 'customer' };

/** The pages of orders as their links open them. */
export function createOrderPages(needs: OrderPageNeeds): Rendered<LanguageWish> {
  return createRendered({
    clock: needs.clock,
    read: (token) => readInputs(needs, token),
    render: (inputs, { token, wish }, now) => renderOrder(needs, inputs, { path: `/t/${token}`, wish, now }),
  });
}

/** All but the scans, which are only ever added, and counted in their parcel's row. */
async function readInputs(needs: OrderPageNeeds, token: string): Promise<OrderInputs | null> {
  const { database, orders } = needs;
  const target = await orders.links.find(database, token);
  if (target === null) return null;
  const order = await orders.read(database, target.personId, target.orderId);
  const shop = (await orders.shops(database)).find((one) => one.shopId === target.shopId);
  if (order === null || shop === undefined) return null;
  const parcels = await needs.parcels.read(database, order.parcelIds);
  return { about: order.orderId, told: digestOf(needs.privacy, shop, order, parcels), shop, order, parcels };
}

/** Of everything that `presentOrder` reads; what is sealed is different once it cannot be opened any more. */
function digestOf(privacy: Privacy, shop: Shop, order: StoredOrder, parcels: readonly Parcel[]): string {
  const open = (value: Sealed | null): string | null => (value === null ? null : privacy.open(value, why));
  const { number, placedAt, language } = order;
  const told = parcels.map((parcel) => ({ ...parcel, number: open(parcel.number) }));
  return hash('sha256', JSON.stringify([shop, open(number), placedAt, language, told]), 'base64url');
}

async function renderOrder(
  needs: OrderPageNeeds,
  { shop, order, parcels }: OrderInputs,
  asked: { readonly path: string; readonly wish: LanguageWish; readonly now: Temporal.Instant },
): Promise<string> {
  const scans = await needs.parcels.scans(needs.database, parcels);
  const language = languageAfter(asked.wish, order.language);
  const say = needs.say(language);
  addTheme(needs.http, shop);
  const { path, now } = asked;
  const view = presentOrder({ privacy: needs.privacy, say }, { shop, order, parcels, scans, language, path, now });
  const answers = await answersFor(needs, { shop, parcels }, { ...asked, language });
  return trackingPage({ ...view, ...answers }, { say, assetUrl: needs.http.assetUrl });
}

const answersMax = 3;

/** What others ask about parcels that stand like these; nothing where nobody answers. */
async function answersFor(
  { faq, database, say }: OrderPageNeeds,
  { shop, parcels }: Pick<OrderInputs, 'shop' | 'parcels'>,
  { path, language, now }: { readonly path: string; readonly language: string; readonly now: Temporal.Instant },
): Promise<Pick<OrderView, 'answers'>> {
  if (faq === undefined) return {};
  const situation = situationOf(parcels, { language, now, say: say(language) });
  const asked = { shopId: shop.shopId, language, situation, limit: answersMax };
  const found = situation === null ? [] : await faq.situated(database, asked);
  const place = { shop, language, token: path.slice(path.lastIndexOf('/') + 1) };
  const fitting = found.map(({ slug, title }) => ({ title, url: articleAddressOf(place, slug) }));
  return { answers: { url: addressOf(place, 'help'), fitting } };
}

/** A shop's colours become assets the first time they are seen. */
export function addTheme(http: Pick<Http, 'addAssets'>, shop: Shop): void {
  for (const kind of ['css', 'svg'] as const) {
    const theme = readTheme(themeName(shop.face, kind));
    if (theme !== null) http.addAssets([theme]);
  }
}
