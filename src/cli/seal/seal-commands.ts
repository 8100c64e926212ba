import { readFile } from 'node:fs/promises';
import {
  isShown,
  issuerJson,
  issuers,
  readingText,
  sayReason,
  sealJson,
  sealKinds,
  sealStateJson,
  trialJson,
  type Check,
  type Seal,
  type SealInput,
  type SealKind,
  type Trial,
} from '#evidence';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { columns, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const language = 'en';
const historyMax = 60;
const historyShown = 10;
const adapterCharactersMax = 64 * 1024;

export async function listSeals({ world, values, json }: Call): Promise<number> {
  const seals = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return await house.evidence.seals(house.database, shopId);
  });
  if (json) world.out(JSON.stringify({ seals: seals.map(sealJson) }, null, 2));
  else if (seals.length === 0) world.out('There is none: `seal add` adds one that the shop may show.');
  else world.out(columns([heads, ...seals.map(rowOf)]));
  return 0;
}

const heads = ['ID', 'NAME', 'KIND', 'STATE', 'READ', 'CHECKED', 'NEXT'];

function rowOf({ sealId, name, kind, standing, last, nextAt }: Seal): readonly string[] {
  const read = 'reading' in standing ? readingText(language, standing.reading) : '';
  return [
    showId('sea', sealId),
    name,
    kind,
    isShown(standing) ? `${standing.state}, shown` : `${standing.state}, hidden`,
    read === '' ? '-' : read,
    last === null ? '-' : minuteOf(last.at),
    minuteOf(nextAt),
  ];
}

/** To the minute, in UTC. */
function minuteOf(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'minute' });
}

export function listIssuers({ world, json }: Call): Promise<number> {
  if (json) world.out(JSON.stringify({ issuers: issuers.map(issuerJson) }, null, 2));
  else {
    const rows = issuers.flatMap((issuer) => {
      const { id, name, kinds } = issuerJson(issuer);
      if (kinds.length === 0) return [[id, name, 'any', '--adapter FILE']];
      return kinds.map(({ kind, asks_for_id: asksForId, secrets }) => {
        const asked = [...(asksForId ? ['--id ID'] : []), ...secrets.map((one) => `--set ${one}=…`)];
        return [id, name, kind, asked.length === 0 ? '-' : asked.join(' ')];
      });
    });
    world.out(columns([['ISSUER', 'NAME', 'KIND', 'ASKS FOR'], ...rows]));
  }
  return Promise.resolve(0);
}

export async function addSeal({ world, positionals, values, json }: Call): Promise<number> {
  const input = await inputOf(positionals, values);
  const isTrial = values['try'] === true;
  const done = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    return isTrial
      ? { trial: await house.evidence.tryReading(shopId, input) }
      : { seal: await house.evidence.addSeal(shopId, input, actor) };
  });
  if ('trial' in done)
    return tell(world, json, trialJson(done.trial), triedLines(done.trial), done.trial.outcome === 'valid');
  return tell(world, json, sealJson(done.seal), sealLines(done.seal), isShown(done.seal.standing));
}

function tell(world: Call['world'], json: boolean, data: object, lines: readonly string[], isGood: boolean): number {
  world.out(json ? JSON.stringify(data, null, 2) : lines.join('\n'));
  return isGood ? 0 : 1;
}

function triedLines({ outcome, reason, reading }: Trial): readonly string[] {
  const read = reading === null ? '' : readingText(language, reading);
  const why = reason === null ? '' : ` ${sayReason(language, reason)}`;
  return [`Nothing was kept. It is ${outcome}.${why}`, ...(read === '' ? [] : [`Read: ${read}.`])];
}

function sealLines(seal: Seal): readonly string[] {
  const { last } = seal;
  const why = last === null || last.reason === null ? [] : [sayReason(language, last.reason)];
  const shown = isShown(seal.standing) ? 'Customers see it.' : 'Customers do not see it.';
  return [columns([heads, rowOf(seal)]), ...why, shown];
}

