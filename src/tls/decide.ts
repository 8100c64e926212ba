import { EgressFault } from '#kit/egress';
import { AcmeFault } from './acme/problem.ts';
import { renewAt } from './acme/renewal.ts';
import type { AcmeProblemKind } from './acme/shapes.ts';
import { HookFault } from './dns-hook.ts';
import type { FailureWhy, Lifetime, StoredCertificate, WantedCertificates } from './shapes.ts';

/** Our own first, then those that other servers get. */
export function allNames(wanted: WantedCertificates | null): readonly string[] {
  return [...(wanted?.names ?? []), ...(wanted?.delivered?.hosts ?? [])];
}

/** Seconds that browsers keep asking by https only, stage by stage: each is stepped by a person. */
export const hstsStages = [300, 604_800, 2_592_000, 63_072_000, 63_072_000] as const;
/** The last one asks for a place on the list that browsers are shipped with, which binds every name below too. */
const listedStage = hstsStages.length - 1;
/** A stage is looked at for as long as it binds, but no longer than this, before the next. */
const stageSecondsMax = 604_800;

export type HstsState = { readonly stage: number; readonly since: Temporal.Instant };

export function hstsSecondsOf(stage: number): number {
  return hstsStages[Math.min(Math.max(stage, 0), hstsStages.length - 1)] ?? hstsStages[0];
}

/** `Strict-Transport-Security` at a stage (RFC 6797 §6.1; `preload` as hstspreload.org reads it). */
export function hstsHeaderOf(stage: number): string {
  const age = `max-age=${hstsSecondsOf(stage)}`;
  return isListed(stage) ? `${age}; includeSubDomains; preload` : age;
}

export function isListed(stage: number): boolean {
  return stage >= listedStage;
}

/** From when on the next stage may follow. */
export function upFrom({ stage, since }: HstsState): Temporal.Instant {
  return since.add({ seconds: Math.min(hstsSecondsOf(stage), stageSecondsMax) });
}

/** `all names` is what staff agree to with the last stage; without it that one is never entered. */
export type HstsStep = 'up' | 'up with all names' | 'down';

export type HstsRefusal =
  | { readonly no: 'at_end' | 'not_agreed' }
  | { readonly no: 'too_early'; readonly until: Temporal.Instant };

/** One stage up or down, or why not and until when. */
export function stepAfter(
  { stage, since }: HstsState,
  step: HstsStep,
  now: Temporal.Instant,
): { readonly stage: number } | HstsRefusal {
  const direction = step === 'down' ? 'down' : 'up';
  const next = stage + (direction === 'up' ? 1 : -1);
  if (next < 0 || next >= hstsStages.length) return { no: 'at_end' };
  if (direction === 'up' && isListed(next) && step !== 'up with all names') return { no: 'not_agreed' };
  const until = upFrom({ stage, since });
  if (direction === 'up' && Temporal.Instant.compare(now, until) < 0) return { no: 'too_early', until };
  return { stage: next };
}

type Served = Lifetime & Pick<StoredCertificate, 'revokedAt' | 'madeAt'>;

/**
 * The one to show now: valid by the real clock, not revoked while there is another that does not end soon, and of those the
 * newest. Where none is valid yet, the newest all the same: authorities do not issue for later, so it is our clock that is
 * slow. Null: there is none that a browser would take.
 */
export function servedOf<C extends Served>(certificates: readonly C[], now: Temporal.Instant): C | null {
  const left = certificates.filter(({ notAfter }) => Temporal.Instant.compare(now, notAfter) < 0);
  const valid = left.filter((one) => isValid(one, now));
  const good = valid.filter((one) => one.revokedAt === null && leftOfLife(one, now) > nearEnd);
  return newestOf(good) ?? newestOf(valid) ?? newestOf(left);
}

function newestOf<C extends Served>(certificates: readonly C[]): C | null {
  return certificates.reduce<C | null>(
    (best, one) => (best === null || Temporal.Instant.compare(one.madeAt, best.madeAt) > 0 ? one : best),
    null,
  );
}

