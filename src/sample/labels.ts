import type { Database, Tx } from '#kit/database';
import type { Orders, Shop, TakenOrder, OrderInput } from '#orders';
import type { Privacy } from '#privacy';
import type { SampleOrder } from './world.ts';

type Doors = { readonly database: Database; readonly orders: Orders; readonly privacy: Privacy };

/**
 * What the sample shop's shipping does before it prints a label: it asks the gate whether the carrier may have the buyer's
 * e-mail address and phone number, and mostly hears no.
 */
export async function askForLabels(
  tx: Tx,
  privacy: Privacy,
  order: OrderInput,
  { shopId, country, taken }: { readonly shopId: string; readonly country: string; readonly taken: TakenOrder },
): Promise<void> {
  const { email, phone } = order.customer;
  const values = { ...(email === null ? {} : { email }), ...(phone === null ? {} : { phone }) };
  for (const { carrier, service, parcelId } of taken.boxes) {
    if (service === null) continue;
    await privacy.disclose(tx, {
      shopId,
      personId: taken.personId,
      parcelId,
      recipient: { kind: 'carrier', name: carrier },
      service,
      country,
      purpose: 'delivery notification by carrier',
      values,
    });
  }
}

/** One of those who allowed something has taken it back. */
export async function takeBack(
  { database, orders, privacy }: Doors,
  shop: Shop,
  placed: readonly SampleOrder[],
): Promise<void> {
  const allowed = placed.findLast(({ body }) => (body.consents ?? []).length > 0);
  const order = allowed === undefined ? null : await orders.find(database, shop.shopId, allowed.number);
  if (order === null) return;
  const consents = await privacy.consentsOf(database, order.personId);
  await database.tx(async (tx) => {
    for (const { consentId } of consents) await privacy.withdrawConsent(tx, order.personId, consentId);
  });
}
