import { createHash } from 'node:crypto';
import { milestones, subStatuses, type ParcelState } from '#carriers';
import type { FoldScan } from '../fold.ts';

/**
 * What the fold needs of a parcel's scans, small enough to stand in the parcel's own row: so that a new scan is folded
 * without reading all the others. 19 bytes a scan behind one byte of version: id (8) · milliseconds since 1970 (6) ·
 * hash of milestone and sub-status (4) · flags (1).
 */
const version = 1;
const entryBytes = 19;
/** A parcel with more scans than any parcel has is folded from the scans themselves. */
const entriesMax = 200;
const retractsFlag = 1;
const returnFlag = 2;

type Meaning = Pick<FoldScan, 'milestone' | 'subStatus'>;

/** The words that a stored scan can have, by hash: an order in the vocabulary that changes changes nothing here. */
const meanings: ReadonlyMap<number, Meaning> = new Map(
  [
    ...subStatuses.map((row): Meaning => ({ milestone: row.milestone, subStatus: row.id })),
    ...[...milestones, 'info' as const].map((milestone: ParcelState | 'info'): Meaning => ({
      milestone,
      subStatus: null,
    })),
  ].map((meaning) => [hashOf(meaning), meaning]),
);

function hashOf({ milestone, subStatus }: Meaning): number {
  return createHash('sha256')
    .update(`${milestone}|${subStatus ?? ''}`)
    .digest()
    .readUInt32BE(0);
}

const hashes = new Map(
  [...meanings].map(([hash, { milestone, subStatus }]) => [`${milestone}|${subStatus ?? ''}`, hash]),
);

/** Null when they are too many, or when one of them has words that are not the vocabulary's: then they are read anew. */
export function writeFoldScans(scans: readonly FoldScan[]): Buffer | null {
  if (scans.length > entriesMax) return null;
  const bytes = Buffer.alloc(1 + scans.length * entryBytes);
  bytes.writeUInt8(version);
  for (const [index, scan] of scans.entries()) {
    const hash = hashes.get(`${scan.milestone}|${scan.subStatus ?? ''}`);
    if (hash === undefined) return null;
    const at = 1 + index * entryBytes;
    bytes.writeBigInt64BE(BigInt(scan.scanId), at);
    bytes.writeIntBE(Math.round(scan.at), at + 8, 6);
    bytes.writeUInt32BE(hash, at + 14);
    bytes.writeUInt8((scan.retracts ? retractsFlag : 0) | (scan.leg === 'return' ? returnFlag : 0), at + 18);
  }
  return bytes;
}

/** Total: null when they are not there, of another version, or hold a word that this program does not know. */
export function readFoldScans(bytes: Buffer | null): readonly FoldScan[] | null {
  if (bytes === null || bytes[0] !== version || (bytes.length - 1) % entryBytes !== 0) return null;
  const scans: FoldScan[] = [];
  for (let at = 1; at < bytes.length; at += entryBytes) {
    const meaning = meanings.get(bytes.readUInt32BE(at + 14));
    if (meaning === undefined) return null;
    const flags = bytes.readUInt8(at + 18);
    scans.push({
      scanId: bytes.readBigInt64BE(at).toString(),
      at: bytes.readIntBE(at + 8, 6),
      milestone: meaning.milestone,
      subStatus: meaning.subStatus,
      retracts: (flags & retractsFlag) !== 0,
      leg: (flags & returnFlag) === 0 ? 'outbound' : 'return',
    });
  }
  return scans;
}
