import type { Lookup } from '#kit/egress';
import { dmarcOf, readTags } from '#kit/mail';
import type { Finding } from '../../shapes.ts';
import { finding } from '../finding.ts';
import { look, type Reach } from '../follow.ts';
import { letsIn, readStsPolicy, type StsPolicy } from './mta-sts.ts';
import { findSpf, type SpfSeen } from './spf.ts';

/** The domain in the sender's address of the shop's mails, and the selectors of the keys that sign them. */
export type MailDomain = { readonly domain: string; readonly selectors: readonly string[] };

/** What DNS says about a domain's mails; null stands for a question that nobody answered. */
export type MailSeen = {
  readonly spf: SpfSeen | null;
  readonly keys: readonly { readonly selector: string; readonly texts: readonly string[] | null }[];
  readonly dmarc: readonly string[] | null;
  readonly exchanges: readonly string[] | null;
  readonly sts: readonly string[] | null;
  /** Null when there is none to fetch, it did not come, or it is no policy. */
  readonly stsPolicy: StsPolicy | null;
  readonly reports: readonly string[] | null;
};

const selectorsMax = 10;

export async function seeMail(lookup: Lookup, reach: Reach, { domain, selectors }: MailDomain): Promise<MailSeen> {
  const keysOf = async (selector: string): Promise<MailSeen['keys'][number]> => ({
    selector,
    texts: await lookup.texts(`${selector}._domainkey.${domain}`),
  });
  const [spf, keys, dmarc, exchanges, sts, reports] = await Promise.all([
    findSpf(lookup, domain),
    Promise.all(selectors.slice(0, selectorsMax).map(keysOf)),
    dmarcOf(lookup, domain),
    lookup.exchanges(domain),
    versioned(lookup, `_mta-sts.${domain}`, /^v=STSv1\s*;/),
    versioned(lookup, `_smtp._tls.${domain}`, /^v=TLSRPTv1\s*;/),
  ]);
  const policy = sts !== null && sts.length > 0 ? await fetchPolicy(reach, domain) : null;
  return { spf, keys, dmarc, exchanges, sts, stsPolicy: policy, reports };
}

async function versioned(lookup: Lookup, name: string, version: RegExp): Promise<readonly string[] | null> {
  return (await lookup.texts(name))?.filter((text) => version.test(text)) ?? null;
}

/** Senders follow no redirect and believe only a certificate of its own name (RFC 8461 §3.3). */
async function fetchPolicy(reach: Reach, domain: string): Promise<StsPolicy | null> {
  const answer = await look(reach, `https://mta-sts.${domain}/.well-known/mta-sts.txt`);
  if (answer === null || answer.status !== 200 || !answer.trusted) return null;
  return readStsPolicy(Buffer.from(answer.bytes).toString('utf8'));
}

export function findingsOfMail(seen: MailSeen, domain: string): readonly Finding[] {
  const unanswered: readonly (readonly [string, unknown])[] = [
    ['SPF', seen.spf],
    ['DMARC', seen.dmarc],
    ['MX', seen.exchanges],
    ['MTA-STS', seen.sts],
    ['TLS-RPT', seen.reports],
  ];
  const found = [
    ...unanswered.flatMap(([record, answer]) =>
      answer === null ? [finding('dns.unanswered', 'warning', { record })] : [],
    ),
    ...(seen.spf === null ? [] : findingsOfSpf(seen.spf)),
    ...seen.keys.flatMap(findingsOfKey),
    ...(seen.dmarc === null ? [] : findingsOfDmarc(seen.dmarc)),
    ...findingsOfSts(seen),
    ...findingsOfReports(seen.reports),
  ];
  return found.map(({ code, severity, values }) => finding(code, severity, Object.assign({ domain }, values)));
}

const lookupsAtMost = 10;

