import { z } from 'zod';
import { correctedBody, orderNumberText, readCorrection } from '#orders';
import { holdJson, holdReasons, receiptJson, weighedJson } from '#rights';
import { actorOf, noOrder, orderOf, type RightsNeeds } from './of-order.ts';
import { restraintOperations } from './restraint-operations.ts';
import { operation, type Operation } from '../operations.ts';

const correctedMax = 64 * 1024;
const exampleNumber = 'A-1001';
const params = { order_number: exampleNumber };

const copy = z.looseObject({ format: z.string(), version: z.int(), made_at: z.string(), person: z.string() });
const weighed = z.object({
  orders: z.int(),
  parcels: z.int(),
  receivers: z.int().meta({ description: 'Others who received for this person; they are erased with the orders' }),
  recipients: z.array(z.string()).meta({ description: 'Who got something about them, to be told (Article 19 GDPR)' }),
  kept_by_law: z.array(z.object({ order: z.string(), kind: z.string(), until: z.string(), law: z.string() })),
});
const receipt = z.object({
  format: z.string(),
  version: z.int(),
  shop: z.string(),
  erased_at: z.string(),
  entry: z.object({
    id: z.string(),
    number: z.int(),
    nonce: z.string(),
    details: z.record(z.string(), z.unknown()),
    text: z.string(),
  }),
  proof: z.string().nullable().meta({ description: 'A .tlog-proof file; null while the entry waits for its place' }),
});
const hold = z.object({
  id: z.string(),
  kind: z.string(),
  held_at: z.string(),
  until: z.string(),
  record: z.record(z.string(), z.unknown()),
});

const exampleWeighed = {
  orders: 1,
  parcels: 1,
  receivers: 0,
  recipients: ['DHL'],
  kept_by_law: [
    { order: 'ord_01kakz3b9zf9m8q2r4t6v8w0xy', kind: 'voucher', until: '2034-12-31', law: '§ 147 AO, § 257 HGB' },
  ],
};
const exampleReceipt = {
  format: 'glasspost erasure receipt',
  version: 1,
  shop: 'shp_01kakz3b9zf9m8q2r4t6v8w0xy',
  erased_at: '2026-11-29T12:00:00Z',
  entry: {
    id: '019ac3f1-2d3f-7a28-b8d8-84d0e1f2a3b4',
    number: 7,
    nonce: '00'.repeat(32),
    details: { person: 'per_01kakz3b9zf9m8q2r4t6v8w0xy', orders: 1 },
    text: `{"kind":"erasure","of":"${'00'.repeat(32)}"}`,
  },
  proof: null,
};

/** What persons may ask for, for the shop's own systems: about the buyer of an order. */
export function rightsOperations(needs: RightsNeeds): readonly Operation[] {
  return [
    copyOf(needs),
    weighErasure(needs),
    erase(needs),
    correct(needs),
    ...restraintOperations(needs),
    readHold(needs),
  ];
}

function copyOf(needs: RightsNeeds): Operation {
  return operation({
    name: 'exportPerson',
    method: 'GET',
    path: '/v1/orders/{order_number}/person',
    scope: 'rights:read',
    summary: 'Everything held about the buyer of an order, with all disclosures and their proofs (Article 15, 20 GDPR)',
    input: null,
    output: copy,
    example: {
      params,
      output: {
        format: 'glasspost person export',
        version: 1,
        made_at: '2026-11-29T12:00:00Z',
        person: 'per_01kakz3b9zf9m8q2r4t6v8w0xy',
      },
    },
    act: async (call) => {
      const order = await orderOf(needs, call);
      const wish = { format: 'json', language: order.language, reader: 'staff' } as const;
      const { bytes, contentType } = await needs.rights.exportPerson(order, wish, actorOf(call));
      return { status: 200, body: bytes.toString('utf8'), headers: { 'content-type': contentType } };
    },
  });
}

