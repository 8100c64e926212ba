import { randomBytes } from 'node:crypto';
import { connectors, findConnector, type Account, type Connector } from '#carriers';
import { showId } from '#kit/ids';
import type { ConsoleNeeds } from '../needs.ts';
import type { Visit } from '../screens/visit.ts';
import { ownShops } from '../shop/face-view.ts';
import type { CarriersView } from '../view.ts';
import { sayCode, type Say } from '../words.ts';

/** A form that came back: what stood in it, and what was wrong with which field. */
export type TypedAccount = {
  readonly carrier: string;
  readonly values: ReadonlyMap<string, string>;
  readonly wrong: ReadonlyMap<string, string>;
};

/** A secret that a carrier sends with its pushes; empty, it pushes nothing. */
export const pushToken = 'pushToken';
/** Stands in the form for the token that an account has: it is not shown, and goes on when nobody writes over it. */
export const keptToken = '••••••••';

export async function carriersView(
  needs: ConsoleNeeds,
  visit: Visit,
  typed: TypedAccount | null = null,
): Promise<CarriersView> {
  const accounts = await needs.carriers.accounts(needs.database, visit.shop.shopId);
  const shown = await Promise.all(accounts.map((account) => shownAccount(needs, visit, account)));
  return {
    frame: visit.frame,
    own: ownShops(visit),
    accounts: shown.filter((account) => account !== null),
    forms: connectors.map((connector) => formOf(visit, connector, accounts, typed)),
  };
}

type ShownAccount = CarriersView['accounts'][number];

async function shownAccount(needs: ConsoleNeeds, visit: Visit, account: Account): Promise<ShownAccount | null> {
  const connector = findConnector(account.carrier);
  if (connector === null) return null;
  const { left, blockedUntil } = await needs.carriers.quota(needs.database, account, connector);
  const { say } = visit;
  const state = account.paused !== null ? 'rests' : blockedUntil === null ? 'works' : 'waits';
  const when = blockedUntil === null ? '' : visit.moment(blockedUntil).age;
  const why = { works: null, rests: say('carriers.why.rests'), waits: say('carriers.why.waits', { when }) };
  return {
    id: showId('acc', account.accountId),
    name: connector.manifest.name,
    carrier: account.carrier,
    state,
    why: why[state],
    left,
    perDay: connector.manifest.quota.callsPerDay,
    pushUrl: connector.push === null || account.secrets[pushToken] === '' ? null : needs.pushUrlOf(account),
  };
}

function formOf(
  { say }: Visit,
  { manifest }: Connector,
  accounts: readonly Account[],
  typed: TypedAccount | null,
): CarriersView['forms'][number] {
  const own = typed?.carrier === manifest.id ? typed : null;
  const before = accounts.findLast(({ carrier }) => carrier === manifest.id);
  // The token is nothing that people think up.
  const fresh = before === undefined ? randomBytes(24).toString('base64url') : '';
  const token = (before?.secrets[pushToken] ?? '') === '' ? fresh : keptToken;
  return {
    carrier: manifest.id,
    name: manifest.name,
    isConnected: before !== undefined,
    isOpen: own !== null || accounts.length === 0,
    fields: manifest.credentials.map(({ name, label, secret }) => ({
      name,
      label: labelOf(say, manifest.id, name) ?? label,
      secret,
      value: own?.values.get(name) ?? (name === pushToken ? token : ''),
      wrong: own?.wrong.get(name) ?? null,
    })),
  };
}

/** What a credential is called in the language of the page; null where only the carrier's own words are known. */
function labelOf(say: Say, carrier: string, name: string): string | null {
  const key = `${carrier}.${name}`;
  const label = sayCode(say, 'credential', key);
  return label === key ? null : label;
}
