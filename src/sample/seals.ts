import type { Evidence } from '#evidence';
import type { Shop } from '#orders';
import { etrustedClient, sampleCertificates, type Simulator } from './simulator.ts';

/** How long ago one of the certificates expired when the world opens. */
const expiredAgo = { hours: 24 };

/** Lets the issuers know the shop. */
export function planSeals({ issuers }: Pick<Simulator, 'issuers'>, shop: Shop, openedAt: Temporal.Instant): void {
  const host = URL.parse(shop.face.contact.url ?? '')?.hostname ?? '';
  issuers.plan({ domain: host.replace(/^www\./, ''), shop: shop.name, expiresAt: openedAt.subtract(expiredAgo) });
}

/** A grade, a seal, and one that was valid when it was added and is not any more. */
export async function seedSeals(
  {
    simulator,
    evidence,
  }: {
    readonly simulator: Pick<Simulator, 'issuers'>;
    readonly evidence: Pick<Evidence, 'addSeal' | 'setInviting'>;
  },
  shop: Shop,
  openedAt: Temporal.Instant,
): Promise<void> {
  planSeals(simulator, shop, openedAt);
  const { clientId, clientSecret, channel } = etrustedClient;
  const { shopId } = shop;
  const { valid, expiring, profile } = sampleCertificates;
  const rating = await evidence.addSeal(
    shopId,
    {
      issuer: 'trusted-shops',
      kind: 'rating',
      certificateUrl: profile,
      issuerRef: channel,
      secrets: {
        clientId,
        clientSecret,
      },
    },
    'staff',
  );
  await evidence.setInviting(shopId, rating.sealId, true, 'staff');
  await evidence.addSeal(shopId, { issuer: 'ehi', kind: 'seal', certificateUrl: valid }, 'staff');
  await evidence.addSeal(shopId, { issuer: 'tuv-safer-shopping', kind: 'seal', certificateUrl: expiring }, 'staff');
}
