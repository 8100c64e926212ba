import type { CertificateLine } from './staff-verbs.ts';
import { sayTls } from './words.ts';

/** A line as programs read it, over HTTP and at the command line: times in UTC, sentences in English. */
export type CertificateJson = {
  readonly name: string;
  readonly authority: string | null;
  readonly not_before: string | null;
  readonly not_after: string | null;
  /** Of its own lifetime: 1 when it was just issued. */
  readonly left_of_life: number | null;
  readonly revoked: boolean;
  readonly next_at: string;
  readonly failure: {
    readonly why: string;
    readonly said: string;
    readonly authority: string;
    readonly failures: number;
    readonly failed_at: string;
  } | null;
};

export function certificateJson({ name, served, nextAt, failure }: CertificateLine): CertificateJson {
  return {
    name,
    authority: served?.authority ?? null,
    not_before: served === null ? null : at(served.notBefore),
    not_after: served === null ? null : at(served.notAfter),
    left_of_life: served === null ? null : Math.round(served.leftOfLife * 1_000) / 1_000,
    revoked: served?.revoked ?? false,
    next_at: at(nextAt),
    failure: failure === null ? null : failureJson(failure),
  };
}

function failureJson(failure: NonNullable<CertificateLine['failure']>): CertificateJson['failure'] {
  const { why, said, authority, failures, failedAt } = failure;
  return { why: sayTls('en', why), said, authority, failures, failed_at: at(failedAt) };
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}
