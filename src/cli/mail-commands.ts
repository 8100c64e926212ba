import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { sayMail, type CheckedRecord, type RecordsReport } from '#mail';
import type { Shop } from '#orders';
import { columns, type Call, type OpenedHouse } from './command.ts';
import { shopOf } from './shop-of.ts';

const actor = 'command line';
const language = 'en';
const rowsMax = 1_000;

export async function mailRecords({ world, values, json }: Call): Promise<number> {
  const { report, shop } = await world.withHouse(async (house) => {
    const about = await shopOf(house, values['shop']);
    if (typeof values['bounce'] === 'string') await house.mail.setBounceAddress(about, values['bounce'], actor);
    if (values['rotate'] === true) await house.mail.rotate(about, actor);
    return { report: await house.mail.records(about, actor), shop: about };
  });
  if (json) world.out(JSON.stringify(jsonOf(report), null, 2));
  else for (const line of linesOf(report, shop)) world.out(line);
  return report.records.every(({ state }) => state === 'ok') ? 0 : 1;
}

function jsonOf(report: RecordsReport): object {
  return {
    domain: report.domain,
    bounce_address: report.bounceAddress,
    signs_with: report.signsWith,
    records: report.records.map(({ key, type, name, value, found, state, todo }) => ({
      key,
      type,
      name,
      value,
      found,
      state,
      todo: sayMail(language, todo),
    })),
  };
}

function linesOf(report: RecordsReport, shop: Shop): readonly string[] {
  const { domain, signsWith, bounceAddress, records } = report;
  return [
    `The mails of "${shop.name}" come from ${shop.face.sender.address}.`,
    signsWith === null
      ? `They are not signed yet: run this again when both DKIM records of ${domain} are published.`
      : `They are signed with the keys of ${signsWith}, by RSA and by Ed25519.`,
    bounceAddress === null
      ? 'What cannot be delivered comes back to the sender’s address and is not counted: --bounce ADDRESS changes that.'
      : `What cannot be delivered comes back to ${bounceAddress}.`,
    ...records.flatMap(recordLines),
  ];
}

function say(word: Parameters<typeof sayMail>[1]): string {
  return sayMail(language, word);
}

function recordLines({ key, type, name, value, found, state, todo }: CheckedRecord): readonly string[] {
  return [
    '',
    `${say(`record.${key}`)}: ${say(`state.${state}`)}`,
    `  ${say(todo)}`,
    `  ${name}  ${type}`,
    `  ${value}`,
    ...(state === 'wrong' ? found.map((text) => `  found: ${visible(text)}`) : []),
  ];
}

/** What DNS says is a stranger's text: it must not take hold of a terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{C}/gu, '·').slice(0, 600);
}

export async function tryMail({ world, values, positionals, json }: Call): Promise<number> {
  const [address = ''] = positionals;
  const tried = await world.withHouse(async (house) =>
    house.mail.tryMail(await shopOf(house, values['shop']), address, actor),
  );
  const steps = tried.steps.map(({ good, word, values: said }) => ({ good, says: sayMail(language, word, said) }));
  if (json) world.out(JSON.stringify({ sent: tried.sent, steps }, null, 2));
  else {
    for (const { good, says } of steps) world.out(`${good ? '  ' : '! '}${says}`);
    world.err('The address counts as one of your staff: no disclosure was written for it.');
  }
  return tried.sent ? 0 : 1;
}

export async function suppressedAddresses({ world, values, json }: Call): Promise<number> {
  const rows = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    const found = await house.mail.suppressed(house.database, shop.shopId, rowsMax);
    return await Promise.all(found.map((one) => rowOf(house, shop.shopId, one)));
  });
  if (json) world.out(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) world.out('Everybody with an address gets mails.');
  else {
    const shown = rows.map((row) => [row.person, row.order, row.code, row.since, row.corrected ? 'corrected' : 'yes']);
    world.out(columns([['PERSON', 'ORDER', 'CODE', 'SINCE', 'SUPPRESSED'], ...shown]));
  }
  return 0;
}

type Suppressed = Awaited<ReturnType<OpenedHouse['mail']['suppressed']>>[number];

async function rowOf(house: OpenedHouse, shopId: string, one: Suppressed) {
  const order = one.orderId === null ? null : await house.orders.read(house.database, one.personId, one.orderId);
  const email = order?.buyer.email ?? null;
  return {
    person: showId('per', one.personId),
    order: one.orderId === null ? '' : showId('ord', one.orderId),
    code: one.code,
    since: one.suppressedAt.toString({ smallestUnit: 'second' }),
    /** The person has another address by now and gets mails again. */
    corrected: email !== null && !house.mail.isAbout(one, shopId, email),
  };
}

export async function liftSuppression({ world, values, positionals, json }: Call): Promise<number> {
  const [whom = ''] = positionals;
  const lifted = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const personId = readId('per', whom);
    if (personId === null) return await house.mail.liftAddress(shopId, whom, actor);
    return (await house.mail.lift(shopId, personId, actor)) ? 1 : 0;
  });
  if (lifted === 0) throw new Fault('not_found', 'Nobody is suppressed under that. `mail suppressed` lists who is.');
  world.out(json ? JSON.stringify({ lifted }) : 'Mails go to this person again.');
  return 0;
}
