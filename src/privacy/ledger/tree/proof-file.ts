import { fromBase64, readCount, toBase64 } from './bytes.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { hashBytes, proofHashesMax } from './merkle.ts';
import { writeNote } from './note.ts';

/** That an entry is in a log, as a file that needs nobody to be asked (C2SP tlog-proof). */
export type LogProof = {
  /** Whatever the application needs besides; nothing vouches for it. */
  readonly extra: Uint8Array | null;
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
};

const firstLine = 'c2sp.org/tlog-proof@v1';

export function writeLogProof({ extra, index, hashes, checkpoint }: LogProof): string {
  return [
    firstLine,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(toBase64),
    '',
    writeNote(checkpoint.note),
  ].join('\n');
}

/** Null for what is no proof; whether it proves anything is another question. */
export function readLogProof(text: string): LogProof | null {
  const end = text.indexOf('\n\n');
  const checkpoint = end < 0 ? null : readCheckpoint(text.slice(end + 2));
  const [first, ...lines] = text.slice(0, Math.max(end, 0)).split('\n', proofHashesMax + 4);
  if (first !== firstLine || checkpoint === null) return null;
  const extraText = wordAfter('extra ', lines[0]);
  if (extraText === null) return readRest(lines, { extra: null, checkpoint });
  const extra = fromBase64(extraText);
  return extra === null ? null : readRest(lines.slice(1), { extra, checkpoint });
}

function readRest(
  [indexLine, ...hashLines]: readonly string[],
  read: Pick<LogProof, 'extra' | 'checkpoint'>,
): LogProof | null {
  const index = readCount(wordAfter('index ', indexLine) ?? '');
  const hashes = readHashes(hashLines);
  return index === null || hashes === null ? null : { ...read, index, hashes };
}

/** What follows the first word of a line; null when it begins otherwise. */
export function wordAfter(first: string, line = ''): string | null {
  return line.startsWith(first) ? line.slice(first.length) : null;
}

/** One in base 64 a line, at most 63; null when one is none. */
export function readHashes(lines: readonly string[]): readonly Uint8Array[] | null {
  const hashes = lines.map(fromBase64).filter((hash) => hash?.length === hashBytes);
  if (hashes.length !== lines.length || hashes.length > proofHashesMax) return null;
  return hashes.filter((hash) => hash !== null);
}
