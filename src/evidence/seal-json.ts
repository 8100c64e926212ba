import { showId } from '#kit/ids';
import type { SealState, Trial } from './evidence.ts';
import type { Issuer } from './issuers/catalogue.ts';
import { asksForId, secretsOf } from './reading/adapter.ts';
import type { Reading } from './reading/read-page.ts';
import type { Seal, ShownSeal } from './shapes.ts';
import { isShown, type Check } from './standing.ts';

/** For machines and the command line: snake case, RFC 3339. No secret is ever in it. */
export function sealJson({ standing, last, ...seal }: Seal) {
  return {
    id: showId('sea', seal.sealId),
    issuer: seal.issuer,
    kind: seal.kind,
    name: seal.name,
    certificate_url: seal.certificateUrl,
    domain: seal.domain,
    issuer_ref: seal.issuerRef === '' ? null : seal.issuerRef,
    adapter: seal.adapter,
    has_secrets: seal.hasSecrets,
    shown: isShown(standing),
    state: standing.state,
    reason: 'reason' in standing ? standing.reason : null,
    reading: 'reading' in standing ? readingJson(standing.reading) : null,
    last: last === null ? null : checkJson(last),
    invites_since: seal.invitesSince?.toString() ?? null,
    may_invite: seal.mayInvite,
    added_at: seal.addedAt.toString(),
    next_at: seal.nextAt.toString(),
  };
}

function readingJson({ grade, scale, count, label, validUntil }: Reading) {
  return { grade, scale, count, label, valid_until: validUntil?.toString() ?? null };
}

function checkJson({ checkId, at, outcome, reason, reading, tookMs }: Check) {
  return {
    id: showId('scn', checkId),
    at: at.toString(),
    outcome,
    reason,
    reading: reading === null ? null : readingJson(reading),
    took_ms: tookMs,
  };
}

export function sealStateJson({ seal, checks, invitations }: SealState) {
  return { seal: sealJson(seal), checks: checks.map(checkJson), invitations };
}

export function trialJson({ outcome, reason, reading, tookMs, adapter }: Trial) {
  return { outcome, reason, reading: reading === null ? null : readingJson(reading), took_ms: tookMs, adapter };
}

export function issuerJson({ id, name, sites, adapters, idExample }: Issuer) {
  const kinds = (['seal', 'rating'] as const).flatMap((kind) => {
    const adapter = adapters[kind];
    return adapter === null
      ? []
      : [{ kind, asks_for_id: asksForId(adapter), secrets: [...secretsOf(adapter)], adapter }];
  });
  return { id, name, sites: [...sites], id_example: idExample, kinds };
}

/** What visitors may have too. */
export function shownSealJson(seal: ShownSeal) {
  const { id, issuer, name, kind, grade, scale, label, count, checkedAt, isStale, certificateUrl } = seal;
  return {
    id: showId('sea', id),
    issuer,
    name,
    kind,
    grade,
    scale,
    label,
    count,
    checked_at: checkedAt.toString(),
    stale: isStale,
    certificate_url: certificateUrl,
  };
}
