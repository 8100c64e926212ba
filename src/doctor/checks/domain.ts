import { isIP, isIPv4, isIPv6 } from 'node:net';
import { hostIn, isTrial, type AskedAddress, type NameSeen } from '../names.ts';
import type { Check, Place } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, warning, bad, unknown } = checksOf('domain');

type PlaceOfNames = Pick<Place, 'publicUrl' | 'domain' | 'isServing' | 'host' | 'tlsFiles'>;

/** Whether customers find this house by its names. */
export function domainChecks(place: PlaceOfNames, names: readonly NameSeen[]): readonly Check[] {
  if (isTrial(place)) return [unknown('domain.trial', { url: place.publicUrl })];
  return [...aboutUrl(place), ...names.flatMap((seen) => aboutName(seen, place))];
}

function aboutUrl({ publicUrl, domain }: PlaceOfNames): readonly Check[] {
  const host = hostIn(publicUrl);
  const isPlain = publicUrl.startsWith('http:');
  const isForeign = domain.length > 0 && !domain.some((name) => covers(name, host));
  return [
    ...(isPlain ? [bad('domain.plain', { url: publicUrl })] : []),
    ...(isIP(host) === 0 ? [] : [warning('domain.address', { url: publicUrl })]),
    ...(isForeign ? [warning('domain.foreign', { name: host })] : []),
  ];
}

/** A wildcard stands for one label (RFC 6125 §6.4.3). */
function covers(certified: string, host: string): boolean {
  if (!certified.startsWith('*.')) return certified === host;
  return host.indexOf('.') > 0 && host.slice(host.indexOf('.') + 1) === certified.slice(2);
}

function aboutName({ name, isAnswered, isOnlyHere, asked }: NameSeen, place: PlaceOfNames): readonly Check[] {
  if (asked.length === 0) return [isAnswered ? bad('domain.no_address', { name }) : unknown('domain.no_dns', { name })];
  const only = isOnlyHere ? [warning('domain.only_here', { name })] : [];
  if (!place.isServing) {
    return [...only, unknown('domain.not_asked', { name, addresses: asked.map(({ address }) => address).join(', ') })];
  }
  const wrong = asked.flatMap((one) => aboutAddress(name, one, isIpv4Only(place)));
  if (wrong.length > 0) return [...only, ...wrong];
  return [...only, good('domain.good', { name, addresses: asked.map(({ address }) => address).join(', ') })];
}

const noWay: ReadonlySet<string | null> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTUNREACH', 'EAFNOSUPPORT']);

/** The doors that customers come by are this program's own, and closed to IPv6. */
function isIpv4Only({ host, domain, tlsFiles }: PlaceOfNames): boolean {
  return isIPv4(host) && (domain.length > 0 || tlsFiles !== null);
}

function aboutAddress(name: string, { address, asked }: AskedAddress, ipv4Only: boolean): readonly Check[] {
  if (asked === null || asked.is === 'us') return [];
  if (asked.is === 'other') return [bad('domain.elsewhere', { name, address })];
  // It answers, and has nothing yet to answer with: that is about the certificate.
  if (asked.reason === 'tls') return [];
  const values = { name, address };
  if (isIPv6(address) && ipv4Only) return [warning('domain.ipv4_only', values)];
  if (isIPv6(address) && noWay.has(asked.systemCode)) return [unknown('domain.no_ipv6', values)];
  return [warning('domain.no_answer', values)];
}
