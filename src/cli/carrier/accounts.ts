import { randomBytes } from 'node:crypto';
import {
  connectors,
  findConnector,
  sayTrial,
  type Account,
  type Connector,
  type PushClient,
  type Trial,
} from '#carriers';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { Shop } from '#orders';
import { columns, listOf, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';

const actor = 'command line';
const secretMax = 1_000;
const aliasesShown = 3;

/** @throws Fault('invalid') that names the carriers there are */
export function connectorOf(name = ''): Connector {
  const connector = findConnector(name);
  if (connector !== null) return connector;
  const known = connectors.map((one) => one.manifest.id).join(', ');
  throw new Fault('invalid', `"${name}" is no carrier here. There is: ${known}.`);
}

type Connected = { readonly account: Account; readonly shop: Shop; readonly isNew: boolean; readonly trial: Trial };

export async function connectCarrier({ world, positionals, values, json }: Call): Promise<number> {
  const connector = connectorOf(positionals[0]);
  const given = secretsFor(connector, new Map(listOf(values['set']).map((pair) => splitPair(pair))));
  const made = await world.withHouse(async (house) => {
    const shop = await ownShopOf(house, values['shop']);
    const connected = await connect(house, shop, connector, given);
    return { ...connected, pushUrl: pushUrlOf(house, connected.account, connector) };
  });
  if (json) world.out(JSON.stringify(shownConnection(made, connector)));
  else sayConnection(world, made, connector);
  return made.trial.verdict === 'refused' ? 1 : 0;
}

type Shown = Connected & { readonly pushUrl: string | null };

/** What a carrier shows its pushes with, where it fetches a token for them; null elsewhere. */
function clientOf({ account, pushUrl }: Shown, { push }: Connector): PushClient | null {
  return pushUrl === null ? null : (push?.client?.(account.secrets) ?? null);
}

function shownConnection(made: Shown, connector: Connector): object {
  const { account, trial, pushUrl } = made;
  const client = clientOf(made, connector);
  const token = client === null ? {} : { push_token_url: `${pushUrl}/token`, push_client: client };
  const shown = showId('acc', account.accountId);
  return { account: shown, carrier: account.carrier, push_url: pushUrl, trial: trial.verdict, ...token };
}

function sayConnection(world: Call['world'], made: Shown, connector: Connector): void {
  const { account, shop, isNew, trial, pushUrl } = made;
  const { name } = connector.manifest;
  const shown = showId('acc', account.accountId);
  world.out(`${isNew ? 'Connected' : 'Connected again:'} ${name} with the shop "${shop.name}" as ${shown}.`);
  world.out(pushUrl === null ? 'It is asked, and pushes nothing.' : `It pushes to ${pushUrl}`);
  const client = clientOf(made, connector);
  if (client !== null) world.out(toRegister(connector, `${pushUrl}/token`, client));
  tell(world, trial, connector);
}

/** What only a person can tell the carrier. */
function toRegister({ manifest }: Connector, tokenUrl: string, client: PushClient): string {
  const rows = [
    ['  Token address', tokenUrl],
    ['  Client ID', client.id],
    ['  Client secret', client.secret],
  ];
  return `Enter that address at ${manifest.name} as the webhook, and for its token:\n${columns(rows)}`;
}

async function connect(
  house: OpenedHouse,
  shop: Shop,
  connector: Connector,
  given: Readonly<Record<string, string>>,
): Promise<Connected> {
  const { database, carriers } = house;
  const before = await accountWith(house, shop, connector);
  const secrets = withToken(connector, given, before);
  const { account, isNew } = await carriers.connect(database, { shopId: shop.shopId, connector, secrets });
  await audit(house, account, 'carrier.connect');
  return { account, shop, isNew, trial: await carriers.tryAccount(account, connector) };
}

/** The sample shop's carrier is a simulator in the program that serves; from here its account would reach the real one. */
async function ownShopOf(house: OpenedHouse, named: Call['values'][string]): Promise<Shop> {
  const shop = await shopOf(house, named);
  if (!shop.sample) return shop;
  throw new Fault('invalid', `"${shop.name}" is the sample shop: its carrier is invented and comes with it.`);
}

/** The youngest is the one that is asked. */
async function accountWith(house: OpenedHouse, shop: Shop, { manifest }: Connector): Promise<Account | null> {
  const accounts = await house.carriers.accounts(house.database, shop.shopId);
  return accounts.findLast(({ carrier }) => carrier === manifest.id) ?? null;
}

async function audit(house: OpenedHouse, { shopId, accountId }: Account, verb: string): Promise<void> {
  await house.privacy.audit(house.database, { shopId, actor, verb, subject: showId('acc', accountId) });
}

function pushUrlOf(house: OpenedHouse, account: Account, { push }: Connector): string | null {
  return push === null || account.secrets[pushToken] === '' ? null : house.pushUrlOf(account);
}

/** What worked is said where answers go, what did not where troubles go. */
function tell(world: Call['world'], trial: Trial, { manifest }: Connector): void {
  const sentence = sayTrial('en', trial, manifest.name);
  if (trial.verdict === 'accepted') world.out(sentence);
  else world.err(sentence);
}

export async function tryCarrier({ world, positionals, values, json }: Call): Promise<number> {
  const connector = connectorOf(positionals[0]);
  const trial = await world.withHouse(async (house) => {
    const account = await connectedWith(house, values['shop'], connector);
    await audit(house, account, 'carrier.try');
    return await house.carriers.tryAccount(account, connector);
  });
  if (json) world.out(JSON.stringify({ carrier: connector.manifest.id, trial: trial.verdict }));
  else tell(world, trial, connector);
  return trial.verdict === 'accepted' ? 0 : 1;
}

export async function disconnectCarrier({ world, positionals, values, json }: Call): Promise<number> {
  const connector = connectorOf(positionals[0]);
  const account = await world.withHouse(async (house) => {
    const { database, carriers } = house;
    const found = await connectedWith(house, values['shop'], connector);
    const accounts = await carriers.accounts(database, found.shopId);
    for (const one of accounts.filter(({ carrier }) => carrier === found.carrier)) {
      await database.tx((tx) => carriers.disconnect(tx, one));
      await audit(house, one, 'carrier.disconnect');
    }
    return showId('acc', found.accountId);
  });
  if (json) world.out(JSON.stringify({ account, carrier: connector.manifest.id }));
  else {
    const { name } = connector.manifest;
    world.out(`Disconnected ${name}. Its credentials are gone, it is asked nothing, and its pushes are turned away.`);
  }
  return 0;
}

async function connectedWith(
  house: OpenedHouse,
  named: Call['values'][string],
  connector: Connector,
): Promise<Account> {
  const shop = await ownShopOf(house, named);
  const account = await accountWith(house, shop, connector);
  if (account !== null) return account;
  throw new Fault('not_found', `The shop "${shop.name}" has no account with ${connector.manifest.name}.`);
}

const pushToken = 'pushToken';

/** @throws Fault('invalid') that lists what an account with this carrier needs */
function secretsFor(connector: Connector, pairs: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const wanted = connector.manifest.credentials.map((one) => one.name);
  const isWrong = (one: string): boolean => {
    const value = pairs.get(one);
    if (value === undefined) return one !== pushToken;
    return /\p{Cc}/u.test(value) || value.length > secretMax || (value === '' && one !== pushToken);
  };
  if (wanted.some(isWrong) || [...pairs.keys()].some((one) => !wanted.includes(one))) {
    throw new Fault('invalid', needsOf(connector.manifest.name, connector, 'needs, and takes nothing else'));
  }
  return Object.fromEntries(pairs);
}

/** A token that only the two of us know is best made here, and kept when the account is connected again. */
function withToken(
  { manifest }: Connector,
  given: Readonly<Record<string, string>>,
  before: Account | null,
): Readonly<Record<string, string>> {
  const isWanted = manifest.credentials.some(({ name }) => name === pushToken);
  if (!isWanted || given[pushToken] !== undefined) return given;
  return { ...given, [pushToken]: before?.secrets[pushToken] ?? randomBytes(24).toString('base64url') };
}

function needsOf(name: string, { manifest }: Connector, verb: string): string {
  const list = columns(manifest.credentials.map((one) => [`  --set ${one.name}=…`, one.label]));
  return `An account with ${name} ${verb}:\n${list}`;
}

/** For help: what an account with the named carrier needs, or with each of them. */
export function whatIsNeeded(words: readonly string[]): string {
  const named = findConnector(words[0] ?? '');
  return (named === null ? connectors : [named])
    .map((connector) => needsOf(`${connector.manifest.name} (${connector.manifest.id})`, connector, 'needs'))
    .join('\n');
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  // What stands there may be a secret: it is not said again.
  if (at < 1) throw new Fault('invalid', '--set takes NAME=VALUE.');
  return [pair.slice(0, at), pair.slice(at + 1).trim()];
}

export async function listCarriers({ world, values, json }: Call): Promise<number> {
  if (values['available'] === true) return listAvailable(world, json);
  const rows = await world.withHouse(async (house) => {
    const shops =
      values['shop'] === undefined ? await house.orders.shops(house.database) : [await shopOf(house, values['shop'])];
    return (await Promise.all(shops.map((shop) => accountRows(house, shop)))).flat();
  });
  if (json) world.out(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) {
    world.out('No carrier is connected. `carrier list --available` shows which there are and what each needs.');
  } else {
    const lines = rows.map((row) => [
      row.shop,
      row.carrier,
      row.account,
      stateOf(row),
      `${row.left} of ${row.per_day}`,
    ]);
    world.out(columns([['SHOP', 'CARRIER', 'ACCOUNT', 'STATE', 'CALLS LEFT TODAY'], ...lines]));
  }
  return 0;
}

type AccountRow = {
  readonly shop: string;
  readonly carrier: string;
  readonly account: string;
  /** Why it rests, in a sentence; null while it works. */
  readonly rests: string | null;
  readonly waits_until: string | null;
  readonly left: number;
  readonly per_day: number;
};

async function accountRows(house: OpenedHouse, shop: Shop): Promise<readonly AccountRow[]> {
  const rows: AccountRow[] = [];
  for (const account of await house.carriers.accounts(house.database, shop.shopId)) {
    const connector = findConnector(account.carrier);
    if (connector === null) continue;
    const { left, blockedUntil } = await house.carriers.quota(house.database, account, connector);
    rows.push({
      shop: shop.name,
      carrier: account.carrier,
      account: showId('acc', account.accountId),
      rests: account.paused,
      waits_until: blockedUntil?.toString() ?? null,
      left,
      per_day: connector.manifest.quota.callsPerDay,
    });
  }
  return rows;
}

function stateOf({ rests, waits_until: until }: AccountRow): string {
  if (rests !== null) return `rests: ${rests}`;
  return until === null ? 'works' : `waits until ${until.slice(0, 16)}Z, as the carrier asked`;
}

function listAvailable(world: Call['world'], json: boolean): number {
  const shown = connectors.map(({ manifest, push }) => Object.assign({ pushes: push !== null }, manifest));
  if (json) {
    world.out(JSON.stringify(shown, null, 2));
    return 0;
  }
  const rows = shown.map(({ id, name, pushes, credentials, aliases }) => [
    id,
    name,
    pushes ? 'when asked, by push' : 'when asked',
    credentials.map((one) => one.name).join(', '),
    `${aliases.slice(0, aliasesShown).join(', ')} …`,
  ]);
  world.out(columns([['CARRIER', 'NAME', 'NEWS COMES', 'AN ACCOUNT NEEDS', 'ALSO CALLED'], ...rows]));
  return 0;
}
