import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import type { Orders } from '#orders';
import { evidences, noteCharactersMax, outcomes, requestJson, kinds, stepsJson, ways, type RightsDesk } from '#rights';
import { operation, type Call, type Operation } from '../operations.ts';

export type RequestNeeds = {
  readonly database: Database;
  readonly orders: Pick<Orders, 'find'>;
  readonly rights: Pick<RightsDesk, 'requests'>;
};

const exampleId = 'req_01kakz3bafg1s3t5v7w9x0yz12';
const moment = z.iso.datetime();
const kind = z.enum(kinds);
const evidence = z.enum(evidences);
const note = z.string().max(noteCharactersMax);
const numberMax = 100;

const request = z.object({
  id: z.string(),
  person: z.string().nullable().meta({ description: 'Null when nobody here was recognised, or was erased since' }),
  kind,
  via: z.enum(ways),
  evidence: evidence.meta({ description: 'By what the person was known; `none` while nobody has looked' }),
  received_at: moment,
  due_at: moment.meta({ description: 'The first moment at which the period of art. 12(3) GDPR is over' }),
  urgency: z.enum(['overdue', 'soon', 'open', 'ended']),
  extended_at: moment.nullable(),
  outcome: z.enum(outcomes).nullable(),
  ended_at: moment.nullable(),
});

const whole = z.object({
  request,
  steps: z.array(z.object({ at: moment, actor: z.string(), step: z.string(), note: z.string().nullable() })),
});

const exampleRequest = {
  id: exampleId,
  person: 'per_01kakz3bafg1s3t5v7w9x0yz12',
  kind: 'access' as const,
  via: 'staff' as const,
  evidence: 'order and address' as const,
  received_at: '2026-11-20T09:00:00Z',
  due_at: '2026-12-21T23:00:00Z',
  urgency: 'open' as const,
  extended_at: null,
  outcome: null,
  ended_at: null,
};
const exampleWhole = { request: exampleRequest, steps: [] };

/** What persons asked the key's shop for, and until when they must have an answer. */
export function requestOperations(needs: RequestNeeds): readonly Operation[] {
  return [...listing(needs), ...entering(needs), ...working(needs), ...deciding(needs)];
}

function listing(needs: RequestNeeds): readonly Operation[] {
  const { requests } = needs.rights;
  return [
    operation({
      name: 'listRequests',
      method: 'GET',
      path: '/v1/requests',
      scope: 'requests:read',
      input: null,
      summary:
        'Requests of persons (GDPR art. 15 to 22): open ones first, those that are due first; 500 of each at the most',
      output: z.object({ open: z.array(request), ended: z.array(request) }),
      example: { params: {}, output: { open: [exampleRequest], ended: [] } },
      act: async ({ caller: { shopId } }) => {
        const [open, ended] = await Promise.all(
          [false, true].map((isEnded) => requests.list(needs.database, shopId, { ended: isEnded })),
        );
        const now = requests.now();
        const shown = (rows: typeof open = []) => rows.map((one) => requestJson(one, now));
        return { status: 200, body: { open: shown(open), ended: shown(ended) } };
      },
    }),
    operation({
      name: 'readRequest',
      method: 'GET',
      path: '/v1/requests/{id}',
      scope: 'requests:read',
      input: null,
      summary: 'One request with everything that was done about it',
      output: whole,
      example: { params: { id: exampleId }, output: exampleWhole },
      act: async (call) => ({ status: 200, body: await wholeOf(needs, call) }),
    }),
  ];
}

function entering(needs: RequestNeeds): readonly Operation[] {
  return [
    operation({
      name: 'addRequest',
      method: 'POST',
      path: '/v1/requests',
      scope: 'requests:write',
      summary: 'Enter a request that came by letter, mail or phone; its month runs from `received_at`',
      input: z.strictObject({
        kind,
        order_number: z.string().min(1).max(numberMax).optional(),
        received_at: moment.optional(),
        evidence: evidence.default('none'),
        note: note.default(''),
      }),
      output: whole,
      example: { params: {}, input: { kind: 'access', order_number: 'NL-1001' }, output: exampleWhole },
      act: async ({ caller, input }) => {
        const { shopId } = caller;
        const personId = await personOf(needs, shopId, input.order_number);
        const requestId = await needs.database.tx((tx) =>
          needs.rights.requests.record(tx, {
            shopId,
            kind: input.kind,
            via: 'staff',
            evidence: input.evidence,
            note: input.note,
            personId,
            actor: actorOf(caller),
            ...(input.received_at === undefined ? {} : { receivedAt: Temporal.Instant.from(input.received_at) }),
          }),
        );
        const params = { id: showId('req', requestId) };
        return { status: 200, body: await wholeOf(needs, { caller, params }) };
      },
    }),
  ];
}

