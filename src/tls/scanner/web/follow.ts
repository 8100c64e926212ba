import { EgressFault, type Visit, type Visited, type Visitor } from '#kit/egress';
import type { Answer, Hop, SetCookie, Way, WayEnd } from './seen.ts';

/** How a scan reaches hosts: the ports that stand for 80 and 443, and who is believed. */
export type Reach = {
  readonly visitor: Visitor;
  /** Null: nobody knows where plain http would answer, and nobody asks. */
  readonly ports: { readonly http: number | null; readonly https: number };
  readonly caPem: string | null;
  readonly allowPrivate: boolean;
  readonly allowPublic: boolean;
  /** When the scan gives up, by `performance.now()`; what was not reached by then counts as unreachable. */
  readonly until: number;
};

export type Look = {
  readonly method?: 'GET' | 'OPTIONS';
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const hopsMax = 10;
const requestMsMax = 10_000;
const answerBytesMax = 2 * 1024 * 1024;
const accept = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const redirects = new Set([301, 302, 303, 307, 308]);

/** One answer; null when nothing came back, for whatever reason. */
export async function look(reach: Reach, url: string, more: Look = {}): Promise<Visited | null> {
  const { visitor, caPem, allowPrivate, allowPublic } = reach;
  const { method = 'GET', address = null, headers = accept } = more;
  const timeoutMs = Math.min(requestMsMax, Math.floor(reach.until - performance.now()));
  const ports = portsFor(reach, url);
  if (timeoutMs <= 0 || ports === null) return null;
  const may = { caPem, allowPrivate, allowPublic, timeoutMs, answerBytesMax };
  try {
    return await visitor.visit({ method, url, headers, ports, address, ...may });
  } catch (error) {
    if (error instanceof EgressFault) return null;
    throw error;
  }
}

function portsFor({ ports: { http, https } }: Reach, url: string): Visit['ports'] | null {
  if (http === null) return isPlain(url) ? null : { http: 0, https };
  return { http, https };
}

export function isPlain(url: string): boolean {
  return url.startsWith('http:');
}

/** From an address to where a browser would end, each redirect noted; at most 10 of them. */
export async function follow(reach: Reach, from: string): Promise<Way> {
  const hops: Hop[] = [];
  const cookies: SetCookie[] = [];
  let answer: Answer | null = null;
  let url: string | null = from;
  let end: WayEnd = 'page';
  while (url !== null) {
    const visited: Visited | null = await look(reach, url);
    if (visited === null) {
      end = 'unreachable';
      break;
    }
    const hop: Hop = hopOf(url, visited, reach);
    hops.push(hop);
    for (const text of visited.cookies) cookies.push({ url, text });
    answer = answerOf(url, visited);
    end = endAfter(hops, hop);
    url = end === 'page' && hop.to !== null ? hop.to : null;
  }
  return { hops, end, answer, cookies };
}

function hopOf(url: string, { status, headers, trusted }: Visited, { ports }: Reach): Hop {
  const location = redirects.has(status) ? headers['location'] : undefined;
  const target = location === undefined ? null : URL.parse(location, url);
  // The port that stands for the usual one is as good as none.
  if (target?.port === `${target?.protocol === 'http:' ? ports.http : ports.https}`) target.port = '';
  const to = target?.href.split('#')[0] ?? null;
  return { url, status, to, trusted, hsts: headers['strict-transport-security'] ?? null };
}

/** `page` while there is nothing against going on. */
function endAfter(hops: readonly Hop[], { status, to }: Hop): WayEnd {
  if (to === null) return redirects.has(status) ? 'not_followed' : 'page';
  if (hops.some(({ url }) => url === to)) return 'loop';
  if (hops.length > hopsMax) return 'too_many';
  const target = URL.parse(to);
  const usual = target !== null && /^https?:$/.test(target.protocol) && target.port === '';
  return usual ? 'page' : 'not_followed';
}

const shownAsPage = new Set(['text/html', 'application/xhtml+xml']);

function answerOf(url: string, { status, headers, bytes }: Visited): Answer {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const html = shownAsPage.has(type) ? Buffer.from(bytes).toString('utf8') : '';
  return { url, status, headers, html };
}
