import { fromBase64, join, same, toBase64, toHex, utf8 } from './bytes.ts';
import type { Sha256 } from './merkle.ts';

/** A text with signatures under it (C2SP signed-note). */
export type Note = {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
};

export type NoteSignature = {
  readonly name: string;
  /** Four bytes that tell keys of one name apart; no proof of anything. */
  readonly keyId: Uint8Array;
  readonly bytes: Uint8Array;
};

/** What kind of signature a key makes: assigned bytes of signed-note and tlog-cosignature. */
export type SignatureType = 'ed25519' | 'ed25519 cosignature' | 'ml-dsa-44 cosignature';

export type VerifierKey = {
  readonly name: string;
  readonly type: SignatureType;
  /** As the algorithm's standard writes it: 32 bytes, or 1,312 of ML-DSA-44. */
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
};

const typeBytes: Readonly<Record<SignatureType, number>> = {
  ed25519: 0x01,
  'ed25519 cosignature': 0x04,
  'ml-dsa-44 cosignature': 0x06,
};
const publicKeyBytes: Readonly<Record<SignatureType, number>> = {
  ed25519: 32,
  'ed25519 cosignature': 32,
  'ml-dsa-44 cosignature': 1_312,
};
const signatureTypes = ['ed25519', 'ed25519 cosignature', 'ml-dsa-44 cosignature'] as const;

const signaturesMax = 64;
/** Sixty-four signatures of ML-DSA-44 in base 64, and a text. */
export const noteCharactersMax = 300_000;
const nameShape = /^[^\s+]{1,255}$/u;
const lineShape = /^\u2014 (?<name>[^\s+]{1,255}) (?<bytes>[A-Za-z0-9+/=]{8,8192})$/u;

/** Null for what is no signed note. */
export function readNote(text: string): Note | null {
  const end = text.lastIndexOf('\n\n');
  if (end < 0 || text.length > noteCharactersMax || hasControl(text) || !text.endsWith('\n')) return null;
  const lines = text.slice(end + 2, -1).split('\n');
  if (lines.length > signaturesMax) return null;
  const signatures = lines.map(readSignature).filter((signature) => signature !== null);
  return signatures.length === lines.length ? { text: text.slice(0, end + 1), signatures } : null;
}

/** One line, without its newline. */
function readSignature(line: string): NoteSignature | null {
  const { name = '', bytes: encoded = '' } = lineShape.exec(line)?.groups ?? {};
  const bytes = fromBase64(encoded);
  if (bytes === null || bytes.length < 5) return null;
  return { name, keyId: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

export function writeNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(writeSignature).join('')}`;
}

/** With its newline. */
function writeSignature({ name, keyId, bytes }: NoteSignature): string {
  return `\u2014 ${name} ${toBase64(join(keyId, bytes))}\n`;
}

export function verifierKey(sha256: Sha256, { name, type, publicKey }: Omit<VerifierKey, 'keyId'>): VerifierKey {
  const hash = sha256(join(utf8(`${name}\n`), Uint8Array.of(typeBytes[type]), publicKey));
  return { name, type, publicKey, keyId: hash.subarray(0, 4) };
}

/** The form in which keys are handed on: `<name>+<key id>+<type and key>`. */
export function writeVerifierKey({ name, type, publicKey, keyId }: VerifierKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(join(Uint8Array.of(typeBytes[type]), publicKey))}`;
}

/** Null for what is no key, one of an unknown type, or one whose id is not its own. */
export function readVerifierKey(sha256: Sha256, text: string): VerifierKey | null {
  const [name = '', id = ''] = text.split('+', 2);
  const bytes = fromBase64(text.slice(name.length + id.length + 2));
  const type = signatureTypes.find((one) => typeBytes[one] === bytes?.[0]);
  if (!nameShape.test(name) || bytes === null || type === undefined) return null;
  const publicKey = bytes.subarray(1);
  if (publicKey.length !== publicKeyBytes[type]) return null;
  const key = verifierKey(sha256, { name, type, publicKey });
  return toHex(key.keyId) === id ? key : null;
}

/** The signatures that claim to be of this key; whether they are is another question. */
export function signaturesOf(note: Note, { name, keyId }: VerifierKey): readonly NoteSignature[] {
  return note.signatures.filter((signature) => signature.name === name && same(signature.keyId, keyId));
}

function hasControl(text: string): boolean {
  return (
    !text.isWellFormed() || text.split('\n').some((line) => /\p{Cc}/u.test(line.replaceAll(/[\u007f-\u009f]/gu, '')))
  );
}
