import type { Queries } from '#kit/database';
import type { Privacy } from '#privacy';
import type { PersonOf } from '../held/held.ts';
import type { ConsentReceipt, OwnLedger } from './whole.ts';

/** Everything that stands in the ledger about somebody, each entry with the file that proves it. */
export async function ledgerOf({ ledger }: Privacy, queries: Queries, person: PersonOf): Promise<OwnLedger> {
  const { shopId } = person;
  const [own, origin, policy] = await Promise.all([
    ledger.ownEntries(queries, person),
    ledger.originOf(shopId),
    ledger.policyOf(shopId),
  ]);
  const proofs = await ledger.proofsOf(queries, shopId, own.entries);
  return {
    origin,
    policy,
    count: own.count,
    entries: own.entries.map((entry) => Object.assign(entry, { proof: proofs.get(entry.entryId) ?? null })),
  };
}

/** The receipts of somebody's consents (JWS), as they may keep them. */
export async function receiptsOf(
  privacy: Pick<Privacy, 'consentsOf'>,
  queries: Queries,
  { personId }: PersonOf,
): Promise<readonly ConsentReceipt[]> {
  const consents = await privacy.consentsOf(queries, personId);
  return consents.map(({ consentId, receipt }) => ({ consentId, receipt }));
}
