import type { Caa, Lookup } from '#kit/egress';
import type { MailRoom } from '#mail';
import type { Shop } from '#orders';
import type { Queries } from '#kit/database';
import type { AuthoritySeen } from '../authorities.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('dns');

/** The CAA records that count for a name, and where they stand; null when DNS did not answer. */
export type CaaSeen = { readonly name: string; readonly at: string; readonly records: readonly Caa[] | null };

/** The records of a shop's mails. */
export type MailRecordsSeen = {
  readonly shop: string;
  readonly domain: string | null;
  readonly unsigned: Awaited<ReturnType<MailRoom['state']>>['unsigned'];
  readonly records: readonly { readonly key: string; readonly name: string; readonly state: string }[];
};

export type DnsSeen = { readonly caa: readonly CaaSeen[]; readonly mail: readonly MailRecordsSeen[] };

const namesMax = 20;
const shopsMax = 20;
const labelsMax = 10;

export function dnsChecks({ caa, mail }: DnsSeen, authorities: readonly AuthoritySeen[]): readonly Check[] {
  if (caa.length === 0 && mail.length === 0) return [unknown('dns.nothing')];
  const checks = [...caa.flatMap((one) => aboutCaa(one, authorities)), ...mail.flatMap(aboutMail)];
  return checks.length > 0 ? checks : [good('dns.good')];
}

function aboutCaa({ name, at, records }: CaaSeen, authorities: readonly AuthoritySeen[]): readonly Check[] {
  if (records === null) return [unknown('dns.caa_unanswered', { name })];
  const allowed = allowedBy(records, name.startsWith('*.'));
  if (allowed === null) return [];
  const known = authorities.filter(({ identities }) => identities !== null);
  if (known.length === 0) return [unknown('dns.caa_unknown', { at, allowed: allowed.join(', ') || '-' })];
  const may = known.filter(({ identities }) => identities?.some((one) => allowed.includes(one.toLowerCase())));
  if (may.length === known.length) return [];
  const others = known.filter((one) => !may.includes(one));
  const values = { at, name, authority: others.map(({ host }) => host).join(', ') };
  return [
    may.length > 0
      ? warning('dns.caa_some', values)
      : bad('dns.caa', { ...values, identity: others[0]?.identities?.[0] ?? '' }),
  ];
}

/** Who may issue, in lower case; null: everybody (RFC 8659 §4.2, §4.3). */
function allowedBy(records: readonly Caa[], isWildcard: boolean): readonly string[] | null {
  const wild = isWildcard ? records.filter(({ tag }) => tag === 'issuewild') : [];
  const counting = wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue');
  if (counting.length === 0) return null;
  return counting
    .map(({ value }) => (value.split(';')[0] ?? '').trim().toLowerCase())
    .filter((identity) => identity !== '');
}

const heavy: ReadonlySet<string> = new Set(['other_domain', 'unreadable']);

function aboutMail({ shop, domain, unsigned, records }: MailRecordsSeen): readonly Check[] {
  if (domain === null) return [warning('dns.no_sender', { shop })];
  if (unsigned === 'no_keys') return [warning('dns.no_keys', { shop, domain })];
  const held = unsigned !== null && heavy.has(unsigned) ? [bad('dns.not_sent', { shop, domain })] : [];
  const wrong = records.filter(({ state }) => state === 'missing' || state === 'wrong');
  const silent = records.some(({ state }) => state === 'unanswered')
    ? [unknown('dns.mail_unanswered', { domain })]
    : [];
  const list = wrong.map(({ key }) => labels[key] ?? key).join(', ');
  return [...held, ...(wrong.length === 0 ? [] : [warning('dns.records', { domain, list })]), ...silent];
}

const labels: Readonly<Record<string, string>> = {
  spf: 'SPF',
  dkim_rsa: 'DKIM (RSA)',
  dkim_ed25519: 'DKIM (Ed25519)',
  dmarc: 'DMARC',
  mx: 'MX',
};

type Needs = {
  readonly lookup: Pick<Lookup, 'authorities'>;
  readonly place: Pick<Place, 'domain' | 'smtpUrl'>;
  /** Null where the data is not open. */
  readonly shops: {
    readonly list: readonly Shop[];
    readonly mail: Pick<MailRoom, 'state' | 'look'>;
    readonly database: Queries;
  } | null;
};

export async function lookAtDns({ lookup, place, shops }: Needs): Promise<DnsSeen> {
  const real = (shops?.list ?? []).filter(({ sample }) => !sample).slice(0, shopsMax);
  const leaves = place.smtpUrl !== null && shops !== null;
  const [caa, mail] = await Promise.all([
    Promise.all(place.domain.slice(0, namesMax).map((name) => caaOf(lookup, name))),
    leaves ? Promise.all(real.map((shop) => recordsOf(shops.mail, shops.database, shop))) : [],
  ]);
  return { caa, mail };
}

/** The nearest name upwards that has any counts (RFC 8659 §3). */
async function caaOf(lookup: Needs['lookup'], name: string): Promise<CaaSeen> {
  const labelsOf = name.replace(/^\*\./, '').split('.');
  for (let from = 0; from < Math.min(labelsOf.length, labelsMax); from += 1) {
    const at = labelsOf.slice(from).join('.');
    const records = await lookup.authorities(at);
    if (records === null || records.length > 0) return { name, at, records };
  }
  return { name, at: name, records: [] };
}

async function recordsOf(
  mail: Pick<MailRoom, 'state' | 'look'>,
  database: Queries,
  shop: Shop,
): Promise<MailRecordsSeen> {
  const { domain, unsigned } = await mail.state(database, shop);
  const report = await mail.look(shop);
  return { shop: shop.name, domain, unsigned, records: report?.records ?? [] };
}
