import { orderBody, readOrder, type StoredOrder } from '#orders';
import { cloneTemplate, dropQuietly, startTestServer, urlOf } from '../../test/template.ts';
import { openHouseOnClock, type HouseOnClock } from '../parts/house-on-clock.ts';

export type GuardHouse = HouseOnClock & { readonly putOrder: (number: string) => Promise<StoredOrder> };

export async function openGuardHouse(): Promise<GuardHouse> {
  const server = await startTestServer(undefined);
  const url = urlOf(server.adminUrl, await cloneTemplate(server));
  const startAt = Temporal.Instant.from('2026-11-20T08:00:00Z');
  const opened = await openHouseOnClock({ url, startAt, smtp: null });
  const { house, database, shop } = opened;
  const putOrder = async (number: string): Promise<StoredOrder> => {
    const order = readOrder(number, orderBody.parse(orderOf(number)));
    await database.tx((tx) => house.parcels.takeOrder(tx, shop.shopId, order));
    const stored = await house.orders.find(database, shop.shopId, number);
    if (stored === null) throw new Error(`order ${number} is not there`);
    return stored;
  };
  const close = async (): Promise<void> => {
    await opened.close();
    await dropQuietly(server.adminUrl, new URL(url).pathname.slice(1));
    await server.stop();
  };
  return { ...opened, putOrder, close };
}

function orderOf(number: string): object {
  return {
    placed_at: '2026-11-19T10:00:00+01:00',
    language: 'de',
    customer: { id: number, name: 'Ada Beispiel', email: `${number.toLowerCase()}@kunde.example`, phone: null },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    parcels: [{ carrier: 'dhl-unified', tracking_number: `JJD${number.padStart(12, '0')}`, service: 'parcel-de' }],
  };
}
