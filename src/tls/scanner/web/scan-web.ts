import { isIP } from 'node:net';
import type { Clock } from '#kit/clock';
import { createVisitor, type Lookup } from '#kit/egress';
import type { Finding } from '../shapes.ts';
import { findingsOfCookies, keepsPrefix, readCookie, type Cookie } from './cookies.ts';
import { findingsOfAddresses, seeAddresses, type AddressesSeen } from './dns/addresses.ts';
import { findCaa, findingsOfCaa, type CaaSeen, type Issuer } from './dns/caa.ts';
import { findingsOfMail, seeMail, type MailDomain, type MailSeen } from './dns/mail-records.ts';
import { finding } from './finding.ts';
import { follow, look, type Reach } from './follow.ts';
import { findingsOfHeaders, letsStrangersRead } from './headers.ts';
import { seeHsts, type HstsSeen } from './observatory/hsts.ts';
import { observe, type Observatory, type Observed } from './observatory/observe.ts';
import { findingsOfPage, thirdPartiesOf, type SeenPage } from './page/page-findings.ts';
import { seePage } from './page/see-page.ts';
import { shownUrl } from './page/site.ts';
import { readTags } from './page/tokens.ts';
import { isInDns, resolverBy } from './names.ts';
import { findingsOfWays } from './redirects.ts';
import type { Hop, SetCookie, Way } from './seen.ts';

export type WebScan = {
  readonly host: string;
  /**
   * What stands for 80 and 443, on every host that is reached. Without a port for http nothing is said of it, and the
   * Observatory's test of redirects counts as where nobody answers at 80: it takes nothing and gives nothing.
   */
  readonly ports?: { readonly http: number | null; readonly https: number };
  /** The page that is judged; `/` unless given, for hosts that have nothing there. */
  readonly start?: string;
  /** Pages besides: checkout, a tracking page; at most 10. They are written down: none that is a customer's secret. */
  readonly paths: readonly string[];
  /** The only authority that is believed; the usual ones when it is left out. */
  readonly caPem?: string;
  /** Lets names lead to loopback and private networks. */
  readonly allowPrivate: boolean;
  /** False for hosts that nobody proved to own: nothing on the internet is reached then. */
  readonly allowPublic?: boolean;
  readonly resolve: Lookup;
  readonly clock: Clock;
  /** Judges CAA by who issues for this shop; without it CAA is only read. */
  readonly issuer?: Issuer;
  /** Where the shop's mails come from; looked at with the host that is named for it. */
  readonly mail?: MailDomain;
};

/** Everything that the findings were drawn from; can be written as JSON. */
export type WebSeen = {
  readonly at: string;
  readonly host: string;
  /** Both ways in, without the queries of addresses. */
  readonly http: Pick<Way, 'hops' | 'end'>;
  readonly https: Pick<Way, 'hops' | 'end'>;
  /** Of the host's own first answer over https; its seconds are what the grade of TLS asks for. */
  readonly hsts: HstsSeen | null;
  readonly cookies: readonly Cookie[];
  readonly pages: readonly {
    readonly path: string;
    readonly status: number | null;
    readonly thirdParties: readonly string[];
  }[];
  /** Null, as what follows, where DNS was not asked: for an address, and for a name that is not of the internet. */
  readonly addresses: AddressesSeen | null;
  readonly caa: CaaSeen | null;
  readonly mail: MailSeen | null;
};

export type WebScanned = {
  readonly seen: WebSeen;
  readonly findings: readonly Finding[];
  /** Null when the host does not answer, or with an error. */
  readonly observatory: Observatory | null;
};

const pathsMax = 10;
const strangersOrigin = 'https://stranger.example';

/** What was fetched, before anything is said about it. */
type Looked = {
  readonly http: Way;
  readonly https: Way;
  /** Of the way that a browser would settle on: https wherever it answers. */
  readonly settled: Way;
  readonly cors: Observed['cors'];
  /** Any other site may read what the host shows to a customer who is logged in. */
  readonly reflects: boolean;
  readonly cookies: readonly Cookie[];
  readonly pages: readonly SeenPage[];
  readonly addresses: AddressesSeen | null;
  readonly caa: CaaSeen | null;
  readonly mail: MailSeen | null;
};

/**
 * Looks at a host as the browsers of customers do: both ways in, headers, cookies, pages, and what DNS says about it. It
 * reads what everybody may read, sends no credential and changes nothing. It never throws for what a host does.
 */
export async function scanWeb(scan: WebScan): Promise<WebScanned> {
  const looked = await lookAt(scan, reachOf(scan));
  const { http, https, cors, settled } = looked;
  const tags = readTags(settled.answer?.html ?? '');
  const cookies = looked.cookies.filter(keepsPrefix);
  const observatory = observe({ host: scan.host, http, https, cors, cookies, tags });
  return { seen: seenOf(scan, looked), findings: findingsOf(scan, looked, observatory), observatory };
}

async function lookAt(scan: WebScan, reach: Reach): Promise<Looked> {
  const [ways, names] = await Promise.all([lookAtWays(scan, reach), askNames(scan, reach)]);
  return { ...ways, ...names };
}

async function lookAtWays(scan: WebScan, reach: Reach): Promise<Omit<Looked, keyof Names>> {
  const { start = '/', paths } = scan;
  const at = isIP(scan.host) === 6 ? `[${scan.host}]` : scan.host;
  const [http, https] = await Promise.all([
    follow(reach, `http://${at}${start}`),
    follow(reach, `https://${at}${start}`),
  ]);
  const settled = https.end === 'unreachable' ? http : https;
  const [more, pages] = await Promise.all([
    lookFurther(reach, settled),
    // Where nobody answers no page is asked for.
    https.answer === null ? [] : seePages(reach, at, [start, ...paths], https),
  ]);
  return { http, https, settled, pages, ...more };
}

