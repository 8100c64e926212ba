import { realClock } from '#kit/clock';
import { scanSite, type SiteScan, type SiteScanned } from '#tls';
import { believed, type Kept } from './servers.ts';
import { lookupIn } from './web/host.ts';
import { goodRecords } from './web/setups.ts';

/** Starts one of the zoo's servers, and looks at it in whole. */
export async function scanKept(kept: Kept, more: Partial<SiteScan> = {}): Promise<SiteScanned> {
  using zoo = await kept.start();
  return await scanSiteAt(kept, zoo.port, more);
}

/** Looks at one that has been started. */
export async function scanSiteAt(
  { host = 'shop.example' }: Kept,
  port: number,
  more: Partial<SiteScan> = {},
): Promise<SiteScanned> {
  return await scanSite({
    ...{ host, port, plainPort: null, paths: [] },
    ...{ caPem: believed, allowPrivate: true, allowPublic: false, clock: realClock },
    // The zoo stands on IPv4 alone.
    resolve: lookupIn({ ...goodRecords, six: [] }),
    ...more,
  });
}
