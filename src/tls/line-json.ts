import type { CertificateLine, FilesLine } from './staff-verbs.ts';
import { sayDelivery, sayTls } from './words.ts';

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
  /** Null: it is served here. */
  readonly delivery: {
    readonly files: readonly FilesJson[];
    readonly fetched_at: string | null;
    readonly fetched_current: boolean;
  } | null;
};

type FilesJson = {
  readonly place: string;
  readonly delivered_at: string | null;
  readonly current: boolean;
  readonly failure: {
    readonly why: string;
    readonly said: string;
    readonly failures: number;
    readonly tried_at: string;
    readonly next_at: string;
  } | null;
};

export function certificateJson({ name, served, nextAt, failure, delivery }: CertificateLine): CertificateJson {
  return {
    name,
    authority: served?.authority ?? null,
    not_before: served === null ? null : at(served.notBefore),
    not_after: served === null ? null : at(served.notAfter),
    left_of_life: served === null ? null : Math.round(served.leftOfLife * 1_000) / 1_000,
    revoked: served?.revoked ?? false,
    next_at: at(nextAt),
    failure: failure === null ? null : failureJson(failure, delivery !== null),
    delivery: delivery === null ? null : deliveryJson(delivery),
  };
}

function deliveryJson({ files, fetched }: NonNullable<CertificateLine['delivery']>): CertificateJson['delivery'] {
  return {
    files: files.map(filesJson),
    fetched_at: fetched === null ? null : at(fetched.at),
    fetched_current: fetched?.isCurrent ?? false,
  };
}

export function filesJson({ place, deliveredAt, isCurrent, failure }: FilesLine): FilesJson {
  return {
    place,
    delivered_at: deliveredAt === null ? null : at(deliveredAt),
    current: isCurrent,
    failure: failure === null ? null : triedJson(failure),
  };
}

function triedJson(failure: NonNullable<FilesLine['failure']>): FilesJson['failure'] {
  const { said, failures, triedAt, nextAt } = failure;
  return { why: sayDelivery('en', failure), said, failures, tried_at: at(triedAt), next_at: at(nextAt) };
}

function failureJson(
  failure: NonNullable<CertificateLine['failure']>,
  isDelivered: boolean,
): CertificateJson['failure'] {
  const { why, said, authority, failures, failedAt } = failure;
  return { why: sayTls('en', why, isDelivered), said, authority, failures, failed_at: at(failedAt) };
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}
