import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { orderNumberText, readOrder, type Orders, type StoredOrder } from '#orders';
import { readContent, type Parcel, type Parcels, type Scan } from '#parcels';
import { servesRule, type Privacy, type Why } from '#privacy';
import { isForInvitations } from '#reviews';
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

const effects = ['counts', 'box not told', 'not yet', 'ended', 'withdrawn', 'no rule'] as const;

const consentShape = z.object({
  id: z.string(),
  purpose: z.string(),
  recipient: z.string(),
  fields: z.array(z.string()),
  given_at: z.string(),
  effect: z.enum(effects).meta({
    description:
      'Only what `counts` lets anything out. `box not told`: say `"default": "unticked"` if it stood so; `no rule`: nothing here asks for it',
  }),
});

const orderShape = z.object({
  id: z.string(),
  order_number: z.string(),
  parcels: z.array(parcelShape),
  links: z.object({ customer: z.string() }),
  consents: z.array(consentShape).optional().meta({
    description:
      'What the buyer allowed, with any of their orders, newest first, 100 at the most; missing where nothing',
  }),
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

const example = {
  order: {
    placed_at: '2026-11-19T18:20:00+01:00',
    language: 'de',
    customer: { id: 'K-204', name: 'Ada Beispiel', email: 'ada@kunde.example', phone: '+49 30 1234567' },
    recipient: { name: 'Grace Beispiel' },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    items: [{ sku: 'T-1', title: 'Tasse', quantity: 2, price_minor: 1990, currency: 'EUR' }],
    parcels: [{ carrier: 'dhl', tracking_number: '00340434161094015902', service: 'parcel-de' }],
    consents: [
      {
        purpose: 'delivery notification by carrier',
        recipient: 'dhl-unified',
        fields: ['email'],
        given_at: '2026-11-19T18:19:40+01:00',
        text: 'DHL may get my e-mail address to tell me about the delivery.',
        version: '2026-10',
        language: 'en',
        default: 'unticked',
        jurisdiction: 'DE',
        policy_url: 'https://shop.example/privacy',
      },
    ],
  },
  orderAnswer: {
    id: 'ord_01kakz3b9zf9m8q2r4t6v8w0xy',
    order_number: 'A-1001',
    parcels: [
      {
        id: 'par_01kakz3bafg1s3t5v7w9x0yz12',
        carrier: 'dhl-unified',
        tracking_number: '00340434161094015902',
        milestone: 'unknown',
        sub_status: null,
      },
    ],
    links: { customer: 'https://track.shop.example/t/Yx0w8v6t4r2q9m8f5k3j1h7g6d4' },
    consents: [
      {
        id: 'cns_01kakz3bafg1s3t5v7w9x0yz12',
        purpose: 'delivery notification by carrier',
        recipient: 'dhl-unified',
        fields: ['email'],
        given_at: '2026-11-19T17:19:40Z',
        effect: 'counts' as const,
      },
    ],
  },
  parcelAnswer: {
    id: 'par_01kakz3bafg1s3t5v7w9x0yz12',
    carrier: 'dhl-unified',
    tracking_number: '00340434161094015902',
    milestone: 'out_for_delivery',
    sub_status: 'out_for_delivery.loaded',
    order_id: 'ord_01kakz3b9zf9m8q2r4t6v8w0xy',
    service: 'parcel-de',
    leg: 'outbound',
    last_sign_at: '2026-11-20T07:54:00Z',
    arrival: null,
    scans: [
      {
        code: 'parcel-de:PO',
        milestone: 'out_for_delivery',
        sub_status: 'out_for_delivery.loaded',
        local_time: '2026-11-20T08:54:00',
        offset: '+01:00',
        zone: 'Europe/Berlin',
        time_confidence: 'exact',
        place: { name: 'Berlin', country: 'DE' },
        text: 'Loaded onto the delivery vehicle',
      },
    ],
  },
};

/** Room for the largest order that the shape allows. */
const bodyBytesMax = 1024 * 1024;

export function orderOperations(needs: OrderNeeds): readonly Operation[] {
  return [putOrder(needs), getOrder(needs), getParcel(needs)];
}

function putOrder(needs: OrderNeeds): Operation {
  return operation({
    name: 'putOrder',
    method: 'PUT',
    path: '/v1/orders/{order_number}',
    summary: 'Take an order, new or again; the same content again changes nothing',
    scope: 'orders:write',
    input: orderInput,
    output: orderShape,
    bodyBytesMax,
    example: {
      params: { order_number: 'A-1001' },
      input: example.order,
      output: example.orderAnswer,
    },
    act: async ({ caller, params, input }) => {
      const number = orderNumberIn(params);
      if (number === null) throw wrongNumber();
      const order = readOrder(number, withKnownCarriers(input));
      const taken = await needs.database.tx((tx) => needs.parcels.takeOrder(tx, caller.shopId, order));
      const stored = await needs.orders.read(needs.database, taken.personId, taken.orderId);
      if (stored === null) throw new Fault('conflict', 'This order was removed in this moment. Send it again.');
      return { status: 200, body: await orderAnswer(needs, stored) };
    },
  });
}

function getOrder(needs: OrderNeeds): Operation {
  return operation({
    name: 'getOrder',
    method: 'GET',
    path: '/v1/orders/{order_number}',
    summary: 'An order with its parcels and the customer\u2019s link',
    scope: 'orders:read',
    input: null,
    output: orderShape,
    example: { params: { order_number: 'A-1001' }, output: example.orderAnswer },
    act: async ({ caller, params }) => {
      const number = orderNumberIn(params);
      const stored = number === null ? null : await needs.orders.find(needs.database, caller.shopId, number);
      if (stored === null) throw new Fault('not_found', 'There is no order with this number.');
      return { status: 200, body: await orderAnswer(needs, stored) };
    },
  });
}

function getParcel(needs: OrderNeeds): Operation {
  return operation({
    name: 'getParcel',
    method: 'GET',
    path: '/v1/parcels/{id}',
    summary: 'A parcel with all its scans, oldest first',
    scope: 'parcels:read',
    input: null,
    output: parcelDetailShape,
    example: { params: { id: example.parcelAnswer.id }, output: example.parcelAnswer },
    act: async ({ caller, params }) => {
      const id = readId('par', params['id'] ?? '');
      const [parcel] = id === null ? [] : await needs.parcels.read(needs.database, [id]);
      if (parcel === undefined || parcel.shopId !== caller.shopId) {
        throw new Fault('not_found', 'There is no parcel with this id.');
      }
      const scans = await needs.parcels.scans(needs.database, [parcel]);
      return { status: 200, body: parcelDetail(needs.privacy, parcel, scans) };
    },
  });
}

/** The number out of the path, or null when no order can have it. */
function orderNumberIn(params: Readonly<Record<string, string>>): string | null {
  const read = orderNumberText.safeParse(params['order_number']);
  return read.success ? read.data : null;
}

function wrongNumber(): Fault {
  const message = 'Must have 1 to 100 characters, none of them a NUL character.';
  return new Fault('invalid', 'The order number is not as needed.', {
    errors: [{ pointer: '/order_number', code: 'invalid', message }],
  });
}

async function orderAnswer(needs: OrderNeeds, order: StoredOrder): Promise<z.infer<typeof orderShape>> {
  const parcels = await needs.parcels.read(needs.database, order.parcelIds);
  const consents = await consentsIn(needs, order);
  return {
    id: showId('ord', order.orderId),
    order_number: needs.privacy.open(order.number, why),
    parcels: parcels.map((parcel) => parcelAnswer(needs.privacy, parcel)),
    links: { customer: needs.orders.customerUrl(order) },
    ...(consents.length === 0 ? {} : { consents }),
  };
}

async function consentsIn(
  { database, orders, privacy }: OrderNeeds,
  { personId, shopId }: StoredOrder,
): Promise<z.infer<typeof consentShape>[]> {
  const given = await privacy.effectsOf(database, personId);
  if (given.length === 0) return [];
  const shop = (await orders.shops(database)).find((one) => one.shopId === shopId);
  return given.map((one) => {
    const isUsed = servesRule(one) || (shop !== undefined && isForInvitations(one, shop));
    return {
      id: showId('cns', one.consentId),
      purpose: one.purpose,
      recipient: one.recipient,
      fields: [...one.fields],
      given_at: one.givenAt.toString(),
      effect: isUsed ? one.effect : 'no rule',
    };
  });
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
