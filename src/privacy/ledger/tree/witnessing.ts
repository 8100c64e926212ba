import { readCount, same, toBase64 } from './bytes.ts';
import { readCheckpoint, type Checkpoint, type TreeHead } from './checkpoint.ts';
import type { Merkle } from './merkle.ts';
import { noteCharactersMax, writeNote } from './note.ts';
import { readHashes, wordAfter } from './proof-file.ts';

/** What a log asks of a witness (C2SP tlog-witness, add-checkpoint). */
export type AddCheckpoint = {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
};

/** 63 hashes, a line for the old size, and a checkpoint. */
const addCheckpointCharactersMax = noteCharactersMax + 4_096;

export function writeAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), '', writeNote(checkpoint.note)].join('\n');
}

/** Null for what is no such request. */
export function readAddCheckpoint(text: string): AddCheckpoint | null {
  const end = text.indexOf('\n\n');
  if (end < 0 || text.length > addCheckpointCharactersMax) return null;
  const [oldLine = '', ...lines] = text.slice(0, end).split('\n', 66);
  const oldSize = readCount(wordAfter('old ', oldLine) ?? '');
  const proof = readHashes(lines);
  const checkpoint = readCheckpoint(text.slice(end + 2));
  return oldSize === null || proof === null || checkpoint === null ? null : { oldSize, proof, checkpoint };
}

/** Why a witness does not sign, with the status that says so; `seen` is what it signed last. */
export type WitnessRefusal = { readonly status: 400 | 422 } | { readonly status: 409; readonly seen: number };

/**
 * Whether a witness may sign what a log, whose own signature was found good, shows it. To be asked under a lock: what is
 * signed has to be what is remembered. @param last what it signed last of this log; null: nothing yet
 */
export function mayCosign(
  merkle: Merkle,
  last: Omit<TreeHead, 'origin'> | null,
  { oldSize, proof, checkpoint }: AddCheckpoint,
): WitnessRefusal | null {
  const { size, root } = checkpoint;
  const seen = last?.size ?? 0;
  if (oldSize > size) return { status: 400 };
  if (oldSize !== seen) return { status: 409, seen };
  const oldRoot = last?.root ?? merkle.emptyRoot();
  if (oldSize === size && !same(oldRoot, root)) return { status: 409, seen };
  return merkle.extends({ oldSize, oldRoot, size, root, proof }) ? null : { status: 422 };
}
