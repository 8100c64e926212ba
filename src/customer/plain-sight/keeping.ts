import type { Tx } from '#kit/database';
import { forgetIn, type HeldTable } from '#privacy';
import type { DataNeeds } from './doors.ts';
import { statements } from './store.ts';

/** What this page keeps about persons, for minutes: hashes of codes, and of addresses under which it is open. */
export const customerTables: readonly HeldTable[] = [
  {
    table: 'customer.code',
    heading: 'messages',
    by: 'person',
    at: 'made_at',
    read: statements.heldCodes,
    drop: statements.forgetCodes,
    leftOut: { code_hash: 'hash', address_hash: 'hash' },
  },
  {
    table: 'customer.grant_of_person',
    heading: 'messages',
    by: 'person',
    at: 'made_at',
    read: statements.heldGrants,
    drop: statements.forgetGrants,
    leftOut: { grant_hash: 'hash', link_hash: 'hash' },
  },
];

export type DataKeeping = {
  /** What is over: codes after a day in which they are counted, pages that have closed, receipts after theirs. */
  readonly dropOld: () => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

const countedHours = 24;

/** Lets what this page keeps be seen and forgotten with everything else about its person. */
export function keepData(needs: Pick<DataNeeds, 'database' | 'clock' | 'privacy' | 'rights'>): DataKeeping {
  const { database, clock, privacy, rights } = needs;
  rights.join({
    held: (queries, whose) => privacy.heldIn(queries, customerTables, whose),
    forget: (tx, whose) => forgetIn(tx, customerTables, whose),
  });
  return {
    dropOld: async () => {
      const now = clock.now();
      await database.rows(statements.dropOldCodes, [now.subtract({ hours: countedHours })]);
      await database.rows(statements.dropOldGrants, [now]);
      await database.rows(statements.dropOldFarewells, [now]);
    },
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShopCodes, [shopId]);
      await tx.rows(statements.forgetShopGrants, [shopId]);
      await tx.rows(statements.forgetShopFarewells, [shopId]);
    },
  };
}
