import { randomInt } from 'node:crypto';
import { findConnector, type ReadScan } from '#carriers';
import { orderBody, readOrder } from '#orders';
import { sealed } from '#privacy';
import { exampleFace, type Ground } from '../../ground.ts';

/** What a thief may know about people: the values that there are, and how common each is. */
export const attributes = ['surname', 'town', 'postcode', 'country', 'item', 'place'] as const;
export type Attribute = (typeof attributes)[number];

export type KnownPerson = {
  readonly at: number;
  readonly email: string;
  readonly customerId: string;
  readonly orderNumber: string;
  readonly trackingNumber: string;
  readonly phone: string;
} & Readonly<Record<Attribute, string>>;

/** The same people in as many shops as wanted, with everything that the same customer says in each of them. */
export type KnownWorld = {
  readonly people: readonly KnownPerson[];
  /** By shop: the ids of persons in the order of `people`. */
  readonly shops: readonly { readonly shopId: string; readonly personIds: readonly string[] }[];
};

/** Few values are common and many are rare, as names and towns are (Zipf). */
function common<T>(values: readonly T[]): T {
  const weights = values.map((_, rank) => 1 / (rank + 1));
  let left = (randomInt(1_000_000) / 1_000_000) * weights.reduce((sum, weight) => sum + weight, 0);
  return values[weights.findIndex((weight) => (left -= weight) < 0)] ?? (values[0] as T);
}

const listed = (word: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${word}${at}`);
const surnames = listed('Nachname', 40);
const towns = listed('Ort', 30);
const postcodes = Array.from({ length: 60 }, (_, at) => String(10_000 + at * 1_489));
const countries = ['DE', 'AT', 'CH', 'LI', 'LU'];
const items = listed('Ware', 12);
const places = listed('Depot', 8);
const batchMax = 500;

function knownPerson(at: number): KnownPerson {
  return {
    at,
    email: `kunde${at}@kunde.example`,
    customerId: String(10_000 + at),
    orderNumber: String(500_000 + at),
    trackingNumber: `00340434${String(at).padStart(12, '0')}`,
    phone: `+49 30 ${String(at).padStart(7, '0')}`,
    surname: common(surnames),
    town: common(towns),
    postcode: common(postcodes),
    country: common(countries),
    item: common(items),
    place: common(places),
  };
}

export async function makeKnownWorld(ground: Ground, customers: number, shopCount: number): Promise<KnownWorld> {
  const people = Array.from({ length: customers }, (_, at) => knownPerson(at));
  const shops = [ground.shop.shopId];
  while (shops.length < shopCount) {
    const shop = { name: `Shop ${shops.length}`, language: 'de', sample: false, face: exampleFace };
    shops.push((await ground.orders.addShop(ground.database, shop)).shopId);
  }
  const filled: { shopId: string; personIds: readonly string[] }[] = [];
  for (const shopId of shops) filled.push({ shopId, personIds: await fill(ground, shopId, people) });
  return { people, shops: filled };
}

async function fill(ground: Ground, shopId: string, people: readonly KnownPerson[]): Promise<readonly string[]> {
  const { database, parcels } = ground;
  const personIds: string[] = [];
  for (let from = 0; from < people.length; from += batchMax) {
    const some = people.slice(from, from + batchMax);
    const orders = some.map((person) => readOrder(person.orderNumber, orderBody.parse(orderOf(ground, person))));
    const taken = await database.tx((tx) => parcels.takeOrders(tx, shopId, orders));
    personIds.push(...taken.map(({ personId }) => personId));
    const scans = some.flatMap((person) => scansOf(person));
    await database.tx((tx) => parcels.takeScans(tx, shopId, scans, 'api'));
  }
  return personIds;
}

/** No two orders are placed in the same second, and what they hold is drawn from what is common. */
function orderOf({ clock }: Ground, person: KnownPerson): object {
  const placedAt = clock.now().subtract({ seconds: randomInt(1, 30 * 86_400) });
  return {
    placed_at: placedAt.toString(),
    language: 'de',
    customer: { id: person.customerId, name: `Ada ${person.surname}`, email: person.email, phone: person.phone },
    address: { street: `Weg ${person.at}`, postcode: person.postcode, city: person.town, country: person.country },
    items: [{ sku: person.item, title: person.item, quantity: 1, price_minor: 1_990, currency: 'EUR' }],
    parcels: [{ carrier: 'dhl-unified', tracking_number: person.trackingNumber, service: null }],
    consents: [
      {
        ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'] },
        given_at: placedAt.toString(),
        // The words are the shop's, and the same for all: their hash has no key.
        text: 'Ja, meine E-Mail-Adresse darf an DHL.',
      },
    ],
  };
}

/** In each depot scans are made in the same few minutes, so that the time tells nothing of the place. */
function scansOf(person: KnownPerson) {
  const meaning = findConnector('dhl-unified')?.meaning('parcel-de:AE', null);
  if (meaning == null) throw new Error('the code is known');
  const localTime = `2026-11-20T0${randomInt(1, 6)}:00:00`;
  const scan: ReadScan = {
    ...{ code: 'parcel-de:AE', ...meaning, localTime, offset: null, zone: 'Europe/Berlin', timeConfidence: 'located' },
    place: { name: person.place, country: 'DE' },
    text: null,
  };
  return [{ carrier: 'dhl-unified', number: sealed('tracking_number', person.trackingNumber), scan }];
}
