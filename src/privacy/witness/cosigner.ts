import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { Keyring } from '#keys';
import { beforeSeed, publicBytes, sha256 } from '../ledger/log-keys.ts';
import { cosignatureBytes, signedMessage, type Checkpoint } from '../ledger/tree/checkpoint.ts';
import { verifierKey, writeNote, writeVerifierKey, type NoteSignature, type VerifierKey } from '../ledger/tree/note.ts';

/** The keys with which this house signs what it sees of others' ledgers (C2SP tlog-cosignature). */
export type Cosigner = {
  readonly name: string;
  readonly verifiers: readonly VerifierKey[];
  /** Lines under a checkpoint, one of each kind. */
  readonly cosign: (checkpoint: Checkpoint, at: Temporal.Instant) => string;
};

const types = ['ed25519 cosignature', 'ml-dsa-44 cosignature'] as const;

/** From the keyring alone, the same at every start, and others than those of any ledger. */
export function createCosigner(keyring: Pick<Keyring, 'derive'>, publicUrl: string): Cosigner {
  const name = `${new URL(publicUrl).host}/witness`;
  const signers = types.map((type) => {
    const seed = keyring.derive(`witness/${type}/1`);
    const der = Buffer.concat([Buffer.from(beforeSeed[type], 'hex'), seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return { key, verifier: verifierKey(sha256, { name, type, publicKey: publicBytes(key, type) }) };
  });
  return {
    name,
    verifiers: signers.map(({ verifier }) => verifier),
    cosign: (checkpoint, at) => {
      const seconds = Math.floor(at.epochMilliseconds / 1_000);
      const signatures = signers.map(({ verifier, key }) => cosignature(verifier, key, checkpoint, seconds));
      return linesOf(signatures);
    },
  };
}

function cosignature(verifier: VerifierKey, key: KeyObject, checkpoint: Checkpoint, seconds: number): NoteSignature {
  const message = signedMessage(verifier, checkpoint, checkpoint.note.text, seconds);
  return { name: verifier.name, keyId: verifier.keyId, bytes: cosignatureBytes(seconds, sign(null, message, key)) };
}

/** Signatures as lines, each with its newline. */
export function linesOf(signatures: readonly NoteSignature[]): string {
  return writeNote({ text: '', signatures }).slice(1);
}

/** A policy that names a witness once for each kind of signature it makes (C2SP tlog-policy). */
export function witnessLines(keys: readonly VerifierKey[], url: string): readonly string[] {
  return keys.map((key) => `witness ${key.name}#${key.type.replace(/ .*/, '')} ${writeVerifierKey(key)} ${url}`);
}
