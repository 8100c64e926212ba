import type { Queries } from '#kit/database';
import { showId } from '#kit/ids';
import type { Privacy } from '#privacy';
import { holdLaws } from '../hold/laws.ts';
import type { Hold } from '../hold/hold.ts';
import type { Erased, ErasureReceipt, Weighed } from './erase.ts';

/** An erasure with the proof that it stands in the ledger; null while it waits for its place there. */
export type ErasedWithProof = Erased & { readonly proof: string | null };

export type ProofNeeds = {
  readonly privacy: { readonly ledger: Pick<Privacy['ledger'], 'proofOf'> };
  /** Missing where nobody gives entries their places: then nobody waits for it. */
  readonly pause?: (ms: number) => Promise<void>;
};

const looksMax = 20;
const lookEveryMs = 100;

/** The proof of an entry as soon as it has its place: within two seconds, or not yet. */
export async function awaitProof(
  { privacy, pause }: ProofNeeds,
  queries: Queries,
  { shopId, entryId }: Pick<ErasureReceipt, 'shopId' | 'entryId'>,
): Promise<string | null> {
  if (pause === undefined) return null;
  for (let look = 0; look < looksMax; look += 1) {
    const proof = await privacy.ledger.proofOf(queries, shopId, entryId);
    if (proof !== null) return proof;
    await pause(lookEveryMs);
  }
  return null;
}

/** What goes and what stays, as JSON. */
export function weighedJson({ orders, parcels, receivers, keeping, recipients }: Weighed) {
  return {
    orders,
    parcels,
    receivers,
    recipients,
    kept_by_law: keeping.map(({ orderId, kind, endsOn }) => ({
      order: showId('ord', orderId),
      kind,
      until: endsOn.toString(),
      law: holdLaws.find((law) => law.kind === kind)?.source ?? '',
    })),
  };
}

/** The receipt as its person keeps it: with it, and with nothing that is left here, the entry can be told as theirs. */
export function receiptJson(receipt: ErasureReceipt, proof: string | null) {
  const { shopId, erasedAt, entryId, number, nonce, details, text } = receipt;
  return {
    format: 'glasspost erasure receipt',
    version: 1,
    shop: showId('shp', shopId),
    erased_at: erasedAt.toString(),
    entry: { id: entryId, number, nonce, details, text },
    proof,
  };
}

export function holdJson({ holdId, kind, heldAt, endsOn, record }: Hold) {
  return { id: showId('hld', holdId), kind, held_at: heldAt.toString(), until: endsOn.toString(), record };
}
