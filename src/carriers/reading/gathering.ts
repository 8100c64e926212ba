import { progressOf } from '../vocabulary.ts';
import type { ReadResult, ReadScan } from '../contract.ts';

/** The zone that stands in, for the order only, where a scan has none: the one of most scans, else UTC. */
export function usualZone(scans: readonly ReadScan[]): string {
  const counts = new Map<string, number>();
  for (const { zone } of scans) if (zone !== null) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  const ranked = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return ranked[0]?.[0] ?? 'UTC';
}

const lateInTheDay = progressOf('out_for_delivery.loaded');

/** A day without a time stands at its start, or at its end when what it says happens at the end of the way. */
export function timeInDay(scan: ReadScan): string {
  if (scan.timeConfidence !== 'date_only') return scan.localTime;
  return progressOf(scan.subStatus) < lateInTheDay ? `${scan.localTime}T00:00:00` : `${scan.localTime}T23:59:59`;
}

type Unmapped = ReadResult['unmapped'];

/** Codes that no table knows, each once with how often it came. */
export function countUnmapped(unknown: readonly { readonly code: string; readonly text: string | null }[]): Unmapped {
  const found = new Map<string, Unmapped[number]>();
  for (const { code, text } of unknown) {
    const before = found.get(code);
    // The same text whatever the order: the first in the alphabet.
    const texts = [before?.text ?? null, text].filter((each) => each !== null).toSorted();
    found.set(code, { code, text: texts[0] ?? null, count: (before?.count ?? 0) + 1 });
  }
  return [...found.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}
