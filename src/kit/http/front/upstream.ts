import { domainToASCII } from 'node:url';

/** Where the requests for a name are passed on to. */
export type Upstream = {
  readonly scheme: 'http' | 'https';
  /** A name, or an address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
};

/** A name of the shop's own server that this house ends TLS for. In lower case and in ASCII. */
export type Front = { readonly name: string; readonly upstream: Upstream };

const frontsMax = 20;
const nameShape = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Reads `shop.example=http://127.0.0.1:8080`, or says in a clause what they must be. */
export function readFronts(texts: readonly string[]): readonly Front[] | { readonly no: string } {
  const fronts = texts.map(readFront).filter((front) => front !== null);
  if (fronts.length < texts.length || texts.length > frontsMax) {
    return { no: `must be name=http://host:port, separated by commas, ${frontsMax} at the most` };
  }
  const names = fronts.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? fronts : { no: `names ${twice} twice` };
}

function readFront(text: string): Front | null {
  const at = text.indexOf('=');
  const name = domainToASCII(text.slice(0, Math.max(at, 0)).trim());
  const url = URL.parse(text.slice(at + 1).trim());
  const scheme = url === null ? null : schemeOf(url);
  if (!nameShape.test(name) || url === null || scheme === null || url.href !== `${url.origin}/`) return null;
  const port = url.port === '' ? portsOf[scheme] : Number(url.port);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return { name, upstream: { scheme, hostname, port, url: `${scheme}://${url.hostname}:${port}` } };
}

const portsOf = { http: 80, https: 443 } as const;

function schemeOf({ protocol }: URL): 'http' | 'https' | null {
  return protocol === 'http:' ? 'http' : protocol === 'https:' ? 'https' : null;
}

/**
 * What is right alone and wrong with the rest of the house, as clauses; empty when all is well.
 * @param house its settings; what could not be read is not there
 */
export function frontFaults(
  house: Doors & {
    readonly fronts?: readonly Front[];
    readonly domain?: readonly string[];
    readonly publicUrl?: string | null;
    readonly tlsCert?: string | null;
    readonly trustedProxies?: readonly string[];
  },
): readonly string[] {
  const { fronts = [], domain = [], trustedProxies = [], tlsCert } = house;
  const hasTls = domain.length > 0 || trustedProxies.length > 0 || typeof tlsCert === 'string';
  const ownNames = new Set([domain[0], URL.parse(house.publicUrl ?? '')?.hostname]);
  return [
    ...(fronts.length === 0 || hasTls ? [] : [needsTls]),
    ...fronts
      .filter(({ name }) => ownNames.has(name))
      .map(({ name }) => `names ${name}, which is the address of this house`),
    ...fronts
      .filter(({ upstream }) => isHere(upstream, house))
      .map(({ name, upstream }) => `passes ${name} on to ${upstream.url}, where this house itself listens`),
  ];
}

const needsTls =
  'needs GLASSPOST_DOMAIN, GLASSPOST_TLS_CERT or GLASSPOST_TRUSTED_PROXIES: somebody has to end TLS for its names';

type Doors = { readonly host?: string; readonly port?: number; readonly plainPort?: number | null };

function isHere({ hostname, port }: Upstream, doors: Doors): boolean {
  const isLoopback = /^(?:127\.[\d.]+|::1|localhost|0\.0\.0\.0|::)$/.test(hostname);
  return [doors.port, doors.plainPort].includes(port) && (isLoopback || hostname === doors.host);
}
