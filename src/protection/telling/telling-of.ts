import type { Grade } from '#tls';
import type { OpenFinding } from '../rows.ts';

/** Where staff stand with a site. */
export type Told = {
  readonly mailedAt: Temporal.Instant | null;
  /** Since when they wait to hear that all is mended; null when they do not. */
  readonly openedAt: Temporal.Instant | null;
  /** The grade that they know, or a better one since. */
  readonly grade: Grade | null;
  /** The grade before it fell; null when it did not, or they know that it is back. */
  readonly fellFrom: Grade | null;
};

export type Telling = {
  readonly kind: 'opened' | 'mended';
  readonly findingIds: readonly string[];
  readonly fell: { readonly from: Grade; readonly to: Grade } | null;
};

export const nothingTold: Told = { mailedAt: null, openedAt: null, grade: null, fellFrom: null };

const grades: readonly Grade[] = ['M', 'T', 'F', 'E', 'D', 'C', 'B', 'A-', 'A', 'A+'];
export const betweenMails = { hours: 24 };
/** A host that was away for a moment is no news: the next look, ten minutes later, says whether it stays away. */
const awayForSeconds = 300;

/** Warnings that customers notice: pictures that are missing, pages that hang, mails that land in spam. */
const noticed: ReadonlySet<string> = new Set([
  'chain_order',
  'page.mixed_passive',
  'page.unreachable',
  'dns.dead_address',
  'dkim.missing',
  'dkim.invalid',
  'spf.invalid',
  'mta_sts.mismatch',
  'proof.lost',
]);

/** Whether staff are told: every alarm, and the warnings that customers see or will see. */
function isTold({ code, severity, visibleFrom, since, seenAt }: OpenFinding): boolean {
  if (code === 'host.unreachable') return since.until(seenAt).total('seconds') >= awayForSeconds;
  if (severity === 'alarm') return true;
  return severity === 'warning' && (visibleFrom !== null || noticed.has(code));
}

/**
 * What staff are to be told after a scan, and where they stand then. One mail a day at most, unless a new alarm came; what
 * was told is not told again; when nothing that was told is open any more, one last mail says so.
 * `grade` is null when there is none to judge.
 */
export function tellingOf(scanned: {
  readonly open: readonly OpenFinding[];
  readonly before: Told;
  readonly grade: Grade | null;
  /** Keys of what was told within a day and mended since: an alarm that comes and goes is not a new one each time. */
  readonly lastTold: ReadonlySet<string>;
  readonly now: Temporal.Instant;
}): { readonly telling: Telling | null; readonly told: Told } {
  const { open, before, grade, lastTold, now } = scanned;
  const known = better(before.grade, grade);
  const fell = fallOf(known, grade);
  const news = open.filter((one) => one.mailId === null && (isTold(one) || isCause(one, fell)));
  const waits = isTooSoon(before, now);
  const standing = { ...before, grade: known };
  if (news.length > 0 || fell !== null) {
    const hasAlarm = news.some(({ severity, key }) => severity === 'alarm' && !lastTold.has(key));
    return waits && !hasAlarm ? { telling: null, told: standing } : tellOpened(standing, news, fell, now);
  }
  if (before.openedAt === null || waits || !isMended(open, before.fellFrom, grade)) {
    return { telling: null, told: standing };
  }
  return {
    telling: { kind: 'mended', findingIds: [], fell: null },
    told: { mailedAt: now, openedAt: null, grade: known, fellFrom: null },
  };
}

function fallOf(from: Grade | null, to: Grade | null): Telling['fell'] {
  return from !== null && to !== null && isWorse(to, from) ? { from, to } : null;
}

function isTooSoon({ mailedAt }: Told, now: Temporal.Instant): boolean {
  return mailedAt !== null && Temporal.Instant.compare(mailedAt.add(betweenMails), now) > 0;
}

function tellOpened(
  { openedAt, grade, fellFrom }: Told,
  news: readonly OpenFinding[],
  fell: Telling['fell'],
  now: Temporal.Instant,
): { readonly telling: Telling; readonly told: Told } {
  return {
    telling: { kind: 'opened', findingIds: news.map(({ findingId }) => findingId), fell },
    told: {
      mailedAt: now,
      openedAt: openedAt ?? now,
      grade: fell?.to ?? grade,
      fellFrom: fellFrom ?? fell?.from ?? null,
    },
  };
}

function isMended(open: readonly OpenFinding[], fellFrom: Grade | null, grade: Grade | null): boolean {
  if (open.some(({ mailId }) => mailId !== null)) return false;
  return fellFrom === null || (grade !== null && !isWorse(grade, fellFrom));
}

/** A warning of the handshake is enough to take the plus away; less takes what caps the grade. */
function isCause({ cap, part, severity }: OpenFinding, fell: Telling['fell']): boolean {
  if (fell === null) return false;
  return cap === null ? fell.from === 'A+' && part === 'tls' && severity === 'warning' : isWorse(cap, fell.from);
}

function isWorse(grade: Grade, than: Grade): boolean {
  return grades.indexOf(grade) < grades.indexOf(than);
}

function better(one: Grade | null, other: Grade | null): Grade | null {
  if (one === null || other === null) return one ?? other;
  return isWorse(one, other) ? other : one;
}
