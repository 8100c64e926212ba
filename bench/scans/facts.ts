import type { SiteScanned } from '#tls';
import { groups } from '../../src/tls/scanner/handshake/groups.ts';
import { suites } from '../../src/tls/scanner/handshake/suites.ts';
import type { Facts } from './testssl.ts';

const codes = new Map([...suites.values()].map(({ name, code }) => [name, code.toString(16).padStart(4, '0')]));
const byName = new Map([...groups.values()].map((group) => [group.name, group]));
const versions = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** What our scan says of the things that testssl looks at too, in words of both. */
export function factsOf({ tls, web }: SiteScanned): Facts {
  const chain = tls?.chain;
  const leaf = chain?.certificates[0];
  if (tls === null || chain === undefined || leaf === undefined) return {};
  // testssl 3.0 knows no hybrids, and lists primes elsewhere.
  const curves = [...tls.groups, ...tls.legacyGroups].flatMap((name) => byName.get(name) ?? []);
  const known = curves.filter(({ isPrime, postQuantum }) => !isPrime && !postQuantum);
  return {
    ...Object.fromEntries(versions.map((one) => [one, tls.protocols.includes(one) ? 'offered' : 'not offered'])),
    ...Object.fromEntries(tls.suites.map(({ version, names }) => [`suites of ${version}`, listed(names.map(codeOf))])),
    curves: listed([...new Set(known.map(({ name }) => name.toLowerCase().replace('secp256r1', 'prime256v1')))]),
    key: `${leaf.key.type} ${leaf.key.bits}`,
    signature: /md5|sha\d+/i.exec(leaf.signature.replace('-', ''))?.[0].toLowerCase() ?? '',
    trust: chain.trust === 'trusted' ? 'passed' : 'failed',
    name: chain.matchesName ? 'matches' : 'differs',
    'valid from': leaf.from.slice(0, 16),
    'valid until': leaf.until.slice(0, 16),
    expired: leaf.lifeLeft <= 0 ? 'yes' : 'no',
    served: `${chain.certificates.length}`,
    'HTTP/2': tls.alpn === 'h2' ? 'yes' : 'no',
    stapled: tls.ocspStapled ? 'yes' : 'no',
    HSTS: `${web?.hsts?.seconds ?? 0}`,
  };
}

function codeOf(name: string): string {
  return codes.get(name) ?? name;
}

export function listed(some: readonly string[]): string {
  return some.toSorted().join(' ');
}
