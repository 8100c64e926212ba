import { hash } from 'node:crypto';

/** Proofs that were found good lately, by their hashes. */
export type Known = {
  readonly has: (proof: string) => boolean;
  readonly keep: (proof: string) => void;
  readonly drop: (proof: string) => void;
};

const proofsMax = 20_000;

/** Only good ones get in, so a stranger cannot push them out; the one that was used least lately goes first. */
export function createKnown(limit: number = proofsMax): Known {
  const kept = new Set<string>();
  return {
    has: (proof) => kept.has(idOf(proof)),
    keep: (proof) => {
      const id = idOf(proof);
      kept.delete(id);
      kept.add(id);
      if (kept.size <= limit) return;
      for (const oldest of kept) {
        kept.delete(oldest);
        return;
      }
    },
    drop: (proof) => {
      kept.delete(idOf(proof));
    },
  };
}

function idOf(proof: string): string {
  return hash('sha256', proof, 'base64url');
}
