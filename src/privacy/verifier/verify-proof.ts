import { Fault } from '#kit/fault';
import { utf8 } from '../ledger/tree/bytes.ts';
import { judgeSignatures, type SignatureVerdict } from '../ledger/tree/checkpoint.ts';
import { createMerkle, type Sha256 } from '../ledger/tree/merkle.ts';
import { ownEntryText, readOwnPart, type OwnEntryPart } from '../ledger/tree/own-entry.ts';
import { readLogProof } from '../ledger/tree/proof-file.ts';
import { checkByWebCrypto } from '../ledger/tree/web-crypto.ts';
import {
  areEnough,
  fingerprintOf,
  judgeWitnesses,
  keysOf,
  sha256,
  type KnownKeys,
  type Witnessed,
} from './known-keys.ts';

/** What came of a proof that needs nobody to be asked. */
export type ProofVerdict = {
  readonly origin: string;
  readonly size: number;
  readonly index: number;
  /** As it stands in the ledger. */
  readonly entry: string;
  /** What its person was shown besides; null where only the entry itself was given. */
  readonly own: OwnEntryPart | null;
  readonly signatures: readonly SignatureVerdict[];
  readonly witnessed: readonly Witnessed[];
  readonly keys: { readonly from: KnownKeys['from']; readonly fingerprint: string };
  readonly wrong: 'entry' | 'signature' | 'keys' | 'witness' | 'quorum' | null;
};

const merkle = createMerkle(sha256);

/**
 * @param text a `.tlog-proof`
 * @param entry what was entered, where the proof does not say it itself: the entry, or a part as `writeOwnPart` writes it
 * @throws Fault('invalid') for what is no proof, and when nobody says of what
 */
export async function verifyProof(text: string, entry: string | null, known: KnownKeys): Promise<ProofVerdict> {
  const proof = readLogProof(text);
  if (proof === null) throw new Fault('invalid', 'This is no proof of a ledger (.tlog-proof).');
  const given = entry ?? (proof.extra === null ? null : new TextDecoder().decode(proof.extra));
  if (given === null) throw new Fault('invalid', 'The proof does not say what was entered: name it with --entry.');
  const { own, text: entered } = enteredBy(sha256, given);
  const { checkpoint, index, hashes } = proof;
  const { origin, size, root } = checkpoint;
  const keys = keysOf(known, origin);
  const signatures = await Promise.all(keys.map((key) => judgeSignatures(checkpoint, key, checkByWebCrypto)));
  const witnessed = await judgeWitnesses(known, checkpoint);
  const isIn = merkle.includes({ leaf: merkle.leafHash(utf8(entered)), index, size, root, proof: hashes });
  const wrong = isIn ? wrongSigner(known, signatures, witnessed) : 'entry';
  const from = { from: known.from, fingerprint: fingerprintOf(keys) };
  return { origin, size, index, entry: entered, own, signatures, witnessed, keys: from, wrong };
}

/** A part that its person was shown makes the entry; anything else is the entry. */
function enteredBy(sha: Sha256, given: string): { readonly own: OwnEntryPart | null; readonly text: string } {
  const own = readOwnPart(given);
  return own === null ? { own, text: given.replace(/\r?\n$/, '') } : { own, text: ownEntryText(sha, own) };
}

/** A file may leave the longer signatures out: those that are there have to be good, and one has to be there. */
function wrongSigner(
  known: KnownKeys,
  signatures: readonly SignatureVerdict[],
  witnessed: readonly Witnessed[],
): ProofVerdict['wrong'] {
  if (signatures.length === 0) return 'keys';
  const isSigned = signatures.some(({ verdict }) => verdict === 'good');
  if (!isSigned || signatures.some(({ verdict }) => verdict === 'bad')) return 'signature';
  if (witnessed.some(({ verdict }) => verdict === 'bad')) return 'witness';
  return areEnough(known, witnessed) ? null : 'quorum';
}
