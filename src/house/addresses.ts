import type { Account, Carriers } from '#carriers';
import { findConnector } from '#carriers';
import { showId } from '#kit/ids';
import type { Shop } from '#orders';
import type { Controller } from '#privacy';

export type PushUrlOf = (account: Pick<Account, 'shopId' | 'carrier' | 'accountId'>) => string;

/** Where a carrier brings its pushes for an account: behind a secret where it signs nothing. */
export function pushUrls(carriers: Carriers, publicUrl: string): PushUrlOf {
  return (account) => {
    const connector = findConnector(account.carrier);
    const secret = connector === null ? null : carriers.pushSecret(account, connector);
    const place = [showId('acc', account.accountId), ...(secret === null ? [] : [secret])].join('/');
    return new URL(`/v1/carriers/${account.carrier}/push/${place}`, publicUrl).href;
  };
}

/** The shop as its customers know it; the keys of its receipts stand under `issuer`. */
export function asController({ shopId, name, face }: Shop, publicUrl: string): Controller {
  const issuer = new URL(`/receipts/${showId('shp', shopId)}`, publicUrl).href;
  return { name, email: face.contact.email, url: face.contact.url, issuer };
}

export function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? 'localhost';
}
