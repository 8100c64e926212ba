import { z } from 'zod';
import { milestones, type ReadScan, type SubStatus } from '#carriers';
import type { Privacy } from '#privacy';

/** How a scan came to us. */
export type ScanSource = 'api' | 'push' | 'poll';

/**
 * The instant by which scans are ordered. A day without a time counts as its noon; a local time whose zone nobody knows
 * is ordered as if it were UTC, and shown as local time without a zone.
 */
export function instantOf(scan: Pick<ReadScan, 'localTime' | 'offset' | 'zone' | 'timeConfidence'>): Temporal.Instant {
  const local =
    scan.timeConfidence === 'date_only'
      ? Temporal.PlainDate.from(scan.localTime).toPlainDateTime({ hour: 12 })
      : Temporal.PlainDateTime.from(scan.localTime);
  if (scan.offset !== null) return Temporal.Instant.from(`${local.toString()}${scan.offset}`);
  return local.toZonedDateTime(scan.zone ?? 'UTC').toInstant();
}

/**
 * What makes a scan the same scan of its parcel: code, local time and place as the carrier sent them. Not its words, which
 * carriers change, and not its position. Keyed, because times and towns can be guessed; and by its parcel, because whoever
 * knows where one parcel was would else know it of every other that was there.
 *
 * @param owner the parcel's id; while nobody knows the parcel, its number's hash in hex
 */
export function scanIdOf(privacy: Privacy, shopId: string, owner: string, scan: ReadScan): string {
  return idOf(privacy, shopId, [owner, ...saidIn(scan)]);
}

/** By the shop alone: how scans lie there that came while ids were made so. */
export function sharedScanIdOf(privacy: Privacy, shopId: string, scan: ReadScan): string {
  return idOf(privacy, shopId, saidIn(scan));
}

function saidIn({ code, localTime, place, retracts }: ReadScan): readonly string[] {
  return [code, localTime, place === null ? '' : placeName(place), retracts ? 'retracts' : ''];
}

function idOf(privacy: Privacy, shopId: string, said: readonly string[]): string {
  return privacy.index(shopId, 'scan', said.join('\0')).readBigInt64BE(0).toString();
}

/** A place's name as it is compared. */
export function placeName({ name }: NonNullable<ReadScan['place']>): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** The personal part of a scan, as it is sealed: where it was and what the carrier wrote. */
export type ScanContent = { readonly place: ReadScan['place']; readonly text: string | null };

export function contentOf(scan: ReadScan): string | null {
  if (scan.place === null && scan.text === null) return null;
  const content: ScanContent = { place: scan.place, text: scan.text };
  return JSON.stringify(content);
}

const place = z.object({ name: z.string(), country: z.string().nullable() }).nullable();
const contentShape: z.ZodType<ScanContent> = z.object({ place, text: z.string().nullable() });

export function readContent(json: string): ScanContent {
  return contentShape.parse(JSON.parse(json));
}

const scanShape = z.object({
  code: z.string(),
  milestone: z.enum([...milestones, 'info']),
  subStatus: z.custom<SubStatus>((value) => typeof value === 'string').nullable(),
  localTime: z.string(),
  offset: z.string().nullable(),
  zone: z.string().nullable(),
  timeConfidence: z.enum(['exact', 'located', 'assumed', 'date_only']),
  place,
  text: z.string().nullable(),
  retracts: z.boolean(),
  leg: z.enum(['outbound', 'return']),
});

type WaitingPlace = { readonly carrier: string; readonly numberHash: Buffer; readonly scanId: string };

function waitingBound({ carrier, numberHash, scanId }: WaitingPlace): string {
  return `parcels.waiting.sealed|${carrier}|${numberHash.toString('hex')}|${scanId}`;
}

/** A scan whose parcel nobody knows yet, sealed whole under a key of the shop. */
export function sealWaiting(
  privacy: Privacy,
  shopId: string,
  item: WaitingPlace & { readonly scan: ReadScan },
): Buffer {
  return privacy.lockForShop(shopId, 'waiting', JSON.stringify(item.scan), waitingBound(item));
}

export function openWaiting(
  privacy: Privacy,
  shopId: string,
  row: WaitingPlace & { readonly sealed: Uint8Array },
): ReadScan {
  return scanShape.parse(JSON.parse(privacy.openForShop(shopId, 'waiting', row.sealed, waitingBound(row))));
}
