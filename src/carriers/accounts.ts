import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
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

/** New credentials from staff: the account works again if it rested. */
export async function setSecrets(
  queries: Queries,
  privacy: Privacy,
  account: Account,
  secrets: AccountSecrets,
): Promise<void> {
  const sealed = seal(privacy, account.shopId, account.accountId, secrets);
  await queries.rows(statements.setSecrets, [account.shopId, account.accountId, sealed]);
}

/** What a carrier itself has changed among the secrets; credentials that staff gave in the meantime stay as they are. */
export async function keepSecrets(
  database: Database,
  privacy: Privacy,
  account: Account,
  secrets: AccountSecrets,
): Promise<void> {
  const changed = Object.entries(secrets).filter(([name, value]) => account.secrets[name] !== value);
  if (changed.length === 0) return;
  await database.tx(async (tx) => {
    const now = await locked(tx, privacy, account);
    if (now === null) return;
    const sealed = seal(privacy, account.shopId, account.accountId, { ...now, ...Object.fromEntries(changed) });
    await tx.rows(statements.keepSecrets, [account.shopId, account.accountId, sealed]);
  });
}

/** True when the account rests now; not when it has had other credentials since these were refused. */
export async function pauseAccount(
  database: Database,
  privacy: Privacy,
  account: Account,
  reason: string,
): Promise<boolean> {
  return await database.tx(async (tx) => {
    const now = await locked(tx, privacy, account);
    if (now === null || JSON.stringify(now) !== JSON.stringify(account.secrets)) return false;
    await tx.rows(statements.pause, [account.shopId, account.accountId, reason]);
    return true;
  });
}

async function locked(tx: Tx, privacy: Privacy, account: Account): Promise<AccountSecrets | null> {
  const row = await tx.one<Row>(statements.lockAccount, [account.shopId, account.accountId]);
  return row === null ? null : opened(privacy, row).secrets;
}

export async function accountsOf(queries: Queries, privacy: Privacy, shopId: string): Promise<readonly Account[]> {
  return (await queries.rows<Row>(statements.accounts, [shopId])).map((row) => opened(privacy, row));
}

export async function findAccount(queries: Queries, privacy: Privacy, accountId: string): Promise<Account | null> {
  const row = await queries.one<Row>(statements.account, [accountId]);
  return row === null ? null : opened(privacy, row);
}

function seal(privacy: Privacy, shopId: string, accountId: string, secrets: AccountSecrets): Buffer {
  return privacy.lockForShop(shopId, use, JSON.stringify(secrets), bound(accountId));
}

function opened(privacy: Privacy, row: Row): Account {
  const json = privacy.openForShop(row.shopId, use, row.secrets, bound(row.accountId));
  return { ...row, secrets: secretsShape.parse(JSON.parse(json)) };
}
