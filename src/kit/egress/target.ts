import { isIP } from 'node:net';
import type { EgressReason, EgressRoute } from './shapes.ts';

/** Where a request may go: to a host by its public addresses, or to the loopback port that stands in for it. */
export type Target =
  | { readonly host: string; readonly path: string; readonly loopbackPort: number | null }
  | { readonly no: EgressReason; readonly host: string };

/**
 * Decides from the url alone, before any name is looked up. A literal address never passes, whatever its spelling: the
 * url parser has already turned hexadecimal, octal, short and full-width forms into dotted ones.
 */
export function targetOf(url: string, hosts: readonly string[], route: EgressRoute | null): Target {
  const parsed = URL.parse(url);
  if (parsed === null) return { no: 'refused_url', host: '' };
  const host = parsed.hostname;
  if (!isPlainHttps(parsed)) return { no: 'refused_url', host };
  if (!hosts.includes(host)) return { no: 'refused_host', host };
  if (isIP(host) !== 0 || host.startsWith('[')) return { no: 'refused_address', host };
  const path = parsed.pathname + parsed.search;
  if (route === null) return { host, path, loopbackPort: null };
  const loopbackPort = portInRoute(route, host);
  return loopbackPort === null ? { no: 'refused_host', host } : { host, path, loopbackPort };
}

function isPlainHttps(url: URL): boolean {
  return url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
}

function portInRoute(route: EgressRoute, host: string): number | null {
  const stand = Object.hasOwn(route.hosts, host) ? route.hosts[host] : undefined;
  return stand?.address === '127.0.0.1' ? stand.port : null;
}
