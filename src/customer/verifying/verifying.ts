import { Fault } from '#kit/fault';
import { answer, anyone, type Http } from '#kit/http';
import type { Asset } from '#kit/html';
import { readId } from '#kit/ids';
import type { Database } from '#kit/database';
import type { Orders } from '#orders';
import { ownVerifierScript, verifierProgram } from '#privacy';
import { verifyOwnScript } from './verify-own-part.tsx';

/** The verifier as one file, and its SHA-256 in hexadecimal digits, for whoever names it on a page. */
export const verifierFile = verifierProgram();

/** What checks a person's own entries in their browser. */
export const verifyingAssets: readonly Asset[] = [
  { name: verifyOwnScript, text: ownVerifierScript(), contentType: 'text/javascript; charset=utf-8' },
];

/** `/ledger/<shop>/verify.mjs`: the same for every shop, beside the ledger that it reads. */
export function mountVerifying(
  http: Http,
  needs: { readonly database: Database; readonly orders: Pick<Orders, 'shops'> },
): void {
  http.route({
    method: 'GET',
    path: '/ledger/:shop/verify.mjs',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async ({ params }) => {
      const shopId = readId('shp', params['shop'] ?? '');
      const shops = await needs.orders.shops(needs.database);
      if (!shops.some((shop) => shop.shopId === shopId)) throw new Fault('not_found', 'There is no such shop.');
      return answer.text(verifierFile.text, {
        headers: {
          'content-type': 'text/javascript; charset=utf-8',
          'content-disposition': 'attachment; filename="verify.mjs"',
          etag: `"${verifierFile.sha256.slice(0, 16)}"`,
        },
      });
    },
  });
}
