import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import type { Privacy } from '#privacy';
import { caseJson, entryJson, textLengthMax, topics, type Case, type Service } from '#service';
import { actorOf } from '../desk/request-operations.ts';
import { operation, type Call, type Operation } from '../operations.ts';

export type CaseApiNeeds = {
  readonly database: Database;
  readonly privacy: Pick<Privacy, 'open'>;
  readonly service: Pick<Service, 'cases'>;
};

const exampleNumber = 'C-7F3K-2Q9M';
const moment = z.iso.datetime();
const text = z.string().min(1).max(textLengthMax);
const callsPerSlot = z.int().min(0).max(100);

const caseShape = z.object({
  number: z.string(),
  state: z.enum(['open', 'answered', 'closed']),
  topic: z.string().meta({ description: topics.join(', ') }),
  language: z.string(),
  via: z.enum(['link', 'page']).meta({ description: '`page`: nobody has proven who they are' }),
  person: z.string(),
  order: z.string().nullable(),
  order_said: z.string().nullable().meta({ description: 'Typed in, and no order of this person' }),
  opened_at: moment,
  last_at: moment,
  waiting_since: moment.nullable(),
  closed_at: moment.nullable(),
  call_back: z
    .object({ starts_at: moment, ends_at: moment, phone: z.string().nullable(), called: z.boolean() })
    .nullable(),
});

const whole = z.object({
  case: caseShape,
  entries: z.array(
    z.object({
      at: moment,
      kind: z.string(),
      actor: z.string(),
      words: z.string().nullable(),
      forwarded: z.string().nullable(),
    }),
  ),
});

const settings = z.object({
  calls_per_slot: callsPerSlot,
  answer_time: z
    .object({
      median_minutes: z.int(),
      p90_minutes: z.int(),
      open_median_minutes: z.int().nullable(),
      open_p90_minutes: z.int().nullable(),
      answered: z.int(),
      days: z.int(),
    })
    .nullable()
    .meta({ description: 'Of first answers; null below ten of them' }),
});

const exampleCase = {
  number: exampleNumber,
  state: 'open' as const,
  topic: 'delivery',
  language: 'de',
  via: 'link' as const,
  person: 'per_01kakz3bafg1s3t5v7w9x0yz12',
  order: 'ord_01kakz3bafg1s3t5v7w9x0yz12',
  order_said: null,
  opened_at: '2026-11-20T09:00:00Z',
  last_at: '2026-11-20T09:00:00Z',
  waiting_since: '2026-11-20T09:00:00Z',
  closed_at: null,
  call_back: null,
};
const exampleWhole = { case: exampleCase, entries: [] };
const exampleSettings = { calls_per_slot: 4, answer_time: null };

/** What customers of the key's shop wrote, and answers to it. */
export function caseOperations(needs: CaseApiNeeds): readonly Operation[] {
  return [...listing(needs), ...answering(needs), ...measuring(needs)];
}

function listing(needs: CaseApiNeeds): readonly Operation[] {
  const { cases } = needs.service;
  return [
    operation({
      name: 'listCases',
      method: 'GET',
      path: '/v1/cases',
      scope: 'cases:read',
      input: null,
      summary: 'Cases: who waits longest first, calls by their time, the others latest first; 200 of each at the most',
      output: z.object({
        open: z.array(caseShape),
        calls: z.array(caseShape),
        answered: z.array(caseShape),
        closed: z.array(caseShape),
      }),
      example: { params: {}, output: { open: [exampleCase], calls: [], answered: [], closed: [] } },
      act: async ({ caller: { shopId } }) => {
        const list = async (which: Parameters<typeof cases.list>[2]) =>
          (await cases.list(needs.database, shopId, which)).map((one) => caseJson(one, needs.privacy));
        const [open, calls] = [await list('open'), await list('calls')];
        const [answered, closed] = [await list('answered'), await list('closed')];
        return { status: 200, body: { open, calls, answered, closed } };
      },
    }),
    operation({
      name: 'readCase',
      method: 'GET',
      path: '/v1/cases/{number}',
      scope: 'cases:read',
      input: null,
      summary: 'One case with everything that was said in it',
      output: whole,
      example: { params: { number: exampleNumber }, output: exampleWhole },
      act: async (call) => ({ status: 200, body: await wholeOf(needs, call) }),
    }),
  ];
}

type CaseAct = Parameters<Service['cases']['close']>[0];

