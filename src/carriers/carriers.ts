import type { Queries, Tx } from '#kit/database';
import {
  accountsOf,
  addAccount,
  dropAccount,
  createAccountFinder,
  findAccount,
  isPushSecret,
  pushSecret,
  quotaOf,
  setSecrets,
  type Account,
  type AccountQuota,
} from './accounts.ts';
import type { AccountSecrets, Connector } from './contract.ts';
import { statements } from './store.ts';
import { createHost, type Asked, type Host, type HostNeeds } from './host.ts';
import { tryAccount, type Trial } from './try-account.ts';

export { carriersData } from './retention/data-map.ts';

export type * from './contract.ts';
export * from './vocabulary.ts';
export { connectors, findConnector } from './registry.ts';
export { zoneOfPlace } from './reading/zones.ts';
export { sayTrial } from './try-account.ts';
export type { Account, Asked, Trial };

/** Carriers: their connectors, the shops' accounts with them, and the host that asks them. */
export type Carriers = Host & {
  readonly accounts: (queries: Queries, shopId: string) => Promise<readonly Account[]>;
  readonly account: (queries: Queries, accountId: string) => Promise<Account | null>;
  /** The same for whoever pushes: pushes of one moment are asked about together. */
  readonly pushedTo: (accountId: string) => Promise<Account | null>;
  readonly addAccount: (
    queries: Queries,
    account: { readonly shopId: string; readonly connector: Connector; readonly secrets: AccountSecrets },
  ) => Promise<Account>;
  /** Credentials for a carrier: a shop has one account with each, so those of an earlier one are replaced. */
  readonly connect: (
    queries: Queries,
    account: { readonly shopId: string; readonly connector: Connector; readonly secrets: AccountSecrets },
  ) => Promise<{ readonly account: Account; readonly isNew: boolean }>;
  /** New credentials for an account; it works again if it rested. */
  readonly reconnect: (queries: Queries, account: Account, secrets: AccountSecrets) => Promise<void>;
  /** One call to the carrier about a test number: does it take the credentials? An account that rested may wake by it. */
  readonly tryAccount: (account: Account, connector: Connector) => Promise<Trial>;
  readonly quota: (queries: Queries, account: Account, connector: Connector) => Promise<AccountQuota>;
  /** Ends an account at once; false when there is none. */
  readonly disconnect: (tx: Tx, account: Account) => Promise<boolean>;
  /** What follows the account in the address of a carrier that signs nothing; null where the carrier signs. */
  readonly pushSecret: (account: Pick<Account, 'shopId' | 'accountId'>, connector: Connector) => string | null;
  /** Whether a push that no signature vouches for came under that address. */
  readonly isPushSecret: (queries: Queries, account: Account, sent: string) => Promise<boolean>;
  /** Drops the accounts of a shop with their credentials. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createCarriers(needs: HostNeeds): Carriers {
  const { privacy } = needs;
  const add: Carriers['addAccount'] = (queries, { shopId, connector, secrets }) => {
    const hasSecretPath = isUnsigned(connector);
    return addAccount(queries, needs, { shopId, carrier: connector.manifest.id, secrets, hasSecretPath });
  };
  return {
    ...createHost(needs),
    accounts: (queries, shopId) => accountsOf(queries, privacy, shopId),
    account: (queries, accountId) => findAccount(queries, privacy, accountId),
    pushedTo: createAccountFinder(needs.database, privacy),
    addAccount: add,
    connect: async (queries, given) => {
      // The youngest is the one that is asked.
      const before = (await accountsOf(queries, privacy, given.shopId)).findLast(
        ({ carrier }) => carrier === given.connector.manifest.id,
      );
      if (before === undefined) return { account: await add(queries, given), isNew: true };
      await setSecrets(queries, privacy, before, given.secrets);
      return { account: { ...before, secrets: given.secrets, paused: null }, isNew: false };
    },
    reconnect: (queries, account, secrets) => setSecrets(queries, privacy, account, secrets),
    tryAccount: (account, connector) => tryAccount(needs, account, connector),
    quota: (queries, account, connector) => quotaOf(queries, needs.clock, account, connector.manifest.quota),
    disconnect: dropAccount,
    pushSecret: (account, connector) => (isUnsigned(connector) ? pushSecret(privacy, account) : null),
    isPushSecret,
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetQuota, [shopId]);
      await tx.rows(statements.forgetAccounts, [shopId]);
    },
  };
}

function isUnsigned({ push }: Connector): boolean {
  return push?.signed === false;
}
