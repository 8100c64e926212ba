import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import {
  evidences,
  homeZone,
  outcomes,
  requestJson,
  requestKinds,
  sayRequestCode,
  stepsJson,
  type Evidence,
  type PersonRequest,
  type RequestKind,
} from '#rights';
import { columns, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const language = 'en';

export async function listRequests({ world, values, json }: Call): Promise<number> {
  const found = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const personId = (await personOf(house, shopId, values['order'])) ?? undefined;
    const { requests } = house.rights;
    const rows = await requests.list(house.database, shopId, { personId, ended: values['ended'] === true });
    return rows.map((row) => requestJson(row, requests.now()));
  });
  if (json) world.out(JSON.stringify(found, null, 2));
  else if (found.length === 0) world.out(values['ended'] === true ? 'No request has ended.' : 'No request is open.');
  else {
    const rows = found.map((row) => [row.id, row.kind, row.urgency, row.due_at, row.evidence, row.outcome ?? '']);
    world.out(columns([['REQUEST', 'KIND', 'STATE', 'DUE BEFORE', 'IDENTITY', 'OUTCOME'], ...rows]));
  }
  return 0;
}

/** Null when no order was named. @throws Fault('not_found') for an order that is not there */
async function personOf(house: OpenedHouse, shopId: string, number: Call['values'][string]): Promise<string | null> {
  if (typeof number !== 'string') return null;
  const order = await house.orders.find(house.database, shopId, number);
  if (order === null) throw new Fault('not_found', 'There is no order with this number.');
  return order.personId;
}

export function kindsKnown(): string {
  const kinds = Object.keys(requestKinds).map((kind) => [`    ${kind}`, sayRequestCode(language, 'kind', kind)]);
  return `${columns(kinds)}\n    --evidence: ${evidences.join(' · ')}`;
}

export function outcomesKnown(): string {
  return `    OUTCOME: ${outcomes.join(' · ')}`;
}

export async function addRequest(call: Call): Promise<number> {
  const { world, values, positionals } = call;
  const [kind = ''] = positionals;
  if (!isKind(kind)) {
    throw new Fault('invalid', `There is no request "${kind}". There is: ${Object.keys(requestKinds).join(', ')}.`);
  }
  const evidence = evidenceOf(values['evidence'] ?? 'none');
  const receivedAt = receivedOf(values['received']);
  const shown = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const personId = await personOf(house, shopId, values['order']);
    const requestId = await house.database.tx((tx) =>
      house.rights.requests.record(tx, {
        shopId,
        personId,
        kind,
        evidence,
        via: 'staff',
        note: textOf(values['note']),
        actor,
        ...(receivedAt === null ? {} : { receivedAt }),
      }),
    );
    return await read(house, shopId, requestId);
  });
  return print(call, shown);
}

function isKind(text: string): text is RequestKind {
  return Object.hasOwn(requestKinds, text);
}

function evidenceOf(text: Call['values'][string]): Evidence {
  const evidence = evidences.find((one) => one === text);
  if (evidence === undefined) throw new Fault('invalid', `--evidence is one of: ${evidences.join(', ')}.`);
  return evidence;
}

function receivedOf(text: Call['values'][string]): Temporal.Instant | null {
  if (typeof text !== 'string') return null;
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(homeZone).toInstant();
  } catch {
    // Said below, like everything that is no day.
  }
  throw new Fault('invalid', '--received is a day such as 2026-11-29.');
}

function textOf(value: Call['values'][string]): string {
  return typeof value === 'string' ? value : '';
}

type Shown = {
  readonly request: ReturnType<typeof requestJson>;
  readonly steps: ReturnType<typeof stepsJson>;
};

async function read(house: OpenedHouse, shopId: string, requestId: string): Promise<Shown> {
  const { requests } = house.rights;
  const found = await requests.read(house.database, shopId, requestId);
  if (found === null) throw noRequest();
  return { request: requestJson(found.request, requests.now()), steps: stepsJson(found.steps) };
}

function print({ world, json }: Call, { request, steps }: Shown): number {
  if (json) {
    world.out(JSON.stringify({ request, steps }, null, 2));
    return 0;
  }
  world.out(`${request.id}  ${request.kind}, ${request.urgency}, due before ${request.due_at}`);
  for (const { at, actor: who, step, note } of steps) {
    world.out(`  ${at}  ${step} (${who})${note === null ? '' : `: ${visible(note)}`}`);
  }
  return 0;
}

/** Somebody's own words must not take hold of a terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, ' ').slice(0, 600);
}

export async function showRequest(call: Call): Promise<number> {
  return await onRequest(call, async () => {});
}

export async function noteRequest(call: Call): Promise<number> {
  const { values, positionals } = call;
  const [, note = ''] = positionals;
  const evidence = values['evidence'] === undefined ? null : evidenceOf(values['evidence']);
  return await onRequest(call, async (house, step) => {
    const { requests } = house.rights;
    const personId = await personOf(house, step.shopId, values['order']);
    if (evidence === null && personId !== null) throw new Fault('invalid', 'Say by what: --evidence TEXT.');
    if (evidence === null) await requests.note({ ...step, note });
    else await requests.identify({ ...step, note, evidence, ...(personId === null ? {} : { personId }) });
  });
}

export async function extendRequest(call: Call): Promise<number> {
  const [, note = ''] = call.positionals;
  return await onRequest(call, async (house, step) => {
    await house.rights.requests.extend({ ...step, note });
  });
}

export async function endRequest(call: Call): Promise<number> {
  const [, text = ''] = call.positionals;
  const outcome = outcomes.find((one) => one === text);
  if (outcome === undefined) {
    throw new Fault('invalid', `There is no outcome "${text}". There is: ${outcomes.join(', ')}.`);
  }
  return await onRequest(call, async (house, step) => {
    await house.rights.requests.end({ ...step, outcome, note: textOf(call.values['note']) });
  });
}

type Step = Pick<PersonRequest, 'shopId' | 'requestId'> & { readonly actor: string };

async function onRequest(call: Call, act: (house: OpenedHouse, step: Step) => Promise<void>): Promise<number> {
  const [id = ''] = call.positionals;
  const requestId = readId('req', id);
  if (requestId === null) throw noRequest();
  const shown = await call.world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, call.values['shop']);
    await act(house, { shopId, requestId, actor });
    return await read(house, shopId, requestId);
  });
  return print(call, shown);
}

function noRequest(): Fault {
  return new Fault(
    'not_found',
    `There is no such request: \`requests list\` shows their ids, such as ${showId('req', '0'.repeat(32))}.`,
  );
}
