import { Fault } from '#kit/fault';
import { caseJson, entryJson, type CaseJson, type Service } from '#service';
import { columns, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const lists = ['open', 'calls', 'answered', 'closed'] as const;

export async function listCases({ world, values, json }: Call): Promise<number> {
  const list = lists.find((one) => one === (values['list'] ?? 'open'));
  if (list === undefined) throw new Fault('invalid', `--list is one of: ${lists.join(', ')}.`);
  const found = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return (await house.service.cases.list(house.database, shopId, list)).map((one) => caseJson(one, house.privacy));
  });
  if (json) world.out(JSON.stringify(found, null, 2));
  else if (found.length === 0) world.out('There is none.');
  else {
    const rows = found.map((one) => [
      one.number,
      one.topic,
      one.state,
      one.opened_at,
      one.waiting_since ?? '',
      callOf(one),
    ]);
    world.out(columns([['CASE', 'ABOUT', 'STATE', 'ASKED', 'WAITS SINCE', 'CALL'], ...rows]));
  }
  return 0;
}

function callOf({ call_back: call }: CaseJson): string {
  return call === null ? '' : `${call.starts_at} ${call.called ? 'called' : 'due'}`;
}

export async function showCase(call: Call): Promise<number> {
  return await onCase(call, async () => {});
}

export async function answerCase(call: Call): Promise<number> {
  const [, text = ''] = call.positionals;
  return await onCase(call, async ({ cases }, act) => {
    const answered = await cases.answer(act, text);
    if ('no' in answered) throw new Fault('conflict', 'Nobody is reached by mail: no address, or one that takes none.');
  });
}

const marks = { elsewhere: 'answered elsewhere', called: 'called', 'not-reached': 'not reached' } as const;

export function marksKnown(): string {
  return `    WHAT: ${Object.keys(marks).join(' · ')}`;
}

export async function markCase(call: Call): Promise<number> {
  const [, word = ''] = call.positionals;
  if (!isMark(word)) throw new Fault('invalid', `A case is marked as one of: ${Object.keys(marks).join(', ')}.`);
  return await onCase(call, ({ cases }, act) => cases.mark(act, marks[word]));
}

function isMark(word: string): word is keyof typeof marks {
  return Object.hasOwn(marks, word);
}

export async function closeCase(call: Call): Promise<number> {
  return await onCase(call, ({ cases }, act) => cases.close(act));
}

export async function reopenCase(call: Call): Promise<number> {
  return await onCase(call, ({ cases }, act) => cases.reopen(act));
}

type CaseAct = Parameters<Service['cases']['close']>[0];

async function onCase(
  call: Call,
  act: (service: OpenedHouse['service'], on: CaseAct) => Promise<unknown>,
): Promise<number> {
  const { world, values, positionals, json } = call;
  const [number = ''] = positionals;
  const shown = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    await act(house.service, { shopId, number, actor });
    const read = await house.service.cases.read(house.database, shopId, number);
    if (read === null) throw new Fault('not_found', 'There is no such case here.');
    return {
      case: caseJson(read.one, house.privacy),
      entries: read.entries.map((entry) => entryJson(entry, house.privacy)),
    };
  });
  if (json) {
    world.out(JSON.stringify(shown, null, 2));
    return 0;
  }
  const { case: one, entries } = shown;
  world.out(`${one.number}  ${one.topic}, ${one.state}${one.call_back === null ? '' : `, call ${callOf(one)}`}`);
  for (const { at, kind, actor: who, words, forwarded } of entries) {
    const way = forwarded === null ? '' : `, service address: ${forwarded}`;
    world.out(`  ${at}  ${kind} (${who}${way})${words === null ? '' : `: ${visible(words)}`}`);
  }
  return 0;
}

/** Somebody's own words must not take hold of a terminal. */
function visible(words: string): string {
  return words.replaceAll(/\p{C}/gu, ' ').slice(0, 4_000);
}

export async function inbox({ world, values, json }: Call): Promise<number> {
  const typed = values['calls'];
  const shown = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const { cases } = house.service;
    if (typed !== undefined) {
      const calls = typeof typed === 'string' && /^\d{1,3}$/.test(typed) ? Number(typed) : Number.NaN;
      await cases.setCallsPerSlot({ shopId, calls, actor });
    }
    return {
      waiting: await cases.waiting(house.database, shopId),
      calls_per_slot: await cases.callsPerSlot(house.database, shopId),
      answer_time: await cases.answerTime(house.database, shopId),
    };
  });
  if (json) {
    world.out(JSON.stringify(shown, null, 2));
    return 0;
  }
  const { answer_time: time } = shown;
  world.out(`${shown.waiting} wait for an answer. Calls in one slot: ${shown.calls_per_slot}.`);
  world.out(
    time === null
      ? 'Fewer than ten first answers in 90 days: too few to say how long they take.'
      : `First answers of 90 days (${time.answered}): half within ${time.medianMinutes} minutes, nine of ten within ${time.p90Minutes}.`,
  );
  return 0;
}
