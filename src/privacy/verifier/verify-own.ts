import { same, utf8 } from '../ledger/tree/bytes.ts';
import {
  judgeSignatures,
  readCheckpoint,
  type Checkpoint,
  type CheckSignature,
  type SignatureVerdict,
  type TreeHead,
} from '../ledger/tree/checkpoint.ts';
import { consistencySpans, createMerkle, nodesOf, type Merkle, type Node, type Sha256 } from '../ledger/tree/merkle.ts';
import { writeNote, type VerifierKey } from '../ledger/tree/note.ts';
import { ownEntryText } from '../ledger/tree/own-entry.ts';
import { readPolicy } from '../ledger/tree/policy.ts';
import { readLogProof, type LogProof } from '../ledger/tree/proof-file.ts';
import { cutTile, nodeIn, tileOf, tilePath, tileWidth, type Tile } from '../ledger/tree/tiles.ts';
import type { LogSource } from '../ledger/tree/verify-log.ts';
import type { OwnLine, OwnRecord } from './own-record.ts';

/** What was seen of a ledger the last time, and how many entries were about this person then. */
export type SeenLast = Omit<TreeHead, 'origin'> & { readonly count: number };

export type OwnVerdict = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly signatures: readonly SignatureVerdict[];
  /** Entries that were made again from what their person is shown, and that stand in the ledger. */
  readonly checked: number;
  readonly count: number;
  /** Those that have no place yet. */
  readonly waiting: number;
  /** Those of which only the place is left, because what they record is no longer kept. */
  readonly gone: number;
  readonly wrong: WrongOwn | null;
};

export type WrongOwn =
  /** Some entries are missing, or there were more. */
  | { readonly what: 'count' }
  /** `entry`: it says something else than its person is shown · `proof`: it does not stand in the ledger. */
  | { readonly what: 'entry' | 'proof'; readonly number: number }
  | { readonly what: 'signature' }
  /** What everybody is shown is not what this person is shown. */
  | { readonly what: 'split' }
  /** It does not begin with what was seen the last time; or is shorter. */
  | { readonly what: 'before' | 'shorter' };

type Needs = {
  /** What its person is shown. */
  readonly record: OwnRecord;
  /** What everybody is shown. */
  readonly source: LogSource;
  readonly seen: SeenLast | null;
  readonly sha256: Sha256;
  readonly check: CheckSignature;
};

/**
 * Checks what a person is shown about themselves against what everybody is shown. Null when there is no ledger to be read;
 * what `source` throws is passed on.
 */
export async function verifyOwn(needs: Needs): Promise<OwnVerdict | null> {
  const { record, source, sha256, check } = needs;
  const [checkpointBytes, keyBytes] = await Promise.all([source('checkpoint'), source('keys')]);
  const checkpoint = checkpointBytes === null ? null : readCheckpoint(new TextDecoder().decode(checkpointBytes));
  const policy = keyBytes === null ? null : readPolicy(sha256, new TextDecoder().decode(keyBytes));
  if (checkpoint === null || policy === null || 'line' in policy) return null;
  const keys = policy.logs.map(({ key }) => key).filter(({ name }) => name === checkpoint.origin);
  const signatures = await Promise.all(keys.map((key) => judgeSignatures(checkpoint, key, check)));
  const merkle = createMerkle(sha256);
  const placed = record.entries.filter(({ index, text }) => index !== null && text !== '');
  const wrong = await firstWrong([
    () => wrongCount(needs),
    () => (isSigned(signatures) ? null : { what: 'signature' }),
    () => wrongEntries(merkle, sha256, record.entries),
    () => wrongProofs({ ...needs, merkle, keys }, checkpoint, placed),
    () => wrongSeen(merkle, needs, checkpoint),
  ]);
  const { origin, size, root } = checkpoint;
  const rest = record.entries.length - placed.length;
  const waiting = record.entries.filter(({ index }) => index === null).length;
  const counted = { count: record.count, checked: wrong === null ? placed.length : 0, waiting, gone: rest - waiting };
  return { origin, size, root, signatures, ...counted, wrong };
}

