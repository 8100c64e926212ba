import type { SiteScanned, TlsSeen } from '#tls';
import { groups } from '../../src/tls/scanner/handshake/groups.ts';
import { suites } from '../../src/tls/scanner/handshake/suites.ts';

/** Facts about a server by their names; what was not looked at is not there. */
export type Facts = Readonly<Record<string, string>>;

const codes = new Map([...suites.values()].map(({ name, code }) => [name, code.toString(16).padStart(4, '0')]));
const byName = new Map([...groups.values()].map((group) => [group.name, group]));
const versions = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** What our scan says of the things that testssl looks at too, in words of both. */
export function factsOf({ tls, web }: SiteScanned): Facts {
  if (tls === null) return {};
  const { protocols, suites: spoken, alpn, ocspStapled } = tls;
  return {
    ...Object.fromEntries(versions.map((one) => [one, protocols.includes(one) ? 'offered' : 'not offered'])),
    ...Object.fromEntries(spoken.map(({ version, names }) => [`suites of ${version}`, listed(names.map(codeOf))])),
    ...certificateFacts(tls.chain),
    curves: curvesOf(tls),
    'HTTP/2': alpn === 'h2' ? 'yes' : 'no',
    stapled: ocspStapled ? 'yes' : 'no',
    HSTS: `${web?.hsts?.seconds ?? 0}`,
  };
}

function certificateFacts({ certificates, trust, matchesName }: TlsSeen['chain']): Facts {
  const [leaf] = certificates;
  if (leaf === undefined) return {};
  const isOver = leaf.lifeLeft <= 0;
  return {
    key: `${leaf.key.type} ${leaf.key.bits}`,
    signature: /md5|sha\d+/i.exec(leaf.signature.replace('-', ''))?.[0].toLowerCase() ?? '',
    // testssl counts what has run out as not trusted; here it is a finding of its own.
    trust: trust === 'trusted' && !isOver ? 'passed' : 'failed',
    name: matchesName ? 'matches' : 'differs',
    'valid from': leaf.from.slice(0, 16),
    'valid until': leaf.until.slice(0, 16),
    expired: isOver ? 'yes' : 'no',
    served: `${certificates.length}`,
  };
}

/** testssl 3.0 knows no hybrids, and lists primes elsewhere. */
function curvesOf({ groups: modern, legacyGroups }: TlsSeen): string {
  const known = [...modern, ...legacyGroups].flatMap((name) => byName.get(name) ?? []);
  const curves = known.filter(({ isPrime, postQuantum }) => !isPrime && !postQuantum);
  return listed([...new Set(curves.map(({ name }) => name.toLowerCase().replace('secp256r1', 'prime256v1')))]);
}

function codeOf(name: string): string {
  return codes.get(name) ?? name;
}

export function listed(some: readonly string[]): string {
  return some.toSorted().join(' ');
}
