import { randomInt } from 'node:crypto';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { SiteFinding } from '#tls';
import type { ProtectionNeeds } from '../needs.ts';
import type { LineRow, OpenFinding, SiteRow } from '../rows.ts';
import { openFindings, statements } from '../store.ts';
import { makeMail } from '../telling/make-mail.ts';
import { betweenMails, nothingTold, tellingOf, type Told } from '../telling/telling-of.ts';
import { findingsAfter, type FindingsAfter } from './findings-after.ts';
import type { Looked } from './look-at.ts';

const seenCharactersMax = 500_000;
const linesKept = { hours: 24 * 731 };
const restKept = { hours: 24 * 90 };

/**
 * Writes down what came of a look: its line, what was seen, what opened, stayed and was mended, and the mail that tells it;
 * all of it or nothing. Null when the site is gone, or when nothing was scanned.
 */
export async function keep(needs: ProtectionNeeds, tx: Tx, site: SiteRow, looked: Looked): Promise<LineRow | null> {
  if ((await tx.one(statements.lockSite, [site.siteId])) === null) return null;
  const now = needs.clock.now();
  const before = await openFindings(tx, [site.siteId]);
  const after = findingsAfter(before, looked);
  await writeFindings(needs, tx, site.siteId, after);
  const line = looked.facts === null ? null : await addLine(needs, tx, site, looked);
  await prune(tx, site.siteId, now);
  if (needs.staff.length > 0) await tell(needs, tx, site, await openFindings(tx, [site.siteId]), looked);
  const away = looked.findings.some(({ code }) => code === 'host.unreachable');
  const awaySince = before.find(({ code }) => code === 'host.unreachable')?.since ?? now;
  const dueAt = now.add(away ? pauseAway(awaySince, now) : { seconds: secondsToNext() });
  await tx.rows(statements.setDue, [site.siteId, dueAt]);
  return line;
}

/** At most 6 hours; a little less each time, so that not all sites are scanned at once. */
function secondsToNext(): number {
  return 6 * 3_600 - randomInt(0, 1_800);
}

/** Who does not answer is asked again soon, for an hour. */
function pauseAway(since: Temporal.Instant, now: Temporal.Instant): Temporal.DurationLike {
  return since.until(now).total('minutes') < 60 ? { minutes: 10 } : { seconds: secondsToNext() };
}

async function addLine(needs: ProtectionNeeds, tx: Tx, { siteId }: SiteRow, looked: Looked): Promise<LineRow> {
  const line = lineRowOf(needs, looked);
  const { scanId, at, tookMs, grade, score, scoreGrade, alarms, warnings, notes, version } = line;
  const values = [siteId, scanId, at, tookMs, grade, score, scoreGrade, alarms, warnings, notes, version];
  await tx.rows(statements.addScan, values);
  const json = looked.seen === null ? '' : JSON.stringify(looked.seen);
  const kept = json !== '' && json.length <= seenCharactersMax ? json : null;
  await tx.rows(statements.addSeen, [siteId, scanId, JSON.stringify(looked.facts), kept]);
  return line;
}

function lineRowOf({ clock, version }: ProtectionNeeds, { scanned, findings, tookMs }: Looked): LineRow {
  const { observatory = null, grade = null } = scanned ?? {};
  const count = (severity: SiteFinding['severity']) => findings.filter((one) => one.severity === severity).length;
  return {
    scanId: newId(clock),
    at: clock.now(),
    tookMs,
    grade,
    score: observatory?.score ?? null,
    scoreGrade: observatory?.grade ?? null,
    alarms: count('alarm'),
    warnings: count('warning'),
    notes: count('note'),
    version,
  };
}

async function writeFindings(
  { clock }: ProtectionNeeds,
  tx: Tx,
  siteId: string,
  { opened, kept, mended }: FindingsAfter,
): Promise<void> {
  const now = clock.now();
  if (opened.length > 0) {
    await tx.rows(statements.addFindings, [
      siteId,
      now,
      opened.map(() => newId(clock)),
      opened.map(({ key }) => key),
      opened.map(({ part }) => part),
      opened.map(({ code }) => code),
      opened.map(({ severity }) => severity),
      opened.map(({ cap }) => cap),
      opened.map(({ values }) => JSON.stringify(values)),
      opened.map(({ visibleFrom }) => visibleFrom),
    ]);
  }
  if (kept.length > 0) {
    await tx.rows(statements.keepFindings, [
      siteId,
      now,
      kept.map(({ findingId }) => findingId),
      kept.map(({ severity }) => severity),
      kept.map(({ cap }) => cap),
      kept.map(({ values }) => JSON.stringify(values)),
      kept.map(({ visibleFrom }) => visibleFrom),
    ]);
  }
  if (mended.length > 0) await tx.rows(statements.mend, [siteId, now, mended]);
}

async function tell(
  needs: ProtectionNeeds,
  tx: Tx,
  site: SiteRow,
  open: readonly OpenFinding[],
  looked: Looked,
): Promise<void> {
  const { siteId } = site;
  const before = (await tx.one<Told>(statements.told, [siteId])) ?? nothingTold;
  const grade = looked.scanned?.grade ?? null;
  const now = needs.clock.now();
  const last = await tx.rows<{ key: string }>(statements.lastTold, [siteId, now.subtract(betweenMails)]);
  const lastTold = new Set(last.map(({ key }) => key));
  const { telling, told } = tellingOf({ open, before, grade, lastTold, now });
  await tx.rows(statements.setTold, [siteId, told.mailedAt, told.openedAt, told.grade, told.fellFrom]);
  if (telling !== null) await makeMail(needs, tx, { site, telling, open, grade });
}

async function prune(tx: Tx, siteId: string, now: Temporal.Instant): Promise<void> {
  await tx.rows(statements.pruneSeen, [siteId]);
  await tx.rows(statements.pruneScans, [siteId, now.subtract(linesKept)]);
  const before = now.subtract(restKept);
  for (const statement of [statements.pruneMended, statements.pruneMailPlaces, statements.pruneMails]) {
    await tx.rows(statement, [siteId, before]);
  }
}
