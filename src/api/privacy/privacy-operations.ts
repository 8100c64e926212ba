import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { orderNumberText, type Orders } from '#orders';
import { countriesOf, explained, outsideKinds, rules, type Privacy, type Rule, type StoredDisclosure } from '#privacy';
import { operation, type Operation } from '../operations.ts';

export type PrivacyNeeds = {
  readonly database: Database;
  readonly privacy: Pick<Privacy, 'disclosuresOf' | 'restrictionsOf'>;
  readonly orders: Pick<Orders, 'find'>;
};

const ruleShape = z.object({
  id: z.string(),
  to: z.enum(outsideKinds),
  recipients: z.array(z.string()).nullable().meta({ description: 'Null: whichever the operator has set' }),
  services: z.array(z.string()),
  countries: z.array(z.string()).nullable().meta({ description: 'ISO 3166-1; null: the country does not count' }),
  purpose: z.string(),
  fields: z.array(z.string()),
  verdict: z.string().meta({ description: 'The legal basis on which it may leave, or `never`' }),
  source: z.string(),
  otherwise: z.string().nullable().meta({ description: 'What to do where the recipient demands what was not allowed' }),
});

const fieldShape = z.object({
  field: z.string(),
  left: z.boolean(),
  reason: z
    .string()
    .nullable()
    .meta({ description: 'Why it stayed: no rule, never, no consent, restricted (art. 18), objected (art. 21)' }),
  rule: z.string().nullable().meta({ description: 'The line of `GET /v1/rules` that decided' }),
  source: z.string().nullable(),
});

const disclosureShape = z.object({
  id: z.string(),
  parcel_id: z.string().nullable(),
  recipient: z.string(),
  service: z.string(),
  purpose: z.string(),
  basis: z.string(),
  at: z.string(),
  fields: z.array(fieldShape),
});

const disclosuresShape = z.object({
  restricted_since: z.string().nullable().meta({ description: 'Since when the data is only kept (GDPR, art. 18)' }),
  objections: z.array(z.object({ purpose: z.string(), at: z.string() })),
  disclosures: z.array(disclosureShape).meta({ description: 'Newest first, 500 at the most' }),
});

const example = {
  rules: {
    rules: [
      {
        id: 'dhl-phone-germany',
        to: 'carrier',
        recipients: ['dhl-unified', 'dhl-parcel-de'],
        services: ['parcel-de'],
        countries: ['DE'],
        purpose: 'delivery notification by carrier',
        fields: ['phone'],
        verdict: 'never',
        source: 'DHL Parcel DE Shipping API v2.1.6',
        otherwise: 'Leave it out: nothing within Germany asks for it.',
      },
    ],
  },
  disclosures: {
    restricted_since: null,
    objections: [],
    disclosures: [
      {
        id: 'dsc_01kakz3b9zf9m8q2r4t6v8w0xy',
        parcel_id: 'par_01kakz3bafg1s3t5v7w9x0yz12',
        recipient: 'carrier: dhl-unified',
        service: 'tracking',
        purpose: 'tracking',
        basis: 'contract: art. 6(1)(b)',
        at: '2026-11-20T08:00:00Z',
        fields: [
          {
            field: 'tracking_number',
            left: true,
            reason: null,
            rule: 'carrier-tracking',
            source: 'GDPR, art. 6(1)(b): the carrier gave the number and has the parcel',
          },
        ],
      },
    ],
  },
};

export function privacyOperations(needs: PrivacyNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listRules',
      method: 'GET',
      path: '/v1/rules',
      summary: 'What may leave to whom, under which rule, and where it is written; what no line names stays',
      scope: 'orders:read',
      input: null,
      output: z.object({ rules: z.array(ruleShape) }),
      example: { params: {}, output: example.rules },
      act: () => Promise.resolve({ status: 200, body: { rules: rules.map(ruleJson) } }),
    }),
    operation({
      name: 'listDisclosures',
      method: 'GET',
      path: '/v1/orders/{order_number}/disclosures',
      summary: 'What left about the buyer of an order and to whom, what was withheld, and why',
      scope: 'orders:read',
      input: null,
      output: disclosuresShape,
      example: { params: { order_number: 'A-1001' }, output: example.disclosures },
      act: async ({ caller, params }) => {
        const number = orderNumberText.safeParse(params['order_number']);
        const order = number.success ? await needs.orders.find(needs.database, caller.shopId, number.data) : null;
        if (order === null) throw new Fault('not_found', 'There is no order with this number.');
        const { restricted, objections } = await needs.privacy.restrictionsOf(needs.database, order.personId);
        const disclosures = await needs.privacy.disclosuresOf(needs.database, order.personId);
        return {
          status: 200,
          body: {
            restricted_since: restricted?.toString() ?? null,
            objections: objections.map(({ purpose, at }) => ({ purpose, at: at.toString() })),
            disclosures: disclosures.map(disclosureJson),
          },
        };
      },
    }),
  ];
}

function ruleJson(rule: Rule): z.input<typeof ruleShape> {
  const { id, to, recipients, services, purpose, fields, verdict, source, otherwise } = rule;
  return {
    id,
    to,
    purpose,
    verdict,
    source,
    services: [...services],
    fields: [...fields],
    recipients: recipients === 'any' ? null : [...recipients],
    countries: countriesOf(rule)?.slice() ?? null,
    otherwise: otherwise ?? null,
  };
}

function disclosureJson(one: StoredDisclosure): z.input<typeof disclosureShape> {
  const { recipient, service, purpose, basis } = one;
  return {
    id: showId('dsc', one.disclosureId),
    parcel_id: one.parcelId === null ? null : showId('par', one.parcelId),
    recipient,
    service,
    purpose,
    basis,
    at: one.disclosedAt.toString(),
    fields: explained(one).map(({ field, reason, rule }) => ({
      field,
      reason,
      left: reason === null,
      rule: rule?.id ?? null,
      source: rule?.source ?? null,
    })),
  };
}
