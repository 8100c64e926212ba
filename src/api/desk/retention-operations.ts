import { z } from 'zod';
import type { Database } from '#kit/database';
import type { Orders } from '#orders';
import { clockJson, recordJson, reportJson, type RightsDesk } from '#rights';
import { Fault } from '#kit/fault';
import { operation, type Operation } from '../operations.ts';
import { actorOf } from './request-operations.ts';

export type RetentionNeeds = {
  readonly database: Database;
  readonly orders: Pick<Orders, 'shops'>;
  readonly rights: Pick<RightsDesk, 'retention' | 'record'>;
};

const moment = z.iso.datetime();
const clock = z.object({
  clock: z.string(),
  days: z.int(),
  house_days: z.int(),
  own: z.boolean().meta({ description: 'Whether this shop has another time than the house' }),
  from: z.string(),
  at_least: z.int().nullable().meta({ description: 'Null where it is the same for every shop' }),
  at_most: z.int().nullable(),
  source: z.string(),
});
const report = z.object({
  dry_run: z.boolean(),
  ran_at: moment,
  took_ms: z.int(),
  restricted_persons: z
    .int()
    .meta({ description: 'Who restricted the use of their data: theirs waits (GDPR art. 18)' }),
  lines: z.array(
    z.object({
      table: z.string(),
      clock: z.string(),
      before: moment.meta({ description: 'What is older is past the clock' }),
      rows: z.int().meta({ description: 'What the run drops' }),
      waiting: z.int().nullable().meta({ description: 'As old, and kept for these persons; null after a run' }),
      oldest: moment.nullable(),
    }),
  ),
});

const exampleClock = {
  clock: 'order',
  days: 790,
  house_days: 790,
  own: false,
  from: 'order placed',
  at_least: 30,
  at_most: 3650,
  source: 'BGB § 438(1) no. 3',
};
const exampleReport = {
  dry_run: true,
  ran_at: '2026-11-29T12:00:00Z',
  took_ms: 12,
  restricted_persons: 1,
  lines: [
    {
      table: 'orders.purchase',
      clock: 'order',
      rows: 3,
      waiting: 1,
      before: '2024-09-30T12:00:00Z',
      oldest: '2024-09-28T08:00:00Z',
    },
  ],
};

/** How long the key's shop keeps what, what would go now, and the record of processing. */
export function retentionOperations(needs: RetentionNeeds): readonly Operation[] {
  return [...clockOperations(needs), readRecord(needs)];
}

function clockOperations(needs: RetentionNeeds): readonly Operation[] {
  const { retention } = needs.rights;
  return [
    operation({
      name: 'listClocks',
      method: 'GET',
      path: '/v1/retention',
      scope: 'retention:read',
      input: null,
      summary: 'The retention clocks as they count for this shop',
      output: z.object({ clocks: z.array(clock) }),
      example: { params: {}, output: { clocks: [exampleClock] } },
      act: async ({ caller }) => {
        const clocks = await retention.clocks(needs.database, caller.shopId);
        return { status: 200, body: { clocks: clocks.map(clockJson) } };
      },
    }),
    operation({
      name: 'lookAtRetention',
      method: 'GET',
      path: '/v1/retention/past',
      scope: 'retention:read',
      input: null,
      summary:
        'What the next run would drop of this shop, by table and clock; changes nothing. Runs are daily, or by the operator',
      output: report,
      example: { params: {}, output: exampleReport },
      act: async ({ caller }) => ({ status: 200, body: reportJson(await retention.look(caller.shopId)) }),
    }),
    operation({
      name: 'setClock',
      method: 'PUT',
      path: '/v1/retention/{clock}',
      scope: 'retention:write',
      summary: 'Keep for another time, within the limits; without `days` for as long as the house does',
      input: z.strictObject({ days: z.int().min(1).max(100_000).optional() }),
      output: clock,
      example: { params: { clock: 'order' }, input: { days: 400 }, output: { ...exampleClock, days: 400, own: true } },
      act: async ({ caller, params, input }) => {
        const { shopId } = caller;
        const change = { shopId, clock: params['clock'] ?? '', days: input.days ?? null, actor: actorOf(caller) };
        return { status: 200, body: clockJson(await retention.setDays(change)) };
      },
    }),
  ];
}

function readRecord(needs: RetentionNeeds): Operation {
  return operation({
    name: 'readRecord',
    method: 'GET',
    path: '/v1/record',
    scope: 'record:read',
    input: null,
    summary:
      'The record of processing activities (GDPR art. 30(1)), in German where `Accept-Language` begins with `de`',
    output: z.object({ made_at: moment, language: z.string() }).loose(),
    example: { params: {}, output: { made_at: '2026-11-29T12:00:00Z', language: 'en', activities: [] } },
    act: async ({ caller, headers }) => {
      const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === caller.shopId);
      if (shop === undefined) throw new Fault('not_found', 'This shop is gone.');
      const language = headers['accept-language']?.toLowerCase().startsWith('de') === true ? 'de' : 'en';
      return { status: 200, body: recordJson(await needs.rights.record(shop), language) };
    },
  });
}
