import { fromBase64, join, readCount, toBase64, uint64, utf8 } from './bytes.ts';
import { hashBytes } from './merkle.ts';
import { readNote, signaturesOf, type Note, type NoteSignature, type VerifierKey } from './note.ts';

/** What a log says of itself (C2SP tlog-checkpoint). */
export type TreeHead = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
};

export type Checkpoint = TreeHead & { readonly note: Note };

/** Whether a signature is good; null where this machine cannot tell, for lack of the algorithm. */
export type CheckSignature = (
  algorithm: 'Ed25519' | 'ML-DSA-44',
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean | null>;

export type SignatureVerdict = {
  readonly key: VerifierKey;
  /** `missing`: nobody claims it; `unknown`: this machine lacks the algorithm. */
  readonly verdict: 'good' | 'bad' | 'missing' | 'unknown';
  /** When a cosigner says that it saw the tree, in seconds since 1970; null for plain signatures. */
  readonly at: number | null;
};

/** The three lines that are signed. */
export function headText({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

const originCharactersMax = 255;

/** Null for what is no checkpoint. Lines after the third are kept in the text and mean nothing. */
export function readCheckpoint(text: string): Checkpoint | null {
  const note = readNote(text);
  const head = note === null ? null : readHead(note.text);
  return note === null || head === null ? null : { ...head, note };
}

function readHead(text: string): TreeHead | null {
  const lines = text.slice(0, -1).split('\n');
  const [origin = '', sizeText = '', rootText = ''] = lines;
  const size = readCount(sizeText);
  const root = fromBase64(rootText);
  if (size === null || root?.length !== hashBytes) return null;
  return lines.includes('') || origin.length > originCharactersMax ? null : { origin, size, root };
}

/** What is signed by a key of this type; `at` in seconds since 1970, which plain signatures do not hold. */
export function signedMessage(
  { name, type }: Pick<VerifierKey, 'name' | 'type'>,
  head: TreeHead,
  text: string,
  at: number,
): Uint8Array {
  if (type === 'ed25519') return utf8(text);
  if (type === 'ed25519 cosignature') return utf8(`cosignature/v1\ntime ${at}\n${text}`);
  return join(
    utf8('subtree/v1\n\0'),
    shortText(name),
    uint64(at),
    shortText(head.origin),
    uint64(0),
    uint64(head.size),
    head.root,
  );
}

/** A cosignature's bytes: its time before the signature. */
export function cosignatureBytes(at: number, signature: Uint8Array): Uint8Array {
  return join(uint64(at), signature);
}

function shortText(text: string): Uint8Array {
  const bytes = utf8(text);
  return join(Uint8Array.of(bytes.length), bytes);
}

/** Every signature that claims to be of this key must be good: one that is not spoils the others. */
export async function judgeSignatures(
  checkpoint: Checkpoint,
  key: VerifierKey,
  check: CheckSignature,
): Promise<SignatureVerdict> {
  const claimed = signaturesOf(checkpoint.note, key);
  const judged = await Promise.all(claimed.map((signature) => judge(checkpoint, key, signature, check)));
  const [first] = judged;
  if (first === undefined) return { key, verdict: 'missing', at: null };
  return judged.find(({ verdict }) => verdict === 'bad') ?? first;
}

async function judge(
  checkpoint: Checkpoint,
  key: VerifierKey,
  { bytes }: NoteSignature,
  check: CheckSignature,
): Promise<SignatureVerdict> {
  const timed = key.type !== 'ed25519';
  const at = timed ? readTime(bytes) : null;
  if (timed && at === null) return { key, verdict: 'bad', at };
  const message = signedMessage(key, checkpoint, checkpoint.note.text, at ?? 0);
  const algorithm = key.type === 'ml-dsa-44 cosignature' ? 'ML-DSA-44' : 'Ed25519';
  const good = await check(algorithm, key.publicKey, message, timed ? bytes.subarray(8) : bytes);
  return { key, verdict: good === null ? 'unknown' : good ? 'good' : 'bad', at };
}

function readTime(bytes: Uint8Array): number | null {
  if (bytes.length < 8) return null;
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0));
  return Number.isSafeInteger(time) ? time : null;
}
