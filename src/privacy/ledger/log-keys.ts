import { createPrivateKey, createPublicKey, hash, sign, type KeyObject } from 'node:crypto';
import type { Keyring } from '#keys';
import { cosignatureBytes, headText, signedMessage, type TreeHead } from './tree/checkpoint.ts';
import { createMerkle, type Sha256 } from './tree/merkle.ts';
import { verifierKey, writeNote, type NoteSignature, type SignatureType, type VerifierKey } from './tree/note.ts';

export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

export const merkle = createMerkle(sha256);

/** The keys of one log: a pair of today and one that quantum computers do not break. */
export type LogKeys = {
  readonly origin: string;
  readonly verifiers: readonly VerifierKey[];
  /** A checkpoint's text with both signatures. */
  readonly sign: (head: Omit<TreeHead, 'origin'>, at: Temporal.Instant) => string;
};

type Signer = { readonly verifier: VerifierKey; readonly key: KeyObject };

/** What stands before the 32 bytes of a seed in PKCS #8: RFC 8410 §7, RFC 9881 §6. */
export const beforeSeed = {
  ed25519: '302e020100300506032b657004220420',
  'ed25519 cosignature': '302e020100300506032b657004220420',
  'ml-dsa-44 cosignature': '3034020100300b060960864801650304031104228020',
} as const;

/** From the keyring alone, the same at every start: whoever has only the database cannot sign. */
export function logKeys(keyring: Pick<Keyring, 'derive'>, shopId: string, origin: string): LogKeys {
  const signer = (type: keyof typeof beforeSeed): Signer => {
    const seed = keyring.derive(`shop/${shopId}/ledger/${type}/1`);
    const der = Buffer.concat([Buffer.from(beforeSeed[type], 'hex'), seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return { key, verifier: verifierKey(sha256, { name: origin, type, publicKey: publicBytes(key, type) }) };
  };
  const signers = [signer('ed25519'), signer('ml-dsa-44 cosignature')];
  return {
    origin,
    verifiers: signers.map(({ verifier }) => verifier),
    sign: (head, at) => {
      const whole = { ...head, origin };
      const text = headText(whole);
      return writeNote({ text, signatures: signers.map((one) => signature(one, whole, text, at)) });
    },
  };
}

function signature({ verifier, key }: Signer, head: TreeHead, text: string, at: Temporal.Instant): NoteSignature {
  const seconds = Math.floor(at.epochMilliseconds / 1_000);
  const made = sign(null, signedMessage(verifier, head, text, seconds), key);
  const bytes = verifier.type === 'ed25519' ? made : cosignatureBytes(seconds, made);
  return { name: verifier.name, keyId: verifier.keyId, bytes };
}

const publicKeyBytes: Readonly<Record<SignatureType, number>> = {
  ed25519: 32,
  'ed25519 cosignature': 32,
  'ml-dsa-44 cosignature': 1_312,
};

/** The end of SubjectPublicKeyInfo. */
export function publicBytes(key: KeyObject, type: SignatureType): Uint8Array {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Uint8Array.from(der.subarray(-publicKeyBytes[type]));
}
