import { writeFileSync } from 'node:fs';
import { Fault } from '#kit/fault';
import { readCorrection } from '#orders';
import { exportFormats, holdJson, holdReasons, receiptJson, weighedJson, type Hold, type Weighed } from '#rights';
import type { Call } from '../command.ts';
import { shopOf } from '../shop-of.ts';
import { actor, orderOf, toldLines } from './of-order.ts';

export async function exportPerson(call: Call): Promise<number> {
  const { world, values } = call;
  const format = oneOf(exportFormats, values['format'] ?? 'json', '--format');
  const { out, language } = values;
  if (typeof out !== 'string' && format === 'csv') throw new Fault('invalid', 'Say where to: --out PATH.');
  const file = await world.withHouse(async (house) => {
    const order = await orderOf(house, call);
    const wish = {
      format,
      language: typeof language === 'string' ? language : order.language,
      reader: 'staff',
    } as const;
    return await house.rights.exportPerson(order, wish, actor);
  });
  if (typeof out !== 'string') {
    world.out(file.bytes.toString('utf8').trimEnd());
    return 0;
  }
  write(out, file.bytes);
  world.out(`${out} holds everything that is held about this person: ${file.bytes.length} bytes.`);
  return 0;
}

/** Readable by whoever runs this alone; what is there already stays as it is. */
function write(path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new Fault('conflict', `${path} cannot be written: it is there already, or its folder is not.`, { cause });
  }
}

export async function erasePerson(call: Call): Promise<number> {
  const { world, values, json } = call;
  if (values['yes'] !== true) {
    const weighed = await world.withHouse(async (house) =>
      house.rights.weigh(house.database, await orderOf(house, call)),
    );
    if (json) world.out(JSON.stringify(weighedJson(weighed), null, 2));
    else for (const line of weighedLines(weighed)) world.out(line);
    world.err('Nothing was erased yet: the same with --yes does it, and it cannot be taken back.');
    return 1;
  }
  const erased = await world.withHouse(async (house) => house.rights.eraseNow(await orderOf(house, call), actor));
  if ('no' in erased) throw new Fault('not_found', 'This person was erased before.');
  const receipt = receiptJson(erased.receipt, erased.proof);
  if (json) world.out(JSON.stringify({ erased: weighedJson(erased), receipt }, null, 2));
  else {
    world.out(JSON.stringify(receipt, null, 2));
    for (const line of weighedLines(erased)) world.err(line);
    world.err(
      'Erased. Give the receipt to the person: it is kept nowhere, and nothing else proves the erasure theirs.',
    );
  }
  return 0;
}

function weighedLines({ orders, parcels, receivers, keeping, recipients }: Weighed): readonly string[] {
  return [
    `What goes: the person, ${orders} orders, ${parcels} parcels, ${receivers} names of others who received.`,
    keeping.length === 0
      ? 'The law keeps nothing of it.'
      : `What the law keeps, without e-mail address and phone: ${keeping.length} orders, the last until ${lastOf(keeping)}.`,
    ...toldLines(recipients),
  ];
}

function lastOf(keeping: Weighed['keeping']): string {
  return (
    keeping
      .map(({ endsOn }) => endsOn.toString())
      .toSorted()
      .at(-1) ?? ''
  );
}

export async function correctPerson(call: Call): Promise<number> {
  const { world, values, json } = call;
  const { street, postcode, city, country } = values;
  const given = [street, postcode, city, country].some((value) => value !== undefined);
  const body = {
    ...Object.fromEntries((['name', 'email', 'phone'] as const).flatMap((field) => pairOf(field, values[field]))),
    ...(values['remove-phone'] === true ? { remove_phone: true } : {}),
    ...(given ? { address: { street, city, country, ...(postcode === undefined ? {} : { postcode }) } } : {}),
  };
  const done = await world.withHouse(async (house) => {
    const order = await orderOf(house, call);
    const correction = readCorrection(order.orderId, body);
    return await house.database.tx((tx) => house.rights.correct(tx, order, correction, actor));
  });
  const until = done.emailConfirmedUntil?.toString() ?? null;
  const { corrected, recipients } = done;
  if (json) world.out(JSON.stringify({ corrected, recipients, email_confirmed_until: until }, null, 2));
  else {
    if (corrected.length > 0) world.out(`Put right: ${corrected.join(', ')}.`);
    for (const line of toldLines(recipients)) world.out(line);
    if (until !== null) world.out(`The new e-mail address counts once its reader has confirmed it, until ${until}.`);
  }
  return 0;
}

function pairOf(field: string, value: Call['values'][string]): readonly (readonly [string, unknown])[] {
  return value === undefined ? [] : [[field, value]];
}

export async function readHold(call: Call): Promise<number> {
  const { world, values, positionals, json } = call;
  const given = values['reason'];
  const reason = oneOf(holdReasons, typeof given === 'string' ? given.replaceAll('-', ' ') : '', '--reason');
  const [orderNumber = ''] = positionals;
  const holds = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.rights.readHolds({ shopId, orderNumber, reason, actor });
  });
  if (json) world.out(JSON.stringify(holds.map(holdJson), null, 2));
  else for (const line of holds.flatMap(holdLines)) world.out(line);
  return 0;
}

function holdLines({ kind, endsOn, record }: Hold): readonly string[] {
  return [
    `${record.order_number}, placed ${record.placed_at}: kept as ${kind} until ${endsOn.toString()}`,
    `  buyer     ${record.buyer ?? '–'}`,
    ...(record.receiver === null ? [] : [`  receiver  ${record.receiver}`]),
    `  address   ${JSON.stringify(record.address)}`,
    `  items     ${JSON.stringify(record.items)}`,
  ].map((line) => line.replaceAll(/\p{Cc}/gu, '·'));
}

/** @throws Fault('invalid') that lists the words there are */
function oneOf<Word extends string>(words: readonly Word[], given: Call['values'][string], option: string): Word {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  const list = words.map((word) => word.replaceAll(' ', '-')).join(', ');
  throw new Fault('invalid', `${option} takes one of these: ${list}.`);
}
