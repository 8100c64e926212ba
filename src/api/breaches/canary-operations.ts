import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { Orders } from '#orders';
import { canaryJson, canaryKinds, canaryWays, type BreachDesk, type Canaries } from '#rights';
import { operation, type Call, type Operation } from '../operations.ts';

export type BreachApiNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops'>;
  readonly breaches: Pick<BreachDesk, 'list' | 'show' | 'open' | 'step' | 'persons' | 'drafts' | 'reach' | 'write'>;
  readonly canaries: Pick<Canaries, 'plant' | 'list' | 'end'>;
};

const moment = z.iso.datetime();
const canary = z.object({
  id: z.string(),
  kind: z.enum(canaryKinds),
  planted_at: moment.meta({ description: 'The day' }),
  link: z.string().nullable(),
  email: z.string().nullable(),
  order_number: z.string().nullable(),
  key_id: z.string().nullable(),
  uses: z.array(z.object({ way: z.enum(canaryWays), at: moment, case: z.string() })),
});
const example = {
  id: 'cny_01kakz3bafg1s3t5v7w9x0yz12',
  kind: 'person' as const,
  planted_at: '2026-11-29T00:00:00Z',
  link: 'https://shop.example/t/…',
  email: 'anna.brandt42@shop.example',
  order_number: '483920',
  key_id: null,
  uses: [],
};

/** Invented customers and keys of the key's shop, that alarm when somebody uses them. */
export function canaryOperations({ database, orders, canaries }: BreachApiNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listCanaries',
      method: 'GET',
      path: '/v1/canaries',
      scope: 'canaries:read',
      input: null,
      summary: 'What nobody has reason to use, and who used it when',
      output: z.object({ canaries: z.array(canary) }),
      example: { params: {}, output: { canaries: [example] } },
      act: async ({ caller }) => {
        return { status: 200, body: { canaries: (await canaries.list(caller.shopId)).map(canaryJson) } };
      },
    }),
    operation({
      name: 'plantCanary',
      method: 'POST',
      path: '/v1/canaries',
      scope: 'canaries:write',
      summary: 'Plant one: an invented customer with order, link and address, or a key that lets nobody in',
      input: z.strictObject({ kind: z.enum(canaryKinds), email: z.string().max(254).nullish() }),
      output: z.object({ canary, key: z.string().nullable().meta({ description: 'Shown here and never again' }) }),
      example: { params: {}, input: { kind: 'person' }, output: { canary: example, key: null } },
      act: async ({ caller, input }) => {
        const shop = (await orders.shops(database)).find(({ shopId }) => shopId === caller.shopId);
        if (shop === undefined) throw new Fault('not_found', 'There is no such shop.');
        const { line, key } = await canaries.plant(
          shop,
          { kind: input.kind, email: input.email ?? null },
          actor(caller),
        );
        return { status: 200, body: { canary: canaryJson(line), key } };
      },
    }),
    operation({
      name: 'endCanary',
      method: 'DELETE',
      path: '/v1/canaries/{id}',
      scope: 'canaries:write',
      input: null,
      summary: 'Take one off the list; a key is revoked with it',
      output: z.object({ ended: z.boolean() }),
      example: { params: { id: example.id }, output: { ended: true } },
      act: async ({ caller, params }) => {
        return { status: 200, body: { ended: await canaries.end(caller.shopId, params['id'] ?? '', actor(caller)) } };
      },
    }),
  ];
}

function actor({ keyId }: Call<unknown>['caller']): string {
  return `key ${showId('key', keyId)}`;
}