/** A verb on one request: its route ends with the verb, and it answers with the request as it is then. */
function stepRow(needs: RequestNeeds) {
  return <Input>(
    name: string,
    last: string,
    summary: string,
    input: z.ZodType<Input>,
    example: object,
    act: (step: StepOf, input: Input) => Promise<unknown>,
  ): Operation =>
    operation({
      name,
      method: 'POST',
      path: `/v1/requests/{id}/${last}`,
      scope: 'requests:write',
      summary,
      input,
      output: whole,
      example: {
        params: { id: exampleId },
        input: example,
        output: exampleWhole,
      },
      act: async (call) => {
        await act(
          {
            shopId: call.caller.shopId,
            requestId: idOf(call),
            actor: actorOf(call.caller),
          },
          call.input,
        );
        return {
          status: 200,
          body: await wholeOf(needs, call),
        };
      },
    });
}

function working(needs: RequestNeeds): readonly Operation[] {
  const { requests } = needs.rights;
  const row = stepRow(needs);
  return [
    row(
      'noteRequest',
      'note',
      'Write down what was done about a request',
      z.strictObject({ note: note.min(1) }),
      { note: 'Copy sent by letter' },
      (step, input) => requests.note({ ...step, ...input }),
    ),
    row(
      'identifyRequest',
      'identify',
      'Write down by what the person was known (art. 12(6) GDPR), and by an order of theirs who it is',
      z.strictObject({ evidence, order_number: z.string().min(1).max(numberMax).optional(), note: note.default('') }),
      { evidence: 'order and address', order_number: 'NL-1001' },
      async (step, { evidence: by, note: words, order_number: number }) => {
        const personId = await personOf(needs, step.shopId, number);
        await requests.identify({ ...step, note: words, evidence: by, ...(personId === null ? {} : { personId }) });
      },
    ),
  ];
}

function deciding(needs: RequestNeeds): readonly Operation[] {
  const { requests } = needs.rights;
  const row = stepRow(needs);
  return [
    row(
      'extendRequest',
      'extend',
      'Two further months, once, within the first, with the reason that the person was told (art. 12(3) GDPR)',
      z.strictObject({ note: note.min(1) }),
      { note: 'Orders of eleven years' },
      (step, input) => requests.extend({ ...step, ...input }),
    ),
    row(
      'endRequest',
      'end',
      'End a request; anything but `done` needs a reason (art. 12(4) GDPR)',
      z.strictObject({ outcome: z.enum(outcomes), note: note.default('') }),
      { outcome: 'done' },
      (step, input) => requests.end({ ...step, ...input }),
    ),
  ];
}

/** Null where no order was named. @throws Fault('not_found') for one that is not there */
async function personOf(needs: RequestNeeds, shopId: string, number: string | undefined): Promise<string | null> {
  if (number === undefined) return null;
  const order = await needs.orders.find(needs.database, shopId, number);
  if (order === null) throw new Fault('not_found', 'There is no order with this number.');
  return order.personId;
}

type StepOf = { readonly shopId: string; readonly requestId: string; readonly actor: string };
type Asked = Pick<Call<unknown>, 'params' | 'caller'>;

async function wholeOf({ database, rights }: RequestNeeds, call: Asked): Promise<object> {
  const read = await rights.requests.read(database, call.caller.shopId, idOf(call));
  if (read === null) throw noRequest();
  return { request: requestJson(read.request, rights.requests.now()), steps: stepsJson(read.steps) };
}

/** @throws Fault('not_found') for what is no id */
function idOf({ params }: Pick<Asked, 'params'>): string {
  const requestId = readId('req', params['id'] ?? '');
  if (requestId === null) throw noRequest();
  return requestId;
}

function noRequest(): Fault {
  return new Fault('not_found', 'There is no such request here.');
}

export function actorOf({ keyId }: Call<unknown>['caller']): string {
  return `key ${showId('key', keyId)}`;
}
