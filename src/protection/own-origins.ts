import type { Site } from './shapes.ts';

/**
 * Where a shop's cards may be shown: at this house, at the address that the shop named as its own, and at its hosts that
 * were proven to be. A page that copies a card elsewhere gets an empty place. While the house itself is only reached from
 * this machine, pages on this machine may show them too, for whoever tries it out.
 */
export function ownOrigins(
  publicUrl: string,
  shopUrl: string | null,
  sites: readonly Pick<Site, 'host' | 'port' | 'proven' | 'kind'>[],
): readonly string[] {
  const house = new URL(publicUrl);
  const proven = sites.filter(({ kind, proven: proof }) => kind !== 'mail' && proof !== null);
  return [
    ...new Set([
      house.origin,
      ...(shopUrl === null ? [] : httpsOrigin(shopUrl)),
      ...proven.flatMap(({ host, port }) => httpsOrigin(`https://${host}:${port}`)),
    ]),
  ];
}

/** Whether a request's `Origin` (RFC 6454) is one of them. */
export function isOwn(origin: string, own: readonly string[], publicUrl: string): boolean {
  return own.includes(origin) || (isHere(publicUrl) && isHere(origin));
}

/** Sources for `frame-ancestors` (CSP Level 3). */
export function framers(own: readonly string[], publicUrl: string): string {
  return ["'self'", ...own, ...(isHere(publicUrl) ? ['http://localhost:*', 'http://127.0.0.1:*'] : [])].join(' ');
}

function httpsOrigin(text: string): readonly string[] {
  const url = URL.parse(text);
  return url?.protocol === 'https:' ? [url.origin] : [];
}

function isHere(url: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(url)?.hostname ?? '');
}
