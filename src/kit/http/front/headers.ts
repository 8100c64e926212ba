import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Client } from '../route.ts';
import type { Upstream } from './upstream.ts';

/** Who asks, as we know it. */
export type Asked = {
  readonly client: Client;
  /** Addresses from who asked to who is connected; what lies before is somebody's claim. At least one. */
  readonly hops: readonly string[];
};

type Headers = Record<string, string | string[]>;

/** About one connection and not about the message (RFC 9110 §7.6.1), with what was said to proxies. */
const ofConnection = new Set(
  'connection proxy-connection keep-alive te trailer transfer-encoding upgrade proxy-authorization proxy-authenticate'
    .concat(' proxy-authentication-info http2-settings')
    .split(' '),
);
/** What somebody may name in `Connection` without having it taken away: it says where a message goes and ends. */
const ofMessage = new Set(['host', 'content-length']);
/** What servers believe about who asks for what, whoever wrote it; `Proxy` becomes HTTP_PROXY of a CGI program. */
const claims =
  /^(?:x-forwarded.*|forwarded|forwarded-for|x-real-ip|(?:x-)?client-ip|x-cluster-client-ip|true-client-ip|(?:cf-connecting|fastly-client)-ip|front-end-https|x-original-(?:url|host)|x-rewrite-url|proxy)$/;
const pseudonym = 'glasspost';

/**
 * What the shop's server is told: all that the client said about the message, and about the client only what we know.
 * `X-Forwarded-For` and `Forwarded` (RFC 7239) begin with the first address that is no claim.
 */
export function requestHeaders(given: IncomingHttpHeaders, { client, hops }: Asked, upgrade: boolean): Headers {
  const headers = endToEnd(given, (name) => claims.test(name.replaceAll('_', '-')) || name === 'expect');
  const { scheme, host } = client;
  const port = /:(\d+)$/.exec(host)?.[1] ?? (scheme === 'https' ? '443' : '80');
  const forwarded = hops.map((hop) => `for=${isIPv6(hop) ? `"[${hop}]"` : hop};host="${host}";proto=${scheme}`);
  return {
    ...headers,
    host,
    ...(given['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    ...(upgrade ? { connection: 'Upgrade', upgrade: 'websocket' } : {}),
    'x-forwarded-for': hops.join(', '),
    'x-forwarded-proto': scheme,
    'x-forwarded-host': host,
    'x-forwarded-port': port,
    'x-real-ip': hops[0] ?? '',
    forwarded: forwarded.join(', '),
    via: viaOf(given.via),
  };
}

/** Whether a request has been here before. */
export function isLoop({ via }: IncomingHttpHeaders): boolean {
  return (via ?? '').split(',').some((hop) => hop.trim().split(/\s+/)[1] === pseudonym);
}

/**
 * What the client is told: what the shop's server said, with HSTS at our stage, one more policy that lifts old `http:`
 * addresses within a page, and redirects to a name of ours over https at once.
 * @param hsts null where TLS is not ended here: then the server's own word stands
 */
export function responseHeaders(
  given: IncomingHttpHeaders,
  to: {
    readonly client: Client;
    readonly upstream: Upstream;
    readonly isFront: (name: string) => boolean;
    readonly hsts: string | null;
    readonly close: boolean;
  },
): Headers {
  const { client, hsts } = to;
  const headers = endToEnd(given, () => false);
  const location = given.location === undefined ? {} : { location: securedLocation(given.location, to) };
  return {
    ...headers,
    ...(client.scheme === 'https' ? { ...location, 'content-security-policy': policiesOf(headers) } : {}),
    ...(hsts === null ? {} : { 'strict-transport-security': hsts }),
    via: viaOf(given.via),
    connection: to.close ? 'close' : 'keep-alive',
  };
}

function policiesOf({ 'content-security-policy': own = [] }: Headers): string[] {
  return [...(typeof own === 'string' ? [own] : own), 'upgrade-insecure-requests'];
}

/** `http:` at a fronted name becomes `https:`, also with the port that the server listens on itself and believes in. */
function securedLocation(
  location: string,
  { client, upstream, isFront }: { client: Client; upstream: Upstream; isFront: (name: string) => boolean },
): string {
  const url = /^http:\/\//i.test(location) ? URL.parse(location) : null;
  const port = /:(\d+)$/.exec(client.host)?.[1] ?? '';
  if (url === null || !isFront(url.hostname) || !['', '80', String(upstream.port), port].includes(url.port)) {
    return location;
  }
  url.protocol = 'https:';
  url.port = port;
  return url.href;
}

function viaOf(before: string | undefined): string {
  return before === undefined ? `1.1 ${pseudonym}` : `${before}, 1.1 ${pseudonym}`;
}

function endToEnd(given: IncomingHttpHeaders, isDropped: (name: string) => boolean): Headers {
  const named = new Set((given.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const headers: Headers = {};
  for (const [name, value] of Object.entries(given)) {
    const isOfConnection = ofConnection.has(name) || (named.has(name) && !ofMessage.has(name));
    if (value !== undefined && !isOfConnection && !isDropped(name)) headers[name] = value;
  }
  return headers;
}