/** A verb on one case: its route ends with the verb, and it answers with the case as it is then. */
function verbOn(name: string, last: string, summary: string) {
  return {
    name,
    method: 'POST',
    path: `/v1/cases/{number}/${last}`,
    scope: 'cases:write',
    summary,
    output: whole,
  } as const;
}

function onCase({ caller, params }: Asked): CaseAct {
  return { shopId: caller.shopId, number: params['number'] ?? '', actor: actorOf(caller) };
}

const marks = ['answered elsewhere', 'called', 'not reached'] as const;

function answering(needs: CaseApiNeeds): readonly Operation[] {
  const { cases } = needs.service;
  const done = async (call: Asked) => ({ status: 200, body: await wholeOf(needs, call) });
  const params = { number: exampleNumber };
  return [
    operation({
      ...verbOn('answerCase', 'answer', 'Answer by mail, from the shop’s sender, in the conversation that began it'),
      input: z.strictObject({ text }),
      example: { params, input: { text: 'It left our store this morning.' }, output: exampleWhole },
      act: async (call) => {
        const answered = await cases.answer(onCase(call), call.input.text);
        if ('no' in answered) {
          throw new Fault('conflict', 'Nobody is reached by mail: no address, or one that takes none.');
        }
        return await done(call);
      },
    }),
    operation({
      ...verbOn('markCase', 'mark', 'Write down what was done elsewhere; a call that reached nobody is no answer'),
      input: z.strictObject({ as: z.enum(marks) }),
      example: { params, input: { as: 'answered elsewhere' }, output: exampleWhole },
      act: async (call) => {
        await cases.mark(onCase(call), call.input.as);
        return await done(call);
      },
    }),
    operation({
      ...verbOn('closeCase', 'close', 'Close a case; nobody waits any more'),
      input: null,
      example: { params, output: exampleWhole },
      act: async (call) => {
        await cases.close(onCase(call));
        return await done(call);
      },
    }),
    operation({
      ...verbOn('reopenCase', 'reopen', 'Open a closed case again'),
      input: null,
      example: { params, output: exampleWhole },
      act: async (call) => {
        await cases.reopen(onCase(call));
        return await done(call);
      },
    }),
  ];
}

function measuring(needs: CaseApiNeeds): readonly Operation[] {
  const { cases } = needs.service;
  const settingsOf = async (shopId: string): Promise<object> => {
    const time = await cases.answerTime(needs.database, shopId);
    return {
      calls_per_slot: await cases.callsPerSlot(needs.database, shopId),
      answer_time:
        time === null
          ? null
          : {
              median_minutes: time.medianMinutes,
              p90_minutes: time.p90Minutes,
              open_median_minutes: time.openMedianMinutes,
              open_p90_minutes: time.openP90Minutes,
              answered: time.answered,
              days: time.days,
            },
    };
  };
  return [
    operation({
      name: 'readInbox',
      method: 'GET',
      path: '/v1/inbox',
      scope: 'cases:read',
      input: null,
      summary: 'How long first answers took, and how many calls are offered in one slot',
      output: settings,
      example: { params: {}, output: exampleSettings },
      act: async ({ caller }) => ({ status: 200, body: await settingsOf(caller.shopId) }),
    }),
    operation({
      name: 'setInbox',
      method: 'PUT',
      path: '/v1/inbox',
      scope: 'cases:write',
      summary: 'How many calls are offered in one slot of two hours; 0 offers none',
      input: z.strictObject({ calls_per_slot: callsPerSlot }),
      output: settings,
      example: { params: {}, input: { calls_per_slot: 4 }, output: exampleSettings },
      act: async ({ caller, input }) => {
        const { shopId } = caller;
        await cases.setCallsPerSlot({ shopId, calls: input.calls_per_slot, actor: actorOf(caller) });
        return { status: 200, body: await settingsOf(shopId) };
      },
    }),
  ];
}

type Asked = Pick<Call<unknown>, 'params' | 'caller'>;

async function wholeOf({ database, privacy, service }: CaseApiNeeds, { params, caller }: Asked): Promise<object> {
  const read = await service.cases.read(database, caller.shopId, params['number'] ?? '');
  if (read === null) throw new Fault('not_found', 'There is no such case here.');
  const one: Case = read.one;
  return { case: caseJson(one, privacy), entries: read.entries.map((entry) => entryJson(entry, privacy)) };
}
