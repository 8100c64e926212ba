import type { Queries } from '#kit/database';
import type { OwnEntry } from './own.ts';
import { checkpointOf, inclusionProof } from './served.ts';
import { writeLogProof } from './tree/proof-file.ts';

/**
 * Proof files of many entries by their ids, all against one checkpoint: what they have in common is read once. Those that
 * wait for their place have none yet.
 */
export async function proofsOf(
  queries: Queries,
  shopId: string,
  entries: readonly Pick<OwnEntry, 'entryId' | 'index'>[],
): Promise<ReadonlyMap<string, string>> {
  const checkpoint = await checkpointOf(queries, shopId);
  const proofs = new Map<string, string>();
  if (checkpoint === null) return proofs;
  const tiles = new Map<string, Uint8Array>();
  for (const { entryId, index } of entries) {
    if (index === null || index >= checkpoint.size) continue;
    const hashes = await inclusionProof(queries, shopId, index, checkpoint.size, tiles);
    proofs.set(entryId, writeLogProof({ extra: null, index, hashes, checkpoint }));
  }
  return proofs;
}