function weighErasure(needs: RightsNeeds): Operation {
  return operation({
    name: 'weighErasure',
    method: 'GET',
    path: '/v1/orders/{order_number}/person/erasure',
    scope: 'rights:read',
    summary: 'What an erasure would take, and what the law would keep and until when',
    input: null,
    output: weighed,
    example: { params, output: exampleWeighed },
    act: async (call) => {
      const order = await orderOf(needs, call);
      return { status: 200, body: weighedJson(await needs.rights.weigh(needs.database, order)) };
    },
  });
}

function erase(needs: RightsNeeds): Operation {
  return operation({
    name: 'erasePerson',
    method: 'POST',
    path: '/v1/orders/{order_number}/person/erasure',
    scope: 'rights:write',
    summary: 'Erase the buyer of an order with all their orders (Article 17 GDPR); the receipt is given once, for them',
    input: z.strictObject({ confirm: z.literal('erase') }),
    output: z.object({ erased: weighed, receipt }),
    example: {
      params,
      input: { confirm: 'erase' },
      output: { erased: exampleWeighed, receipt: exampleReceipt },
    },
    act: async (call) => {
      const erased = await needs.rights.eraseNow(await orderOf(needs, call), actorOf(call));
      if ('no' in erased) throw noOrder();
      const body = { erased: weighedJson(erased), receipt: receiptJson(erased.receipt, erased.proof) };
      return { status: 200, body };
    },
  });
}

function correct(needs: RightsNeeds): Operation {
  return operation({
    name: 'correctPerson',
    method: 'POST',
    path: '/v1/orders/{order_number}/person/correction',
    scope: 'rights:write',
    summary: 'Put right what is known of the buyer, or the address of this order (Article 16 GDPR)',
    input: correctedBody,
    output: z.object({
      corrected: z.array(z.string()),
      recipients: z.array(z.string()).meta({ description: 'Who is to be told of it (Article 19 GDPR)' }),
      email_confirmed_until: z
        .string()
        .nullable()
        .meta({ description: 'A new e-mail address counts once its reader confirmed it, until then' }),
    }),
    bodyBytesMax: correctedMax,
    example: {
      params,
      input: { name: 'Ada Byron' },
      output: { corrected: ['name'], recipients: ['DHL'], email_confirmed_until: null },
    },
    act: async (call) => {
      const order = await orderOf(needs, call);
      const correction = readCorrection(order.orderId, call.input);
      const done = await needs.database.tx((tx) => needs.rights.correct(tx, order, correction, actorOf(call)));
      const { corrected, recipients, emailConfirmedUntil: until } = done;
      return { status: 200, body: { corrected, recipients, email_confirmed_until: until?.toString() ?? null } };
    },
  });
}

function readHold(needs: RightsNeeds): Operation {
  return operation({
    name: 'readHold',
    method: 'POST',
    path: '/v1/holds/read',
    scope: 'rights:hold',
    summary: 'What the law keeps of an order whose buyer was erased; who looked and why is written down',
    input: z.strictObject({ order_number: orderNumberText, reason: z.enum(holdReasons) }),
    output: z.object({ holds: z.array(hold) }),
    example: {
      params: {},
      input: { order_number: exampleNumber, reason: 'tax audit' },
      output: {
        holds: [
          {
            id: 'hld_01kakz3b9zf9m8q2r4t6v8w0xy',
            kind: 'voucher',
            held_at: '2026-11-29T12:00:00Z',
            until: '2034-12-31',
            record: { order_number: exampleNumber, buyer: 'Ada Beispiel' },
          },
        ],
      },
    },
    act: async (call) => {
      const { order_number: orderNumber, reason } = call.input;
      const { shopId } = call.caller;
      const holds = await needs.rights.readHolds({ shopId, orderNumber, reason, actor: actorOf(call) });
      return { status: 200, body: { holds: holds.map(holdJson) } };
    },
  });
}
