import { z } from 'zod';
import { milestoneOf, milestones, subStatus, type ReadScan } from '#carriers';
import type { ScanSource } from '../scan.ts';

/** A scan as it is kept: what can be worked out of the rest (its id, its instant, its milestone) is not. */
export type KeptScan = { readonly scan: ReadScan; readonly source: ScanSource; readonly receivedAt: Temporal.Instant };

const confidences = ['exact', 'located', 'assumed', 'date_only'] as const;
const sources = ['api', 'push', 'poll'] as const;
const states = [...milestones, 'info'] as const;

/** One scan as a row without names; times as the carrier sent them, the receipt in seconds since 1970. */
const row = z.tuple([
  z.string(), // local time
  z.string().nullable(), // offset
  z.string().nullable(), // zone
  z.enum(confidences),
  z.string(), // code
  z.string(), // sub-status; the milestone of what no table knows
  z.int().min(0).max(3), // 1 retracts, 2 return leg
  z.enum(sources),
  z.number(), // received
  z.string().nullable(), // place
  z.string().nullable(), // country
  z.string().nullable(), // text
]);
const rows = z.array(row);
type Row = z.infer<typeof row>;

/** All scans of a parcel as one text. */
export function writeHistory(scans: readonly KeptScan[]): string {
  return JSON.stringify(scans.map(rowOf));
}

function rowOf({ scan, source, receivedAt }: KeptScan): Row {
  return [
    scan.localTime,
    scan.offset,
    scan.zone,
    scan.timeConfidence,
    scan.code,
    scan.subStatus ?? scan.milestone,
    (scan.retracts ? 1 : 0) | (scan.leg === 'return' ? 2 : 0),
    source,
    Math.floor(receivedAt.epochMilliseconds / 1_000),
    scan.place?.name ?? null,
    scan.place?.country ?? null,
    scan.text,
  ];
}

/** @throws when the text was not written by `writeHistory`: a bug, not an input */
export function readHistory(text: string): readonly KeptScan[] {
  return rows.parse(JSON.parse(text)).map(scanOf);
}

function scanOf(kept: Row): KeptScan {
  const [localTime, offset, zone, timeConfidence, code, word, flags, source, received, name, country, text] = kept;
  const known = subStatus(word)?.id ?? null;
  return {
    source,
    receivedAt: Temporal.Instant.fromEpochMilliseconds(received * 1_000),
    scan: {
      code,
      milestone: known === null ? (states.find((state) => state === word) ?? 'unknown') : milestoneOf(known),
      subStatus: known,
      localTime,
      offset,
      zone,
      timeConfidence,
      place: name === null ? null : { name, country },
      text,
      retracts: (flags & 1) !== 0,
      leg: (flags & 2) === 0 ? 'outbound' : 'return',
    },
  };
}
