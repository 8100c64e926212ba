import { domainToUnicode } from 'node:url';
import { showId } from '#kit/ids';
import {
  saySiteFinding,
  type KeptFinding,
  type ProofWanted,
  type ScanLine,
  type Site,
  type SiteKind,
  type SiteState,
} from '#protection';
import type { FindingText, Grade, SiteFinding, SiteScanned } from '#tls';
import type { Visit } from '../screens/visit.ts';
import type { Moment, StaffFrame } from '../view.ts';
import { trendOf, type Trend } from './trend.ts';

/** A name as people write it; `ascii` as DNS has it, where that differs. */
export type HostShown = { readonly name: string; readonly ascii: string | null };

export type ScanRow = {
  readonly id: string;
  readonly at: Moment;
  readonly grade: Grade | null;
  readonly observatory: SiteScanned['observatory'];
  readonly counts: ScanLine['counts'];
};

/** Scans one after the other that saw the same; `scan` is the latest of them. */
export type ScanRun = { readonly scan: ScanRow; readonly from: Moment; readonly scans: number };

export type SiteRow = {
  readonly id: string;
  readonly host: HostShown;
  readonly kind: SiteKind;
  /** Of this house itself: always looked at. */
  readonly own: boolean;
  /** What is to be shown before the first scan; null when it was, and of own names. */
  readonly wanted: ProofWanted | null;
  readonly last: ScanRow | null;
  readonly next: Moment | null;
};

export type ProtectionView = {
  readonly frame: StaffFrame;
  readonly rows: readonly SiteRow[];
  /** A host that was not taken, with why. */
  readonly wrong: { readonly message: string; readonly host: string; readonly kind: SiteKind } | null;
};

export type FindingCard = {
  readonly id: string;
  readonly severity: SiteFinding['severity'];
  readonly text: FindingText;
  readonly cap: Grade | null;
  readonly since: Moment;
  readonly mended: Moment | null;
  /** When customers begin to see it, or began. */
  readonly visible: { readonly at: Moment; readonly isOver: boolean } | null;
  readonly told: Moment | null;
  /** What "Verify now" was just pressed for. */
  readonly isAsked: boolean;
};

export type SiteView = {
  readonly frame: StaffFrame;
  readonly row: SiteRow;
  /** Alarms first. */
  readonly open: readonly FindingCard[];
  readonly mended: readonly FindingCard[];
  /** Findings that are open or were mended, and have no place on the page. */
  readonly more: { readonly open: number; readonly mended: number };
  /** The latest first. */
  readonly history: readonly ScanRun[];
  readonly trend: Trend | null;
  readonly seen: SiteState['seen'];
};

/** 100 days of four scans. */
export const trendScansMax = 400;
const runsMax = 20;
const cardsMax = 200;
const mendedMax = 50;

export const siteKinds: readonly SiteKind[] = ['shop', 'www', 'track', 'api', 'mail', 'other'];

/** What the views need to know of a request. */
type Reader = Pick<Visit, 'frame' | 'language' | 'now' | 'moment' | 'query'>;

export function protectionView(
  sites: readonly Site[],
  visit: Reader,
  wrong: ProtectionView['wrong'] = null,
): ProtectionView {
  return { frame: visit.frame, rows: sites.map((site) => siteRow(site, visit)), wrong };
}

export function siteView(state: SiteState, visit: Reader): SiteView {
  const asked = visit.query.get('asked');
  const card = (kept: KeptFinding): FindingCard => cardOf(kept, asked, visit);
  const { open, mended, history } = state;
  return {
    frame: visit.frame,
    row: siteRow(state.site, visit),
    open: open.slice(0, cardsMax).map(card),
    mended: mended.slice(0, mendedMax).map(card),
    more: { open: Math.max(0, open.length - cardsMax), mended: Math.max(0, mended.length - mendedMax) },
    history: runsOf(history, visit),
    trend: trendOf(history, visit.moment),
    seen: state.seen,
  };
}

function siteRow(site: Site, visit: Reader): SiteRow {
  const { siteId, host, port, kind, shopId, proven, proof, last, nextAt } = site;
  return {
    id: showId('sit', siteId),
    host: hostShown(host, port),
    kind,
    own: shopId === null,
    wanted: proven === null ? proof : null,
    last: last === null ? null : scanRow(last, visit),
    next: nextAt === null ? null : visit.moment(nextAt),
  };
}

function hostShown(host: string, port: number): HostShown {
  const behind = port === 443 ? '' : `:${port}`;
  const name = domainToUnicode(host);
  // What cannot be read back stays as DNS has it.
  return name === '' || name === host
    ? { name: host + behind, ascii: null }
    : { name: name + behind, ascii: host + behind };
}

function scanRow({ scanId, at, grade, observatory, counts }: ScanLine, { moment }: Reader): ScanRow {
  return { id: scanId, at: moment(at), grade, observatory, counts };
}

function runsOf(history: readonly ScanLine[], visit: Reader): readonly ScanRun[] {
  const runs: ScanLine[][] = [];
  for (const line of history) {
    const run = runs.at(-1);
    if (run !== undefined && run[0] !== undefined && sawOf(run[0]) === sawOf(line)) run.push(line);
    else if (runs.length === runsMax) break;
    else runs.push([line]);
  }
  return runs.flatMap((run) => {
    const [last, first] = [run[0], run.at(-1)];
    if (last === undefined || first === undefined) return [];
    return { scan: scanRow(last, visit), from: visit.moment(first.at), scans: run.length };
  });
}

function sawOf({ grade, observatory, counts }: ScanLine): string {
  return JSON.stringify([grade, observatory?.score, counts.alarm, counts.warning, counts.note]);
}

function cardOf(kept: KeptFinding, asked: string | null, visit: Reader): FindingCard {
  const { finding, since, mendedAt, visibleFrom, toldAt } = kept;
  const { moment, now, language } = visit;
  const id = showId('fnd', kept.findingId);
  return {
    id,
    severity: finding.severity,
    text: saySiteFinding(language, finding) ?? { what: finding.code, why: '', mend: '' },
    cap: finding.cap,
    since: moment(since),
    mended: mendedAt === null ? null : moment(mendedAt),
    visible:
      visibleFrom === null
        ? null
        : { at: moment(visibleFrom), isOver: Temporal.Instant.compare(visibleFrom, now) <= 0 },
    told: toldAt === null ? null : moment(toldAt),
    isAsked: id === asked,
  };
}
