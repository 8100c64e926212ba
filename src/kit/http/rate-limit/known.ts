import { hash } from 'node:crypto';

/** Proofs that were found good lately, by their hashes. */
export type Known = {
  readonly idOf: (proof: string) => string;
  readonly has: (id: string) => boolean;
  readonly keep: (id: string) => void;
  readonly drop: (id: string) => void;
};

const proofsMax = 20_000;

/** Only good ones get in, so a stranger cannot push them out; the one that was used least lately goes first. */
export function createKnown(limit: number = proofsMax): Known {
  const kept = new Set<string>();
  return {
    idOf: (proof) => hash('sha256', proof, 'base64url'),
    has: (id) => kept.has(id),
    keep: (id) => {
      kept.delete(id);
      kept.add(id);
      if (kept.size <= limit) return;
      for (const oldest of kept) {
        kept.delete(oldest);
        return;
      }
    },
    drop: (id) => {
      kept.delete(id);
    },
  };
}
