import { z } from 'zod';
import { openBytes, sealBytes } from '#keys';
import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { newId } from '#kit/ids';
import type { Privacy } from '#privacy';
import type { AccountSecrets } from './contract.ts';
import { statements } from './store.ts';

/** A shop's account with a carrier. */
export type Account = {
  readonly shopId: string;
  readonly accountId: string;
  readonly carrier: string;
  readonly secrets: AccountSecrets;
  /** Why the account rests, in a sentence; null while it works. */
  readonly paused: string | null;
};

type Row = Omit<Account, 'secrets'> & { readonly secrets: Buffer };

const secretsShape = z.record(z.string(), z.string());
const use = 'carrier accounts';
const bound = (accountId: string): string => `carriers.account.secrets|${accountId}`;

export async function addAccount(
  queries: Queries,
  needs: { readonly clock: Clock; readonly privacy: Privacy },
  account: Pick<Account, 'shopId' | 'carrier' | 'secrets'>,
): Promise<Account> {
  const accountId = newId(needs.clock);
  await queries.rows(statements.addAccount, [
    account.shopId,
    accountId,
    account.carrier,
    seal(needs.privacy, account.shopId, accountId, account.secrets),
    needs.clock.now(),
  ]);
  return { ...account, accountId, paused: null };
}

export async function setSecrets(
  queries: Queries,
  privacy: Privacy,
  account: Account,
  secrets: AccountSecrets,
): Promise<void> {
  const sealed = seal(privacy, account.shopId, account.accountId, secrets);
  await queries.rows(statements.setSecrets, [account.shopId, account.accountId, sealed]);
}

export async function accountsOf(queries: Queries, privacy: Privacy, shopId: string): Promise<readonly Account[]> {
  return (await queries.rows<Row>(statements.accounts, [shopId])).map((row) => opened(privacy, row));
}

export async function findAccount(queries: Queries, privacy: Privacy, accountId: string): Promise<Account | null> {
  const row = await queries.one<Row>(statements.account, [accountId]);
  return row === null ? null : opened(privacy, row);
}

function seal(privacy: Privacy, shopId: string, accountId: string, secrets: AccountSecrets): Buffer {
  return sealBytes(privacy.shopKey(shopId, use), Buffer.from(JSON.stringify(secrets)), bound(accountId));
}

function opened(privacy: Privacy, row: Row): Account {
  const json = openBytes(privacy.shopKey(row.shopId, use), row.secrets, bound(row.accountId)).toString('utf8');
  return { ...row, secrets: secretsShape.parse(JSON.parse(json)) };
}
