import type { Caa, Lookup } from '#kit/egress';
import type { Finding } from '../../shapes.ts';
import { finding } from '../finding.ts';

/** The authority that issues for the shop. */
export type Issuer = {
  /** The names that it looks for in CAA. */
  readonly caaNames: readonly string[];
  /** The shop's account there; null when it is not known. */
  readonly accountUri: string | null;
  /** How the shop proves its names: `http-01`, `tls-alpn-01`, `dns-01`; null when it is not known. */
  readonly method: string | null;
};

/** The records that count for a name: its own, else of the closest name above that has some (RFC 8659 §3). */
export type CaaSeen = { readonly at: string | null; readonly records: readonly Caa[] };

const labelsMax = 20;
const knownTags = new Set(['issue', 'issuewild', 'issuemail', 'issuevmc', 'iodef', 'contactemail', 'contactphone']);

/** Null when a name on the way up got no answer: an authority refuses then, and we know nothing. */
export async function findCaa(lookup: Lookup, host: string): Promise<CaaSeen | null> {
  const labels = host.split('.').slice(-labelsMax);
  for (const at of labels.keys()) {
    const name = labels.slice(at).join('.');
    const records = await lookup.authorities(name);
    if (records === null) return null;
    if (records.length > 0) return { at: name, records };
  }
  return { at: null, records: [] };
}

/** `ca.example; accounturi=…`; the name is empty for `;`, which lets nobody issue. */
type Issue = { readonly name: string; readonly parameters: ReadonlyMap<string, string> };

/** Null for what is not of the shape of RFC 8659 §4.2; it then names nobody. */
export function readIssue(value: string): Issue | null {
  const [name = '', ...rest] = value.slice(0, 2_048).split(';', 20);
  const parts = rest.map((part) => part.trim()).filter((part) => part !== '');
  const pairs = parts.map((part) => /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\s*=\s*([!-:<-~]*)$/i.exec(part));
  const domain = name.trim().toLowerCase();
  if (pairs.includes(null) || (domain !== '' && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(domain))) return null;
  return { name: domain, parameters: new Map(pairs.map((pair) => [pair?.[1]?.toLowerCase() ?? '', pair?.[2] ?? ''])) };
}

export function findingsOfCaa(seen: CaaSeen | null, issuer: Issuer | null): readonly Finding[] {
  if (seen === null) return [finding('dns.unanswered', 'warning', { record: 'CAA' })];
  const { at, records } = seen;
  if (at === null) return [finding('caa.missing', 'note')];
  const issues = records.filter(({ tag }) => tag.toLowerCase() === 'issue');
  const unknown = records.find(({ critical, tag }) => critical && !knownTags.has(tag.toLowerCase()));
  const broken = issues.some(({ value }) => readIssue(value) === null);
  const hasIodef = records.some(({ tag }) => tag.toLowerCase() === 'iodef');
  return [
    ...(unknown === undefined ? [] : [finding('caa.critical', 'alarm', { at, tag: unknown.tag.slice(0, 40) })]),
    ...(broken ? [finding('caa.invalid', 'warning', { at })] : []),
    ...(issuer === null || issues.length === 0 ? [] : findingsOfIssuer(issues, issuer, at)),
    ...(hasIodef ? [] : [finding('caa.no_iodef', 'note', { at })]),
  ];
}

function findingsOfIssuer(issues: readonly Caa[], issuer: Issuer, at: string): readonly Finding[] {
  const named = issues.map(({ value }) => readIssue(value)).filter((issue) => issue !== null);
  const ours = named.filter(({ name }) => issuer.caaNames.includes(name));
  if (ours.length === 0) return [finding('caa.forbids', 'alarm', { at, issuer: issuer.caaNames[0] ?? '' })];
  const ofAccount = ours.filter((issue) => binds(issue, 'accounturi', issuer.accountUri));
  if (ofAccount.length === 0) return [finding('caa.other_account', 'alarm', { at })];
  const { method } = issuer;
  if (ofAccount.some((issue) => binds(issue, 'validationmethods', method))) return [];
  return [finding('caa.other_method', 'alarm', { at, method: method ?? '' })];
}

/** Whether a parameter of RFC 8657 is away, names ours among others, or ours is not known. */
function binds({ parameters }: Issue, parameter: string, ours: string | null): boolean {
  return ours === null || (parameters.get(parameter)?.split(',').includes(ours) ?? true);
}
