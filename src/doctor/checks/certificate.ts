import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '#kit/clock';
import type { CertificateLine, HstsLine, Tls } from '#tls';
import { hostIn, isTrial, type NameSeen } from '../names.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('certificate');

/** The certificate in files that an operator keeps. */
export type FileSeen =
  | { readonly no: 'unreadable' | 'no_certificate'; readonly file: string }
  | {
      readonly until: Temporal.Instant;
      readonly leftOfLife: number;
      readonly fits: { readonly key: boolean; readonly name: boolean };
      /** Several certificates, or one that vouches for itself. */
      readonly hasChain: boolean;
      readonly isKeyOpen: boolean;
    };

export type CertificateSeen = {
  readonly lines: readonly CertificateLine[] | null;
  readonly hsts: HstsLine | null;
  readonly file: FileSeen | null;
  readonly now: Temporal.Instant;
};

/** Of its own lifetime: a third is the usual time of renewal, and a twelfth is near the end. */
const lateShare = 1 / 4;
const endingShare = 1 / 12;
const fileWarnShare = 1 / 5;

type PlaceOfCertificate = Pick<Place, 'publicUrl' | 'domain' | 'tlsFiles'>;

export function certificateChecks(
  place: PlaceOfCertificate,
  seen: CertificateSeen,
  names: readonly NameSeen[],
): readonly Check[] {
  if (isTrial(place)) return [unknown('certificate.trial')];
  const own = aboutOwn(place, seen);
  const believed = names.flatMap((one) => aboutServed(one));
  const checks = [...own, ...believed];
  if (checks.length > 0)
    return checks.every(({ state }) => state === 'good') ? [...checks, ...aboutHsts(seen.hsts)] : checks;
  const isSeen = names.some(({ asked }) => asked.some(({ asked: one }) => one?.is === 'us' && one.trusted));
  const isSecure = place.publicUrl.startsWith('https:');
  return [isSeen && isSecure ? good('certificate.elsewhere') : unknown('certificate.unseen')];
}

function aboutOwn({ domain, tlsFiles, publicUrl }: PlaceOfCertificate, { lines, file, now }: CertificateSeen) {
  if (domain.length > 0)
    return lines === null ? [unknown('certificate.not_open')] : lines.map((line) => aboutLine(line, now));
  return tlsFiles === null || file === null ? [] : aboutFile(file, tlsFiles.certFile, hostIn(publicUrl));
}

function aboutLine({ name, served, failure }: CertificateLine, now: Temporal.Instant): Check {
  const why = failure === null ? {} : { why: failure.why, authority: failure.authority };
  if (served === null)
    return failure === null ? unknown('certificate.ordered', { name }) : bad('certificate.none', { name, ...why });
  const days = daysUntil(served.notAfter, now);
  if (served.revoked) return bad('certificate.revoked', { name });
  if (failure !== null) {
    const values = { name, days, ...why };
    return served.leftOfLife < endingShare ? bad('certificate.ending', values) : warning('certificate.failing', values);
  }
  const values = { name, days, authority: served.authority };
  return served.leftOfLife < lateShare ? warning('certificate.late', values) : good('certificate.good', values);
}

function daysUntil(until: Temporal.Instant, now: Temporal.Instant): number {
  return Math.floor(now.until(until).total('hours') / 24);
}

function aboutFile(file: FileSeen, path: string, name: string): readonly Check[] {
  if ('no' in file) return [bad(`certificate.file_${file.no}`, { file: file.file })];
  const until = file.until.toString({ smallestUnit: 'minute' });
  const open = file.isKeyOpen ? [warning('certificate.file_key_open')] : [];
  const alone = file.hasChain ? [] : [warning('certificate.file_alone', { file: path })];
  if (!file.fits.key) return [bad('certificate.file_other_key', { file: path })];
  if (!file.fits.name) return [bad('certificate.file_other_name', { file: path, name }), ...alone, ...open];
  if (file.leftOfLife <= 0) return [bad('certificate.file_ended', { until }), ...open];
  if (file.leftOfLife < fileWarnShare) return [warning('certificate.file_ending', { until }), ...alone, ...open];
  return [...alone, ...open, good('certificate.file_good', { until })];
}

/** What browsers make of what is served at the name, whoever ends TLS there. */
function aboutServed({ name, asked }: NameSeen): readonly Check[] {
  const isDoubted = asked.some(({ asked: one }) => one?.is === 'us' && !one.trusted);
  return isDoubted ? [bad('certificate.not_believed', { name })] : [];
}

/** Only who is served well is led further. */
function aboutHsts(hsts: HstsLine | null): readonly Check[] {
  if (hsts === null || hsts.nextSeconds === null || hsts.nextIsListed) return [];
  return [good('certificate.hsts', { stage: hsts.stage + 1, stages: hsts.stages })];
}

type Needs = {
  readonly place: PlaceOfCertificate;
  readonly tls: Pick<Tls, 'list' | 'hsts'> | null;
  readonly clock: Clock;
};

export async function lookAtCertificates({ place, tls, clock }: Needs): Promise<CertificateSeen> {
  const { tlsFiles, domain } = place;
  const now = clock.now();
  const [lines, hsts, file] = await Promise.all([
    tls === null || domain.length === 0 ? null : tls.list(),
    tls === null ? null : tls.hsts(),
    tlsFiles === null ? null : lookAtFiles(tlsFiles, hostIn(place.publicUrl), now),
  ]);
  return { lines, hsts, file, now };
}

export async function lookAtFiles(
  { certFile, keyFile }: NonNullable<Place['tlsFiles']>,
  name: string,
  now: Temporal.Instant,
): Promise<FileSeen> {
  const [certificates, key] = await Promise.all([textOf(certFile), textOf(keyFile)]);
  if (certificates === null || key === null) {
    return { no: 'unreadable', file: certificates === null ? certFile : keyFile };
  }
  const { mode } = await stat(keyFile);
  try {
    const leaf = new X509Certificate(certificates);
    const from = leaf.validFromDate.getTime();
    const until = Temporal.Instant.fromEpochMilliseconds(leaf.validToDate.getTime());
    const life = until.epochMilliseconds - from;
    return {
      until,
      leftOfLife: (until.epochMilliseconds - now.epochMilliseconds) / life,
      fits: { key: leaf.checkPrivateKey(createPrivateKey(key)), name: leaf.checkHost(name) !== undefined },
      hasChain: certificates.split('-----BEGIN CERTIFICATE-----').length > 2 || leaf.checkIssued(leaf),
      isKeyOpen: (mode & 0o007) !== 0,
    };
  } catch {
    return { no: 'no_certificate', file: certFile };
  }
}

async function textOf(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null);
}
