import { X509Certificate } from 'node:crypto';
import { issuanceOf } from '#kit/certificate';
import { Fault } from '#kit/fault';
import type { AcmeRenewalWindow } from './shapes.ts';

export type Lifetime = { readonly notBefore: Temporal.Instant; readonly notAfter: Temporal.Instant };

/** Renewed when two thirds are over, spread over a 24th more; whatever an authority says, a 12th is left at the end. */
const fractions = { due: 2 / 3, spread: 1 / 24, latest: 11 / 12 };

/**
 * When a certificate is to be renewed, never before `now`. The authority's window wins (RFC 9773 §4.2): an instant in it
 * by lot, at once when that has passed. Without one it goes by the certificate's own lifetime, be it 12 hours or 90 days.
 *
 * @param lot in [0, 1), the same for the same certificate: drawn anew at each look, it would drift to the window's end
 */
export function renewAt(
  { notBefore, notAfter }: Lifetime,
  window: AcmeRenewalWindow | null,
  given: { readonly now: Temporal.Instant; readonly lot: number },
): Temporal.Instant {
  const from = notBefore.epochMilliseconds;
  const life = notAfter.epochMilliseconds - from;
  const own = from + life * (fractions.due + fractions.spread * given.lot);
  const wanted = window === null ? own : between(window, given.lot);
  const ms = Math.max(Math.min(wanted, from + life * fractions.latest), given.now.epochMilliseconds);
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms));
}

function between({ start, end }: AcmeRenewalWindow, lot: number): number {
  return start.epochMilliseconds + (end.epochMilliseconds - start.epochMilliseconds) * lot;
}

/** Of the first certificate in a PEM. @throws Fault('invalid') */
export function lifetimeOf(certPem: string): Lifetime {
  const { validFromDate, validToDate } = certificateIn(certPem);
  if (!Number.isFinite(validFromDate.getTime() + validToDate.getTime())) {
    throw new Fault('invalid', 'This certificate has no readable times.');
  }
  return { notBefore: validFromDate.toTemporalInstant(), notAfter: validToDate.toTemporalInstant() };
}

/**
 * RFC 9773 §4.1: by which an authority knows a certificate of its own. Null for one without an id of the signing key.
 * @throws Fault('invalid')
 */
export function renewalIdOf(certPem: string): string | null {
  const issuance = issuanceOf(certificateIn(certPem).raw);
  if (issuance === null) return null;
  return `${issuance.authorityKeyId.toString('base64url')}.${issuance.serial.toString('base64url')}`;
}

/** The first certificate in a PEM. @throws Fault('invalid') */
export function certificateIn(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Fault('invalid', 'This is no certificate in PEM.', { cause });
  }
}
