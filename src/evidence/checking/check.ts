import { newId } from '#kit/ids';
import type { EvidenceNeeds } from '../needs.ts';
import { readPage, type Reading } from '../reading/read-page.ts';
import type { Check } from '../standing.ts';
import { askPage, type AskedSeal, type Failed } from './ask.ts';
import type { Tokens } from './tokens.ts';

export type Checked = Check & { readonly retryAfterSeconds: number | null };

const nothing: Reading = { grade: null, scale: null, count: null, label: null, validUntil: null };

type Outcome = Pick<Check, 'outcome' | 'reason' | 'reading'> & { readonly retryAfterSeconds: number | null };

/** Asks an issuer for all pages of its adapter; the first that says no decides. */
export async function checkSeal(
  needs: Pick<EvidenceNeeds, 'send' | 'routeOf' | 'clock'> & { readonly tokens: Tokens },
  seal: AskedSeal,
): Promise<Checked> {
  const began = needs.clock.now();
  const outcome = await outcomeOf(needs, seal);
  const at = needs.clock.now();
  return { checkId: newId(needs.clock), at, tookMs: Math.round(began.until(at).total('milliseconds')), ...outcome };
}

async function outcomeOf(
  needs: Pick<EvidenceNeeds, 'send' | 'routeOf' | 'clock'> & { readonly tokens: Tokens },
  seal: AskedSeal,
): Promise<Outcome> {
  let reading = nothing;
  for (const page of seal.adapter.pages) {
    const answer = await askPage(needs, seal, page);
    if ('failed' in answer) return failure(answer);
    if (answer.status === 404 || answer.status === 410) return ended('gone');
    const found = readPage(page, answer.bytes, seal.filling, needs.clock.now());
    if ('failed' in found) return failure({ failed: found.failed, retryAfterSeconds: null });
    if ('ended' in found) return ended(found.ended);
    reading = joined(reading, found.read);
  }
  return { outcome: 'valid', reason: null, reading, retryAfterSeconds: null };
}

function joined(one: Reading, other: Reading): Reading {
  return {
    grade: other.grade ?? one.grade,
    scale: other.scale ?? one.scale,
    count: other.count ?? one.count,
    label: other.label ?? one.label,
    validUntil: other.validUntil ?? one.validUntil,
  };
}

function ended(reason: Check['reason']): Outcome {
  return { outcome: 'ended', reason, reading: null, retryAfterSeconds: null };
}

function failure({ failed, retryAfterSeconds }: Failed): Outcome {
  return { outcome: 'failed', reason: failed, reading: null, retryAfterSeconds };
}
