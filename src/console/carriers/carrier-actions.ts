import { findConnector, type Account, type Connector } from '#carriers';
import type { Tx } from '#kit/database';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { carriersPage } from './carriers-page.tsx';
import { carriersView, keptToken, pushToken, type TypedAccount } from './carriers-view.ts';

const actor = 'staff';
const secretMax = 1_000;

export const carrierRoutes: readonly StaffRoute[] = [
  { method: 'POST', path: consolePaths.carriers, act: connect },
  { method: 'POST', path: consolePaths.tryCarrier, act: tryAgain },
  { method: 'POST', path: consolePaths.disconnectCarrier, act: disconnect },
];

async function connect(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const connector = findConnector(form.get('carrier') ?? '');
  if (visit.shop.sample || connector === null) return answer.redirect(consolePaths.carriers);
  const { credentials, id } = connector.manifest;
  const values = new Map(credentials.map(({ name }) => [name, (form.get(`set.${name}`) ?? '').trim()]));
  const wrong = troublesOf(work, values);
  if (wrong.size > 0) return await showAgain(work, { carrier: id, values, wrong });
  const { account } = await needs.database.tx(async (tx) => {
    const { shopId } = visit.shop;
    const secrets = await withToken(needs, tx, shopId, id, values);
    const made = await needs.carriers.connect(tx, { shopId, connector, secrets });
    const subject = showId('acc', made.account.accountId);
    await needs.privacy.audit(tx, { shopId, actor, verb: 'carrier.connect', subject });
    return made;
  });
  return await tried(work, account, connector);
}

async function withToken(
  { carriers }: Work['needs'],
  tx: Tx,
  shopId: string,
  id: string,
  values: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, string>>> {
  const secrets = Object.fromEntries(values);
  if (values.get(pushToken) !== keptToken) return secrets;
  const before = (await carriers.accounts(tx, shopId)).findLast(({ carrier }) => carrier === id);
  return { ...secrets, [pushToken]: before?.secrets[pushToken] ?? '' };
}

async function showAgain(work: Work, typed: TypedAccount): Promise<Answer> {
  return answer.page(carriersPage(await carriersView(work.needs, work.visit, typed), work.pageNeeds), { status: 422 });
}

function troublesOf({ visit }: Work, values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const wrong = new Map<string, string>();
  for (const [name, value] of values) {
    if (value === '' && name !== pushToken) wrong.set(name, visit.say('carriers.wrong.empty'));
    if (/\p{Cc}/u.test(value) || value.length > secretMax) {
      wrong.set(name, visit.say('carriers.wrong.characters', { max: secretMax }));
    }
  }
  return wrong;
}

async function tried({ needs }: Work, account: Account, connector: Connector): Promise<Answer> {
  const { verdict } = await needs.carriers.tryAccount(account, connector);
  return answer.redirect(`${consolePaths.carriers}?${verdict === 'accepted' ? 'done' : 'failed'}=trial_${verdict}`);
}

/** The account that a form names, among those of the shop that is looked at. */
async function accountIn({ needs, visit, request }: Work): Promise<Account | null> {
  const id = readId('acc', request.form().get('id') ?? '');
  const accounts = await needs.carriers.accounts(needs.database, visit.shop.shopId);
  return accounts.find(({ accountId }) => accountId === id) ?? null;
}

const unknown = `${consolePaths.carriers}?failed=carrier_unknown`;

async function tryAgain(work: Work): Promise<Answer> {
  const account = await accountIn(work);
  const connector = account === null ? null : findConnector(account.carrier);
  if (account === null || connector === null) return answer.redirect(unknown);
  const { shopId, accountId } = account;
  const subject = showId('acc', accountId);
  await work.needs.privacy.audit(work.needs.database, { shopId, actor, verb: 'carrier.try', subject });
  return await tried(work, account, connector);
}

async function disconnect(work: Work): Promise<Answer> {
  const { needs, visit } = work;
  const account = await accountIn(work);
  if (account === null || visit.shop.sample) return answer.redirect(unknown);
  await needs.database.tx(async (tx) => {
    const { shopId, accountId } = account;
    await needs.carriers.disconnect(tx, account);
    await needs.privacy.audit(tx, { shopId, actor, verb: 'carrier.disconnect', subject: showId('acc', accountId) });
  });
  return answer.redirect(`${consolePaths.carriers}?done=carrier_gone`);
}