async function firstWrong(
  looks: readonly (() => WrongOwn | null | Promise<WrongOwn | null>)[],
): Promise<WrongOwn | null> {
  for (const look of looks) {
    const wrong = await look();
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongCount({ record: { entries, count }, seen }: Needs): WrongOwn | null {
  const isWhole = entries.length === count && entries.every(({ number }, at) => number === at + 1);
  return isWhole && (seen === null || seen.count <= count) ? null : { what: 'count' };
}

/** By every key that this browser knows how to check, and by one at least. */
function isSigned(signatures: readonly SignatureVerdict[]): boolean {
  return (
    signatures.some(({ verdict }) => verdict === 'good') &&
    signatures.every(({ verdict }) => verdict === 'good' || verdict === 'unknown')
  );
}

function wrongEntries(merkle: Merkle, sha256: Sha256, entries: readonly OwnLine[]): WrongOwn | null {
  const wrong = entries.find((own) => own.text !== '' && ownEntryText(sha256, own) !== own.text);
  const unproven = entries.find((own) => own.index !== null && own.text !== '' && !isProven(merkle, own));
  if (wrong !== undefined) return { what: 'entry', number: wrong.number };
  return unproven === undefined ? null : { what: 'proof', number: unproven.number };
}

function isProven(merkle: Merkle, { index, proof, text }: OwnLine): boolean {
  const read = proof === null ? null : readLogProof(proof);
  if (read === null || read.index !== index) return false;
  const { size, root } = read.checkpoint;
  return merkle.includes({ leaf: merkle.leafHash(utf8(text)), index, size, root, proof: read.hashes });
}

/** What the proofs lead to has to be signed, and to be the ledger that everybody is shown. */
async function wrongProofs(
  needs: Needs & { readonly merkle: Merkle; readonly keys: readonly VerifierKey[] },
  shown: Checkpoint,
  entries: readonly OwnLine[],
): Promise<WrongOwn | null> {
  const proofs = entries.map(({ proof }) => (proof === null ? null : readLogProof(proof))).filter(isRead);
  const heads = new Map(proofs.map(({ checkpoint }) => [writeNote(checkpoint.note), checkpoint]));
  for (const head of heads.values()) {
    // A file may leave the longer signature out.
    const judged = await Promise.all(needs.keys.map((key) => judgeSignatures(head, key, needs.check)));
    const isGood = judged.some(({ verdict }) => verdict === 'good') && judged.every(({ verdict }) => verdict !== 'bad');
    if (head.origin !== shown.origin || !isGood) return { what: 'signature' };
    if (!(await areOne(needs.merkle, needs.source, head, shown))) return { what: 'split' };
  }
  return null;
}

function isRead(proof: LogProof | null): proof is LogProof {
  return proof !== null;
}

async function wrongSeen(merkle: Merkle, { source, seen }: Needs, shown: Checkpoint): Promise<WrongOwn | null> {
  if (seen === null) return null;
  if (seen.size > shown.size) return { what: 'shorter' };
  return (await areOne(merkle, source, { ...seen, origin: shown.origin }, shown)) ? null : { what: 'before' };
}

/** Whether the larger of two trees begins with the smaller, by the tiles that everybody is served. */
async function areOne(merkle: Merkle, source: LogSource, one: TreeHead, other: TreeHead): Promise<boolean> {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  const spans = consistencySpans(small.size, large.size);
  const tiles = new Map<string, Tile>();
  for (const node of spans.flatMap(nodesOf)) {
    const tile = tileOf(node, large.size);
    tiles.set(tilePath(tile), tile);
  }
  const read = await Promise.all(
    [...tiles].map(async ([path, tile]) => [path, await tileBytes(source, tile)] as const),
  );
  const bytes = new Map(read);
  if (read.some(([, tile]) => tile === null)) return false;
  const hashOf = (node: Node): Uint8Array =>
    nodeIn(bytes.get(tilePath(tileOf(node, large.size))) ?? new Uint8Array(), node, merkle);
  const proof = spans.map((span) => merkle.spanHash(span, hashOf));
  const { size, root } = large;
  // A tree of nothing has one root.
  if (small.size === 0) return same(small.root, merkle.emptyRoot());
  return merkle.extends({ oldSize: small.size, oldRoot: small.root, size, root, proof });
}

async function tileBytes(source: LogSource, tile: Tile): Promise<Uint8Array | null> {
  const bytes = await source(tilePath(tile));
  if (bytes !== null || tile.width === tileWidth) return bytes;
  const whole = await source(tilePath({ ...tile, width: tileWidth }));
  return whole === null ? null : cutTile(tile, whole);
}