/** What the Observatory asks for beside the page. */
async function lookFurther(
  reach: Reach,
  { answer, cookies }: Way,
): Promise<Pick<Looked, 'cors' | 'reflects' | 'cookies'>> {
  if (answer === null) return { cors: null, reflects: false, cookies: cookiesOf(cookies) };
  const { url } = answer;
  const [across, robots] = await Promise.all([askAcross(reach, url), look(reach, new URL('/robots.txt', url).href)]);
  const more = robots?.cookies.map((text): SetCookie => ({ url, text })) ?? [];
  return { ...across, cookies: cookiesOf([...cookies, ...more]) };
}

type Names = Pick<Looked, 'addresses' | 'caa' | 'mail'>;

async function askNames({ host, resolve, mail }: WebScan, reach: Reach): Promise<Names> {
  const hasRecords = isInDns(host);
  const [addresses, caa, seenMail] = await Promise.all([
    hasRecords ? seeAddresses(resolve, reach, host) : null,
    hasRecords ? findCaa(resolve, host) : null,
    mail !== undefined && isInDns(mail.domain) ? seeMail(resolve, reach, mail) : null,
  ]);
  return { addresses, caa, mail: seenMail };
}

function seenOf({ host, clock }: WebScan, looked: Looked): WebSeen {
  const { http, https, cookies, pages, addresses, caa, mail } = looked;
  return {
    at: clock.now().toString(),
    host,
    http: shownWay(http),
    https: shownWay(https),
    hsts: seeHsts(https.hops[0]?.hsts ?? null),
    cookies,
    pages: pages.map((page) => ({ path: page.path, status: page.status, thirdParties: thirdPartiesOf(page) })),
    addresses,
    caa,
    mail,
  };
}

function shownWay({ hops, end }: Way): WebSeen['http'] {
  const shown = hops.map(({ url, status, to, trusted, hsts }): Hop => {
    return { url: shownUrl(url), status, to: to === null ? null : shownUrl(to), trusted, hsts };
  });
  return { hops: shown, end };
}

function findingsOf(scan: WebScan, looked: Looked, observatory: Observatory | null): readonly Finding[] {
  const { http, https, settled, cookies, pages } = looked;
  const results = observatory?.tests.map(({ result }) => result) ?? [];
  return [
    ...findingsOfNames(scan, looked),
    ...findingsOfWays(http, https),
    // What leads on or in circles has no page whose headers would matter.
    ...(settled.end === 'page' && settled.answer !== null ? findingsOfHeaders(results, settled.answer) : []),
    ...(looked.reflects ? [finding('cors.reflected', 'alarm')] : []),
    ...findingsOfCookies(cookies),
    // Without https one finding says so, and the pages need not say it again.
    ...(https.hops.length === 0 ? [] : pages.flatMap(findingsOfPage)),
  ];
}

function findingsOfNames({ issuer, mail: asked }: WebScan, { addresses, caa, mail }: Names): readonly Finding[] {
  return [
    ...(addresses === null ? [] : [...findingsOfAddresses(addresses), ...findingsOfCaa(caa, issuer ?? null)]),
    ...(mail === null || asked === undefined ? [] : findingsOfMail(mail, asked.domain)),
  ];
}

/** One after the other, and the first as it came already: a scan is no load. */
async function seePages(reach: Reach, at: string, paths: readonly string[], first: Way): Promise<readonly SeenPage[]> {
  const pages: SeenPage[] = [];
  for (const path of pathsOf(paths)) {
    const url = `https://${at}${path}`;
    pages.push(await seePage(reach, path, pages.length === 0 ? first : await follow(reach, url)));
  }
  return pages;
}

const scanMsMax = 120_000;
const usualPorts = { http: 80, https: 443 };

function reachOf({ ports = usualPorts, caPem, allowPrivate, allowPublic = true, resolve }: WebScan): Reach {
  return {
    visitor: createVisitor({ resolve: resolverBy(resolve) }),
    ports,
    caPem: caPem ?? null,
    allowPrivate,
    allowPublic,
    until: performance.now() + scanMsMax,
  };
}

function pathsOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => path.startsWith('/')).slice(0, pathsMax + 1);
}

/** Asks as a page of another site would: for leave first, as the Observatory does, and then for the page itself. */
async function askAcross(reach: Reach, url: string): Promise<Pick<Looked, 'cors' | 'reflects'>> {
  const origin = strangersOrigin;
  const [leave, page] = await Promise.all([
    look(reach, url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } }),
    look(reach, url, { headers: { origin } }),
  ]);
  // A browser takes no other answer for a yes.
  const isYes = leave !== null && leave.status >= 200 && leave.status < 300;
  const cors = isYes ? { origin, headers: leave.headers } : null;
  return {
    cors,
    reflects: [cors, page].some((answer) => answer !== null && letsStrangersRead(answer.headers, origin)),
  };
}

/** Of one name, domain and path the last counts. */
function cookiesOf(set: readonly SetCookie[]): readonly Cookie[] {
  const read = set.map(readCookie).filter((cookie) => cookie !== null);
  return [...new Map(read.map((one) => [`${one.name};${one.domain ?? one.host};${one.path}`, one])).values()];
}
