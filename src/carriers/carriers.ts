import type { Queries, Tx } from '#kit/database';
import { accountsOf, addAccount, findAccount, setSecrets, type Account } from './accounts.ts';
import type { AccountSecrets, Connector } from './contract.ts';
import { statements } from './store.ts';
import { createHost, type Asked, type Host, type HostNeeds } from './host.ts';

export type * from './contract.ts';
export * from './vocabulary.ts';
export { connectors, findConnector } from './registry.ts';
export type { Account, Asked };

/** Carriers: their connectors, the shops' accounts with them, and the host that asks them. */
export type Carriers = Host & {
  readonly accounts: (queries: Queries, shopId: string) => Promise<readonly Account[]>;
  readonly account: (queries: Queries, accountId: string) => Promise<Account | null>;
  readonly addAccount: (
    queries: Queries,
    account: { readonly shopId: string; readonly connector: Connector; readonly secrets: AccountSecrets },
  ) => Promise<Account>;
  /** New credentials for an account; it works again if it rested. */
  readonly reconnect: (queries: Queries, account: Account, secrets: AccountSecrets) => Promise<void>;
  /** Drops the accounts of a shop with their credentials. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createCarriers(needs: HostNeeds): Carriers {
  const { privacy } = needs;
  return {
    ...createHost(needs),
    accounts: (queries, shopId) => accountsOf(queries, privacy, shopId),
    account: (queries, accountId) => findAccount(queries, privacy, accountId),
    addAccount: (queries, { shopId, connector, secrets }) =>
      addAccount(queries, needs, { shopId, carrier: connector.manifest.id, secrets }),
    reconnect: (queries, account, secrets) => setSecrets(queries, privacy, account, secrets),
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetQuota, [shopId]);
      await tx.rows(statements.forgetAccounts, [shopId]);
    },
  };
}