function findingsOfSpf({ records, valid, all, lookups }: SpfSeen): readonly Finding[] {
  if (records === 0) return [finding('spf.missing', 'warning')];
  if (records > 1) return [finding('spf.several', 'warning', { count: records })];
  if (!valid) return [finding('spf.invalid', 'warning')];
  return [
    ...(lookups > lookupsAtMost ? [finding('spf.too_many', 'warning', { count: lookups })] : []),
    ...(all === '+' ? [finding('spf.open', 'alarm')] : []),
    ...(all === '?' || all === null ? [finding('spf.neutral', 'warning')] : []),
  ];
}

/** Base64 of a 2,048-bit RSA key has 392 characters, of a 1,024-bit one 216. */
const rsaCharactersMin = 380;

function findingsOfKey({ selector, texts }: MailSeen['keys'][number]): readonly Finding[] {
  if (texts === null) return [finding('dns.unanswered', 'warning', { record: 'DKIM' })];
  const [only] = texts;
  if (only === undefined) return [finding('dkim.missing', 'warning', { selector })];
  const strength = texts.length === 1 ? strengthOf(readTags(only)) : 'none';
  if (strength === 'none') return [finding('dkim.invalid', 'warning', { selector })];
  return strength === 'weak' ? [finding('dkim.weak', 'warning', { selector })] : [];
}

function strengthOf(tags: ReadonlyMap<string, string>): 'none' | 'weak' | 'good' {
  const key = (tags.get('p') ?? '').replaceAll(/\s/g, '');
  if ((tags.get('v') ?? 'DKIM1') !== 'DKIM1' || !/^[\w+/]{40,}={0,2}$/.test(key)) return 'none';
  return (tags.get('k') ?? 'rsa') === 'rsa' && key.length < rsaCharactersMin ? 'weak' : 'good';
}

function findingsOfDmarc(records: readonly string[]): readonly Finding[] {
  const [only] = records;
  if (only === undefined) return [finding('dmarc.missing', 'warning')];
  const tags = readTags(only);
  const policy = tags.get('p')?.toLowerCase() ?? '';
  if (records.length > 1 || !['none', 'quarantine', 'reject'].includes(policy)) {
    return [finding('dmarc.invalid', 'warning')];
  }
  return [
    ...(policy === 'none' ? [finding('dmarc.watching', 'warning')] : []),
    ...(tags.has('rua') ? [] : [finding('dmarc.no_reports', 'note')]),
  ];
}

function findingsOfSts({ sts, stsPolicy, exchanges }: MailSeen): readonly Finding[] {
  if (sts === null) return [];
  const [only] = sts;
  if (only === undefined) return [finding('mta_sts.missing', 'note')];
  const isRight = sts.length === 1 && /;\s*id=[a-z0-9]{1,32}\s*(?:;|$)/i.test(only);
  if (!isRight) return [finding('mta_sts.invalid', 'warning')];
  return stsPolicy === null ? [finding('mta_sts.no_policy', 'warning')] : findingsOfPolicy(stsPolicy, exchanges ?? []);
}

function findingsOfPolicy(policy: StsPolicy, exchanges: readonly string[]): readonly Finding[] {
  const { mode } = policy;
  if (mode === 'none') return [finding('mta_sts.not_enforced', 'note', { mode })];
  const outside = exchanges.find((server) => !letsIn(policy, server));
  if (outside !== undefined) {
    return [finding('mta_sts.mismatch', mode === 'enforce' ? 'alarm' : 'warning', { server: outside, mode })];
  }
  return mode === 'enforce' ? [] : [finding('mta_sts.not_enforced', 'note', { mode })];
}

function findingsOfReports(reports: readonly string[] | null): readonly Finding[] {
  if (reports === null) return [];
  if (reports.length === 0) return [finding('tls_rpt.missing', 'note')];
  const isRight = reports.length === 1 && /;\s*rua=(?:mailto:|https:\/\/)/i.test(reports[0] ?? '');
  return isRight ? [] : [finding('tls_rpt.invalid', 'warning')];
}
