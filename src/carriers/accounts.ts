import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { createLookUps } from '#kit/batches';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Privacy } from '#privacy';
import type { AccountSecrets, Quota } from './contract.ts';
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
  account: Pick<Account, 'shopId' | 'carrier' | 'secrets'> & { readonly hasSecretPath: boolean },
): Promise<Account> {
  const accountId = newId(needs.clock);
  const { shopId, carrier, secrets } = account;
  await queries.rows(statements.addAccount, [
    shopId,
    accountId,
    carrier,
    seal(needs.privacy, shopId, accountId, secrets),
    needs.clock.now(),
    account.hasSecretPath ? hashOf(pushSecret(needs.privacy, { shopId, accountId })) : null,
  ]);
  return { shopId, accountId, carrier, secrets, paused: null };
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
  const row = await queries.one<Row>(statements.accountsById, [[accountId]]);
  return row === null ? null : opened(privacy, row);
}

/** Finds accounts that many ask for in the same moment; each is opened for itself, so that a broken one hurts no other. */
export function createAccountFinder(
  database: Database,
  privacy: Privacy,
): (accountId: string) => Promise<Account | null> {
  const rowOf = createLookUps(async (ids) => {
    const rows = await database.rows<Row>(statements.accountsById, [ids]);
    return new Map(rows.map((row) => [row.accountId, row]));
  });
  return async (accountId) => {
    const row = await rowOf(accountId);
    return row === null ? null : opened(privacy, row);
  };
}

function seal(privacy: Privacy, shopId: string, accountId: string, secrets: AccountSecrets): Buffer {
  return privacy.lockForShop(shopId, use, JSON.stringify(secrets), bound(accountId));
}

function opened(privacy: Privacy, row: Row): Account {
  const json = privacy.openForShop(row.shopId, use, row.secrets, bound(row.accountId));
  return { ...row, secrets: secretsShape.parse(JSON.parse(json)) };
}

type Named = Pick<Account, 'shopId' | 'accountId'>;

/** The last part of the address of a carrier that signs nothing: 128 bits that follow from the keyring and stand nowhere. */
export function pushSecret(privacy: Privacy, { shopId, accountId }: Named): string {
  return privacy.index(shopId, 'push path', accountId).toString('base64url');
}

/** Whether a push came under the account's secret address; takes as long whatever was sent. */
export async function isPushSecret(queries: Queries, { shopId, accountId }: Named, sent: string): Promise<boolean> {
  const row = await queries.one<{ pushHash: Buffer | null }>(statements.pushHash, [shopId, accountId]);
  const kept = row?.pushHash ?? null;
  return timingSafeEqual(hashOf(sent), kept ?? hashOf('')) && kept !== null;
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Drops an account with its credentials; false when there is none. Who pushes to it is turned away from then on. */
export async function dropAccount(tx: Tx, { shopId, accountId }: Named): Promise<boolean> {
  await tx.rows(statements.dropQuota, [accountId]);
  return (await tx.one(statements.dropAccount, [shopId, accountId])) !== null;
}

/** How much an account may still ask on the carrier's day, and until when it was told to wait. */
export type AccountQuota = { readonly left: number; readonly blockedUntil: Temporal.Instant | null };

export async function quotaOf(
  queries: Queries,
  clock: Clock,
  { accountId }: Named,
  { callsPerDay, resetZone }: Quota,
): Promise<AccountQuota> {
  const now = clock.now();
  const day = now.toZonedDateTimeISO(resetZone).toPlainDate();
  const row = await queries.one<{ used: number; blockedUntil: Temporal.Instant | null }>(statements.quota, [
    accountId,
    day,
    now,
  ]);
  return { left: Math.max(0, callsPerDay - (row?.used ?? 0)), blockedUntil: row?.blockedUntil ?? null };
}
