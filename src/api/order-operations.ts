import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { orderNumberText, readOrder, type Orders, type StoredOrder } from '#orders';
import { readContent, type Parcel, type Parcels, type Scan } from '#parcels';
import type { Privacy, Why } from '#privacy';
import { operation, type Operation } from './operations.ts';
import { orderInput, withKnownCarriers } from './order-body.ts';

export type OrderNeeds = {
  readonly database: Database;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
};

/** The shop's own systems read back what they sent. */
const why: Why = { purpose: 'shop systems', reader: 'shop' };

const parcelShape = z.object({
  id: z.string(),
  carrier: z.string(),
  tracking_number: z.string().nullable(),
  milestone: z.string(),
  sub_status: z.string().nullable(),
});

const orderShape = z.object({
  id: z.string(),
  order_number: z.string(),
  parcels: z.array(parcelShape),
  links: z.object({ customer: z.string() }),
});

const scanShape = z.object({
  code: z.string(),
  milestone: z.string(),
  sub_status: z.string().nullable(),
  local_time: z.string(),
  offset: z.string().nullable(),
  zone: z.string().nullable(),
  time_confidence: z.string(),
  place: z.object({ name: z.string(), country: z.string().nullable() }).nullable(),
  text: z.string().nullable(),
});

const parcelDetailShape = parcelShape.extend({
  order_id: z.string(),
  service: z.string().nullable(),
  leg: z.string(),
  last_sign_at: z.string().nullable(),
  arrival: z.object({ from: z.string(), until: z.string(), kind: z.string() }).nullable(),
  scans: z.array(scanShape),
});

export function orderOperations(needs: OrderNeeds): readonly Operation[] {
  return [
    operation({
      name: 'putOrder',
      method: 'PUT',
      path: '/v1/orders/{order_number}',
      summary: 'Take an order, new or again; the same content again changes nothing',
      scope: 'orders:write',
      input: orderInput,
      output: orderShape,
      act: async ({ caller, params, input }) => {
        const number = orderNumberOf(params);
        const order = readOrder(number, withKnownCarriers(input));
        const taken = await needs.database.tx((tx) => needs.parcels.takeOrder(tx, caller.shopId, order));
        const stored = await needs.orders.read(needs.database, taken.personId, taken.orderId);
        if (stored === null) throw new Fault('not_found', 'This order was erased in this moment.');
        return { status: 200, body: await orderAnswer(needs, stored) };
      },
    }),
    operation({
      name: 'getOrder',
      method: 'GET',
      path: '/v1/orders/{order_number}',
      summary: 'An order with its parcels and the customer\u2019s link',
      scope: 'orders:read',
      input: null,
      output: orderShape,
      act: async ({ caller, params }) => {
        const stored = await needs.orders.find(needs.database, caller.shopId, orderNumberOf(params));
        if (stored === null) throw new Fault('not_found', 'There is no order with this number.');
        return { status: 200, body: await orderAnswer(needs, stored) };
      },
    }),
    operation({
      name: 'getParcel',
      method: 'GET',
      path: '/v1/parcels/{id}',
      summary: 'A parcel with all its scans, oldest first',
      scope: 'parcels:read',
      input: null,
      output: parcelDetailShape,
      act: async ({ caller, params }) => {
        const id = readId('par', params['id'] ?? '');
        const [parcel] = id === null ? [] : await needs.parcels.read(needs.database, [id]);
        if (parcel === undefined || parcel.shopId !== caller.shopId) {
          throw new Fault('not_found', 'There is no parcel with this id.');
        }
        const scans = await needs.parcels.scans(needs.database, [parcel]);
        return { status: 200, body: parcelDetail(needs.privacy, parcel, scans) };
      },
    }),
  ];
}

function orderNumberOf(params: Readonly<Record<string, string>>): string {
  const read = orderNumberText.safeParse(params['order_number']);
  if (read.success) return read.data;
  throw new Fault('invalid', 'The order number must have 1 to 100 characters.', {
    errors: [{ pointer: '/order_number', code: 'invalid', message: 'must have 1 to 100 characters' }],
  });
}

async function orderAnswer(needs: OrderNeeds, order: StoredOrder): Promise<z.infer<typeof orderShape>> {
  const parcels = await needs.parcels.read(needs.database, order.parcelIds);
  return {
    id: showId('ord', order.orderId),
    order_number: needs.privacy.open(order.number, why),
    parcels: parcels.map((parcel) => parcelAnswer(needs.privacy, parcel)),
    links: { customer: needs.orders.customerUrl(order) },
  };
}

function parcelAnswer(privacy: Privacy, parcel: Parcel): z.infer<typeof parcelShape> {
  return {
    id: showId('par', parcel.parcelId),
    carrier: parcel.carrier,
    tracking_number: parcel.number === null ? null : privacy.open(parcel.number, why),
    milestone: parcel.milestone,
    sub_status: parcel.subStatus,
  };
}

function parcelDetail(privacy: Privacy, parcel: Parcel, scans: readonly Scan[]): z.infer<typeof parcelDetailShape> {
  return {
    ...parcelAnswer(privacy, parcel),
    order_id: showId('ord', parcel.orderId),
    service: parcel.service,
    leg: parcel.leg,
    last_sign_at: parcel.lastSignAt?.toString() ?? null,
    arrival: parcel.arrival,
    scans: scans.map((scan) => {
      const content = scan.content === null ? null : readContent(privacy.open(scan.content, why));
      return {
        code: scan.code,
        milestone: scan.milestone,
        sub_status: scan.subStatus,
        local_time: scan.localTime,
        offset: scan.offset,
        zone: scan.zone,
        time_confidence: scan.confidence,
        place: content?.place ?? null,
        text: content?.text ?? null,
      };
    }),
  };
}
