import { sha256 } from '../ledger/log-keys.ts';
import { readVerifierKey, writeVerifierKey, type VerifierKey } from '../ledger/tree/note.ts';

/** Keys as they are kept: one a line, in order. */
export function writeKeyLines(keys: readonly VerifierKey[]): string {
  return keys
    .map(writeVerifierKey)
    .toSorted()
    .map((line) => `${line}\n`)
    .join('');
}

/** By kind of signature, so that a house is always named in the same order. */
export function readKeyLines(text: string): readonly VerifierKey[] {
  return text
    .split('\n')
    .map((line) => readVerifierKey(sha256, line))
    .filter((key) => key !== null)
    .toSorted((one, other) => (one.type < other.type ? -1 : 1));
}
