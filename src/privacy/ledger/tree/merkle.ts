import { join, same } from './bytes.ts';

/**
 * The Merkle tree of RFC 6962 §2.1 over SHA-256, and its proofs. Sizes and indices are whole numbers below 2^53. Nothing
 * here keeps a tree: hashes of complete subtrees are handed in by whoever has them.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The complete subtree over entries `index * 2^level` up to `(index + 1) * 2^level`. */
export type Node = { readonly level: number; readonly index: number };

/** Entries from `start` up to `end`, at least one; `start` is where a subtree of a tree can begin. */
export type Span = { readonly start: number; readonly end: number };

export const hashBytes = 32;

export type Merkle = {
  readonly leafHash: (entry: Uint8Array) => Uint8Array;
  readonly nodeHash: (left: Uint8Array, right: Uint8Array) => Uint8Array;
  /** Of a tree with no entry. */
  readonly emptyRoot: () => Uint8Array;
  /** @param hashOf answers for each of `nodesOf(span)` */
  readonly spanHash: (span: Span, hashOf: (node: Node) => Uint8Array) => Uint8Array;
  /** Whether the entry with this hash is number `index` of the tree with this root. */
  readonly includes: (claim: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly root: Uint8Array;
    readonly proof: readonly Uint8Array[];
  }) => boolean;
  /** Whether the bigger tree begins with the whole of the smaller one. */
  readonly extends: (claim: {
    readonly oldSize: number;
    readonly oldRoot: Uint8Array;
    readonly size: number;
    readonly root: Uint8Array;
    readonly proof: readonly Uint8Array[];
  }) => boolean;
};

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export function createMerkle(sha256: Sha256): Merkle {
  const leafHash: Merkle['leafHash'] = (entry) => sha256(join(leafPrefix, entry));
  const nodeHash: Merkle['nodeHash'] = (left, right) => sha256(join(nodePrefix, left, right));
  const emptyRoot = (): Uint8Array => sha256(new Uint8Array());
  return {
    leafHash,
    nodeHash,
    emptyRoot,
    spanHash: (span, hashOf) => {
      // From the right, for the small subtrees stand there and are joined first.
      const hashes = nodesOf(span).map(hashOf).toReversed();
      const [last, ...more] = hashes;
      if (last === undefined) return emptyRoot();
      return more.reduce((right, left) => nodeHash(left, right), last);
    },
    includes: ({ leaf, index, size, root, proof }) => {
      if (index >= size) return false;
      const sides = sidesOf(index, size - 1);
      return sides.length === proof.length && same(climb(leaf, proof, sides, nodeHash), root);
    },
    extends: ({ oldSize, oldRoot, size, root, proof }) => {
      if (oldSize > size) return false;
      if (oldSize === size) return proof.length === 0 && same(oldRoot, root);
      // Every tree begins with nothing.
      if (oldSize === 0) return proof.length === 0 && same(oldRoot, emptyRoot());
      return extendsBy({ oldSize, oldRoot, size, root, proof }, nodeHash);
    },
  };
}

/** A tree of 2^53 entries needs no more for either proof. */
export const proofHashesMax = 63;

type Side = 'left' | 'right';

/**
 * On which side the hashes of a proof stand, on the way from place `at` to the root of a tree whose last place is `last`
 * (RFC 9162 §2.1.3.2): where a tree is not full there is nothing to the right, and the way leads up until something is.
 */
function sidesOf(at: number, last: number): readonly Side[] {
  const sides: Side[] = [];
  while (last > 0) {
    if (isOdd(at) || at === last) {
      sides.push('left');
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else sides.push('right');
    [at, last] = [half(at), half(last)];
  }
  return sides;
}

function climb(
  from: Uint8Array,
  proof: readonly Uint8Array[],
  sides: readonly Side[],
  nodeHash: Merkle['nodeHash'],
): Uint8Array {
  return proof.reduce(
    (hash, other, at) => (sides[at] === 'left' ? nodeHash(other, hash) : nodeHash(hash, other)),
    from,
  );
}

/** RFC 9162 §2.1.4.2: both roots are made from the same hashes, the older one from those to its left alone. */
function extendsBy(claim: Parameters<Merkle['extends']>[0], nodeHash: Merkle['nodeHash']): boolean {
  const { oldSize, oldRoot, size, root, proof } = claim;
  let [at, last] = [oldSize - 1, size - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  // A complete subtree at the beginning is its own hash, which the proof leaves out.
  const [first, ...more] = at === 0 ? [oldRoot, ...proof] : proof;
  const sides = sidesOf(at, last);
  if (first === undefined || more.length !== sides.length) return false;
  const older = more.filter((_, step) => sides[step] === 'left');
  const leftAlone = older.map((): Side => 'left');
  return same(climb(first, older, leftAlone, nodeHash), oldRoot) && same(climb(first, more, sides, nodeHash), root);
}

/** The complete subtrees that make up a span, from left to right: at most one of each height but the last two. */
export function nodesOf({ start, end }: Span): readonly Node[] {
  const nodes: Node[] = [];
  let at = start;
  while (at < end) {
    const level = levelOf(end - at);
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** What an inclusion proof says, from the entry's sibling upwards (RFC 6962 §2.1.1). */
export function inclusionSpans(index: number, size: number): readonly Span[] {
  const spans: Span[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    spans.push(index < middle ? { start: middle, end } : { start, end: middle });
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return spans.toReversed();
}

/** What a consistency proof says, from the bottom upwards (RFC 6962 §2.1.2). */
export function consistencySpans(oldSize: number, size: number): readonly Span[] {
  if (oldSize === 0 || oldSize === size) return [];
  const spans: Span[] = [];
  let [start, end] = [0, size];
  while (oldSize !== end) {
    const middle = start + splitOf(end - start);
    if (oldSize <= middle) {
      spans.push({ start: middle, end });
      end = middle;
    } else {
      spans.push({ start, end: middle });
      start = middle;
    }
  }
  return [...(start === 0 ? [] : [{ start, end }]), ...spans.toReversed()];
}

/** The largest power of two below `count`, which is at least 2. */
function splitOf(count: number): number {
  return 2 ** levelOf(count - 1);
}

/** The height of the largest complete tree that `count` entries fill, at least one; `Math.log2` rounds up near 2^53. */
function levelOf(count: number): number {
  const high = Math.floor(count / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(count);
}

function isOdd(number: number): boolean {
  return number % 2 === 1;
}

function half(number: number): number {
  return Math.floor(number / 2);
}