const nearEnd = 1 / 12;

/** A share of its own lifetime: 1 at its begin, 0 at its end. */
export function leftOfLife({ notBefore, notAfter }: Lifetime, now: Temporal.Instant): number {
  return now.until(notAfter).total('seconds') / notBefore.until(notAfter).total('seconds');
}

export function isValid({ notBefore, notAfter }: Lifetime, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(notBefore, now) <= 0 && Temporal.Instant.compare(now, notAfter) < 0;
}

type Planned = Pick<StoredCertificate, 'certificateId' | 'revokedAt' | 'startsAt' | 'endsAt'> & Lifetime;

/** When this certificate is to be followed by another: at once where there is none or it was revoked. */
export function renewalDue(newest: Planned | null, now: Temporal.Instant): Temporal.Instant {
  if (newest === null || newest.revokedAt !== null) return now;
  const { startsAt: start, endsAt: end } = newest;
  const window = start === null || end === null ? null : { start, end };
  return renewAt(newest, window, { now, lot: lotOf(newest.certificateId) });
}

/** In [0, 1), from the random end of its id: the same for a certificate at every look, in every process. */
function lotOf(certificateId: string): number {
  return Number.parseInt(certificateId.slice(-8), 16) / 2 ** 32;
}

/** The first pause is 2 minutes: an authority that counts refused proofs (5 an hour) sees four of them in an hour. */
const pauseSeconds = { first: 120, growth: 2, max: 6 * 3_600 };
/** Whatever the pause, a certificate that ends sees this many more tries. */
const triesLeft = 12;
const pauseMsMin = 1_000;

/** @param until the end of the certificate in use; null where there is none. @param asked the authority's own wish */
export function retryAt(given: {
  readonly failures: number;
  readonly now: Temporal.Instant;
  readonly until: Temporal.Instant | null;
  readonly asked: Temporal.Instant | null;
}): Temporal.Instant {
  const { failures, now, until, asked } = given;
  const growth = pauseSeconds.growth ** Math.min(failures - 1, 20);
  let ms = Math.min(pauseSeconds.first * growth, pauseSeconds.max) * 1_000;
  const leftMs = until === null ? 0 : now.until(until).total('milliseconds');
  if (leftMs > 0) ms = Math.min(ms, Math.max(leftMs / triesLeft, pauseMsMin));
  const own = now.add({ milliseconds: Math.ceil(ms) });
  return asked !== null && Temporal.Instant.compare(asked, own) > 0 ? asked : own;
}

export type Reason = { readonly why: FailureWhy; readonly said: string; readonly askedFor: Temporal.Instant | null };

export function reasonOf(error: unknown): Reason {
  if (error instanceof AcmeFault) {
    const { kind, detail, retryAt: askedFor } = error.problem;
    return { why: kind, said: detail, askedFor };
  }
  if (error instanceof EgressFault) return { why: 'unreachable', said: '', askedFor: null };
  return { why: error instanceof HookFault ? 'hook' : 'inside', said: '', askedFor: null };
}

/** What another authority may see otherwise: it is about this one, not about the names or us. */
const aboutAuthority: ReadonlySet<FailureWhy> = new Set<FailureWhy | AcmeProblemKind>([
  ...(['unreachable', 'badNonce', 'serverInternal', 'rateLimited', 'undecided', 'unreadable', 'other'] as const),
  ...(['caa', 'rejectedIdentifier', 'unsupportedIdentifier', 'noChallenge', 'compound'] as const),
  ...(['accountDoesNotExist', 'noAccount', 'externalAccountRequired', 'invalidContact', 'unsupportedContact'] as const),
  ...(['userActionRequired', 'badPublicKey', 'badSignatureAlgorithm', 'badCSR', 'malformed'] as const),
]);

export function mayAskAnother(why: FailureWhy): boolean {
  return aboutAuthority.has(why);
}

/** Nothing was decided: the order goes on where it is. */
export function isInterruption(why: FailureWhy): boolean {
  return why === 'unreachable' || why === 'undecided' || why === 'badNonce';
}