async function inputOf(
  [issuer = '', kindText = '', certificateUrl = '']: readonly string[],
  values: Call['values'],
): Promise<SealInput> {
  const kind = sealKinds.find((one): one is SealKind => one === kindText);
  if (kind === undefined) throw new Fault('invalid', `A kind is ${sealKinds.join(' or ')}.`);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const path = text('adapter');
  return {
    issuer,
    kind,
    certificateUrl,
    name: text('name'),
    domain: text('domain'),
    issuerRef: text('id'),
    adapter: path === undefined ? undefined : await readAdapter(path),
    secrets: secretsIn(values['set']),
  };
}

async function readAdapter(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Fault('invalid', `${path} cannot be read.`);
  });
  if (text.length > adapterCharactersMax) throw new Fault('invalid', `${path} is too large for a description.`);
  try {
    const read: unknown = JSON.parse(text);
    return read;
  } catch {
    throw new Fault('invalid', `${path} is no JSON.`);
  }
}

function secretsIn(given: Call['values'][string]): Readonly<Record<string, string>> {
  const words = Array.isArray(given) ? given : [];
  const pairs = words.map((word) => {
    const text = String(word);
    const at = text.indexOf('=');
    if (at < 1) throw new Fault('invalid', 'Access data are written NAME=VALUE.');
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

/** The seal that is meant, by its id. */
async function sealIn(house: OpenedHouse, values: Call['values'], text: string) {
  const { shopId } = await shopOf(house, values['shop']);
  const sealId = readId('sea', text);
  if (sealId === null) throw new Fault('not_found', `There is no seal "${text}" here: \`seal list\` shows them.`);
  return { shopId, sealId };
}

export async function showSeal({ world, positionals, values, json }: Call): Promise<number> {
  const state = await world.withHouse(async (house) => {
    const { shopId, sealId } = await sealIn(house, values, positionals[0] ?? '');
    return await house.evidence.state(shopId, sealId, historyMax);
  });
  if (state === null) throw new Fault('not_found', 'There is no such seal here.');
  if (json) world.out(JSON.stringify(sealStateJson(state), null, 2));
  else {
    const { seal, checks, invitations } = state;
    const counted = Object.entries(invitations).map(([outcome, count]) => `${count} ${outcome}`);
    world.out(sealLines(seal).join('\n'));
    world.out(`Certificate: ${seal.certificateUrl}`);
    if (counted.length > 0) world.out(`Invitations: ${counted.join(', ')}.`);
    world.out(`\n${columns([['CHECKED', 'OUTCOME', 'READ OR WHY'], ...checks.slice(0, historyShown).map(checkRow)])}`);
  }
  return 0;
}

function checkRow({ at, outcome, reason, reading }: Check): readonly string[] {
  const read = reading === null ? '' : readingText(language, reading);
  return [minuteOf(at), outcome, reason === null ? read : sayReason(language, reason)];
}

export async function checkSeal({ world, positionals, values, json }: Call): Promise<number> {
  const seal = await world.withHouse(async (house) => {
    const { shopId, sealId } = await sealIn(house, values, positionals[0] ?? '');
    return await house.evidence.checkNow(shopId, sealId, actor);
  });
  return tell(world, json, sealJson(seal), sealLines(seal), isShown(seal.standing));
}

export async function inviteThrough({ world, positionals, values, json }: Call): Promise<number> {
  const [id = '', word = ''] = positionals;
  if (word !== 'on' && word !== 'off') throw new Fault('invalid', 'Say on or off.');
  const seal = await world.withHouse(async (house) => {
    const { shopId, sealId } = await sealIn(house, values, id);
    return await house.evidence.setInviting(shopId, sealId, word === 'on', actor);
  });
  const line =
    word === 'on'
      ? `Buyers who allow it are invited through ${seal.issuerName}; nobody else is named to it.`
      : `Nobody is invited through ${seal.issuerName} any more.`;
  return tell(world, json, sealJson(seal), [line], true);
}

export async function removeSeal({ world, positionals, values, json }: Call): Promise<number> {
  const removed = await world.withHouse(async (house) => {
    const { shopId, sealId } = await sealIn(house, values, positionals[0] ?? '');
    return await house.evidence.removeSeal(shopId, sealId, actor);
  });
  return tell(world, json, { removed }, [removed ? 'It is removed.' : 'There is no such seal here.'], removed);
}
