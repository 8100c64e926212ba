import { lookup } from 'node:dns/promises';
import { realClock } from '#kit/clock';
import { EgressFault, type Lookup } from '#kit/egress';
import { hstsSecondsOf } from './decide.ts';
import type { OwnPage } from './shapes.ts';
import { scanTls } from './scanner/scan-host.ts';
import type { Grade } from './scanner/shapes.ts';
import { hstsLongEnough, preloadSeconds } from './scanner/web/observatory/hsts.ts';
import type { Observatory } from './scanner/web/observatory/observe.ts';
import { scoreOf, type TestResult } from './scanner/web/observatory/score.ts';
import { scanWeb } from './scanner/web/scan-web.ts';

/** The letter after SSL Labs and the score after MDN's Observatory; null where it could not be judged. */
type Worth = { readonly grade: Grade; readonly observatory: number | null };

/** What a stage of HSTS gives and what there is at the end of the last one, by a look at one of our own pages. */
export type StageWorth = {
  /** What browsers are told there now; null: nothing that counts. */
  readonly servedSeconds: number | null;
  /** At this stage. */
  readonly here: Worth;
  /** Once browsers are shipped with the domain on their list. */
  readonly last: Worth;
};

/**
 * Looks at our own page as visitors' browsers do. Null when it cannot be reached from here, or is not served by https.
 * @param stage 0 to 4: what it would be worth is said of it even where the page still says another
 */
export async function measureStage(own: OwnPage, stage: number): Promise<StageWorth | null> {
  if (!own.url.startsWith('https:')) return null;
  try {
    return await measure(own, hstsSecondsOf(stage));
  } catch (error) {
    if (error instanceof EgressFault) return null;
    throw error;
  }
}

async function measure(own: OwnPage, seconds: number): Promise<StageWorth> {
  const { hostname: host, port, pathname: start } = new URL(own.url);
  const { caPem, addressesOf = systemAddresses } = own;
  // Browsers look at no other clock.
  const outside = { host, clock: realClock, allowPrivate: true, ...(caPem === undefined ? {} : { caPem }) };
  const ports = { http: own.plainPort ?? 80, https: port === '' ? 443 : Number(port) };
  const [address] = [...(await addressesOf(host, 4)), ...(await addressesOf(host, 6))];
  const tls = { ...outside, port: ports.https, ...(address === undefined ? {} : { address }) };
  const here = await scanTls({ ...tls, hstsSeconds: seconds });
  const last = await scanTls({ ...tls, hstsSeconds: preloadSeconds });
  const web = await scanWeb({ ...outside, start, ports, paths: [], resolve: lookupBy(addressesOf) });
  return {
    servedSeconds: web.seen.hsts?.seconds ?? null,
    here: { grade: here.grade, observatory: scoreWith(ofSeconds(seconds), web.observatory) },
    last: { grade: last.grade, observatory: scoreWith('hsts-preloaded', web.observatory) },
  };
}

function ofSeconds(seconds: number): TestResult {
  return seconds < hstsLongEnough
    ? 'hsts-implemented-max-age-less-than-six-months'
    : 'hsts-implemented-max-age-at-least-six-months';
}

/** The same page, had it said this of HSTS; where nobody believes its certificate, it says nothing. */
function scoreWith(said: TestResult, seen: Observatory | null): number | null {
  if (seen === null) return null;
  return scoreOf(seen.tests.map(({ result }) => (isOfHeader(result) ? said : result))).score;
}

function isOfHeader(result: string): boolean {
  return /^hsts-(?:implemented-|not-implemented$|header-invalid$)/.test(result);
}

async function systemAddresses(host: string, family: 4 | 6): Promise<readonly string[]> {
  return (await lookup(host, { all: true, family }).catch(() => [])).map(({ address }) => address);
}

const silent = (): Promise<null> => Promise.resolve(null);

/** Only where the page is: what else DNS says has no part in this. */
function lookupBy(addressesOf: NonNullable<OwnPage['addressesOf']>): Lookup {
  return { texts: silent, exchanges: silent, authorities: silent, addresses: addressesOf };
}
