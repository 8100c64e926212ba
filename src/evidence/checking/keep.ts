import { randomInt } from 'node:crypto';
import type { Tx } from '#kit/database';
import type { EvidenceNeeds } from '../needs.ts';
import { decidingChecks, type SealRow } from '../rows.ts';
import { isImplausible, nextCheckAt, standingOf, type Check } from '../standing.ts';
import { statements } from '../store.ts';
import { tellStaff, tellingOf } from '../telling/telling.ts';
import type { Checked } from './check.ts';

/** Shops are in Germany unless they say otherwise, which they cannot yet. */
const zone = 'Europe/Berlin';
const keptFor = { hours: 730 * 24 };

/** Writes down what came of a check and when the next one is, and has staff told; false when the seal is gone. */
export async function keep(needs: EvidenceNeeds, tx: Tx, seal: SealRow, checked: Checked): Promise<boolean> {
  const { sealId } = seal;
  const failures = checked.outcome === 'failed' ? seal.failures + 1 : 0;
  const validUntil = checked.reading?.validUntil ?? null;
  const { retryAfterSeconds, at: now } = checked;
  const before = (await decidingChecks(tx, [sealId])).get(sealId) ?? [];
  const said = before.find(({ outcome }) => outcome !== 'failed')?.outcome;
  const hasJustEnded = checked.outcome === 'ended' && said === 'valid';
  const lot = randomInt(1_000) / 1_000;
  const dueAt = nextCheckAt({ zone, now, lot, failures, retryAfterSeconds, validUntil, hasJustEnded });
  // Whoever removes it meanwhile waits, or has it removed.
  if ((await tx.one(statements.setDue, [sealId, dueAt, failures])) === null) return false;
  await tx.rows(statements.addCheck, valuesOf(sealId, checked));
  await tx.rows(statements.pruneChecks, [sealId, now.subtract(keptFor)]);
  await tellOf(needs, tx, sealId, checked, before);
  return true;
}

async function tellOf(
  needs: EvidenceNeeds,
  tx: Tx,
  sealId: string,
  checked: Checked,
  before: readonly Check[],
): Promise<void> {
  const { at: now, checkId } = checked;
  const told = (await tx.one<{ state: 'shown' | 'hidden' }>(statements.told, [sealId]))?.state ?? null;
  const after = tellingOf(told, standingOf([checked, ...before], now), isOdd(checked, before));
  if (after.told !== null && after.told !== told) await tx.rows(statements.setTold, [sealId, after.told, now]);
  if (after.tell !== null) await tellStaff(needs, tx, { sealId, checkId, kind: after.tell });
}

function isOdd({ reading }: Checked, before: readonly Check[]): boolean {
  const good = before.find((check) => check.reading !== null)?.reading ?? null;
  return good !== null && reading !== null && isImplausible(good, reading);
}

function valuesOf(sealId: string, { checkId, at, outcome, reason, reading, tookMs }: Checked) {
  const { grade = null, scale = null, count = null, label = null, validUntil = null } = reading ?? {};
  return [sealId, checkId, at, outcome, reason, grade, scale, count, label, validUntil, tookMs];
}
