import { z } from 'zod';
import type { Grade, SiteFinding } from '#tls';
import { proofWanted } from './proof.ts';
import type { KeptFinding, ScanLine, Site, SiteKind } from './shapes.ts';

/** A scan as its line is stored; `version` is the program's that made it. */
export type LineRow = {
  readonly scanId: string;
  readonly at: Temporal.Instant;
  readonly tookMs: number;
  readonly grade: Grade | null;
  readonly score: number | null;
  readonly scoreGrade: string | null;
  readonly alarms: number;
  readonly warnings: number;
  readonly notes: number;
  readonly version: string;
};

type NoLine = { readonly [Name in keyof LineRow]: null };

/** A site with its proof and its last scan. */
export type SiteRow = {
  readonly siteId: string;
  readonly shopId: string | null;
  readonly host: string;
  readonly port: number;
  readonly kind: SiteKind;
  /** Null: kept by the house itself. */
  readonly token: string | null;
  readonly addedAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant | null;
  readonly shownBy: 'file' | 'dns' | null;
  readonly proofSeenAt: Temporal.Instant | null;
  readonly proofLookedAt: Temporal.Instant | null;
  readonly missingSince: Temporal.Instant | null;
} & (LineRow | NoLine);

export type OpenFinding = Omit<SiteFinding, 'values'> & {
  readonly siteId: string;
  readonly findingId: string;
  readonly key: string;
  readonly details: unknown;
  readonly since: Temporal.Instant;
  readonly seenAt: Temporal.Instant;
  readonly visibleFrom: Temporal.Instant | null;
  readonly mendedAt: Temporal.Instant | null;
  readonly mailId: string | null;
  readonly toldAt: Temporal.Instant | null;
};

export const valuesShape = z.record(z.string(), z.union([z.string(), z.number()]));

/** The shop's own names are proven by being set; the domain of its mails by the keys of the house that are in its DNS. */
export function siteOf(row: SiteRow): Site {
  const { siteId, shopId, host, port, kind, token, addedAt, dueAt } = row;
  return {
    siteId,
    shopId,
    host,
    port,
    kind,
    addedAt,
    nextAt: dueAt,
    proven: provenOf(row),
    proof: token === null ? null : proofWanted({ host, token }, port),
    last: row.scanId === null ? null : lineOf(row),
  };
}

function provenOf({ token, shopId, shownBy, proofSeenAt, addedAt }: SiteRow): Site['proven'] {
  if (token === null) return { by: shopId === null ? 'own' : 'dns', at: addedAt };
  return shownBy === null || proofSeenAt === null ? null : { by: shownBy, at: proofSeenAt };
}

export function lineOf(row: LineRow): ScanLine {
  const { scanId, at, tookMs, grade, score, scoreGrade, alarms: alarm, warnings: warning, notes: note } = row;
  const observatory = score === null || scoreGrade === null ? null : { score, grade: scoreGrade };
  return { scanId, at, tookMs, grade, observatory, counts: { alarm, warning, note } };
}

export function keptOf(row: OpenFinding): KeptFinding {
  const { findingId, part, code, severity, cap, details, since, seenAt, mendedAt, visibleFrom, toldAt } = row;
  const finding = { part, code, severity, cap, values: valuesShape.parse(details) };
  return { findingId, finding, since, seenAt, mendedAt, visibleFrom, toldAt };
}

const weights = { alarm: 0, warning: 1, note: 2 } as const;

/** Alarms first, then as they came. */
export function bySeverity(a: Pick<SiteFinding, 'severity'>, b: Pick<SiteFinding, 'severity'>): number {
  return weights[a.severity] - weights[b.severity];
}
