import { newId } from '#kit/ids';
import type { ProtectionNeeds } from '../needs.ts';
import type { SiteRow } from '../rows.ts';
import { forgetSites, statements } from '../store.ts';
import type { SiteKind } from '../shapes.ts';

type Wanted = {
  readonly shopId: string | null;
  readonly host: string;
  readonly port: number;
  readonly kind: SiteKind;
};

/** After the start, when the doors are open. */
const firstScanAfter = { seconds: 30 };
const httpsPort = 443;

/**
 * Brings what the house keeps by itself in step: the installation's own names, and the domain that a shop's mails come from
 * once the house's keys stand in its DNS, which nobody but its owner can put there.
 */
export async function keepOwnSites(needs: ProtectionNeeds): Promise<void> {
  const { database, clock } = needs;
  const all = await database.rows<SiteRow>(statements.allSites, []);
  const wanted = new Map((await wantedSites(needs)).map((one) => [nameOf(one), one]));
  const own = all.filter(({ token }) => token === null);
  const gone = own.filter((one) => !wanted.has(nameOf(one)));
  const there = new Set(own.map(nameOf));
  const missing = [...wanted].filter(([name]) => !there.has(name)).map(([, one]) => one);
  if (gone.length + missing.length === 0) return;
  const now = clock.now();
  await database.tx(async (tx) => {
    const ids = gone.map(({ siteId }) => siteId);
    if (ids.length > 0) await forgetSites(tx, ids);
    for (const { shopId, host, port, kind } of missing) {
      const values = [newId(clock), shopId, host, port, kind, null, now, now.add(firstScanAfter)];
      await tx.rows(statements.addSite, values);
    }
  });
}

function nameOf({ shopId, host, port, kind }: Wanted): string {
  return `${shopId ?? ''} ${host} ${port} ${kind}`;
}

async function wantedSites({ own, shops, mail, database }: ProtectionNeeds): Promise<readonly Wanted[]> {
  const real = (await shops()).filter(({ sample }) => !sample);
  const domains = await Promise.all(
    real.map(async (shop): Promise<readonly Wanted[]> => {
      const { domain, selectors } = await mail.state(database, shop);
      if (domain === null || selectors.length === 0) return [];
      return [{ shopId: shop.shopId, host: domain, port: httpsPort, kind: 'mail' }];
    }),
  );
  return [...own.map((one) => ({ ...one, shopId: null })), ...domains.flat()];
}
