import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, type Route } from '#kit/http';
import type { Orders } from '#orders';

/** A picture that is opened by itself may do nothing; a style of its own is all that an SVG keeps. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; sandbox";

/**
 * The logos of the shops, named by their bytes, so that they may be kept for ever. Mails on other hosts show them too; a
 * request for one says neither who asks nor about which order.
 */
export function logoRoute(needs: { readonly database: Database; readonly orders: Pick<Orders, 'logo'> }): Route<null> {
  return {
    method: 'GET',
    path: '/logos/:name',
    audience: 'people',
    takes: 'nothing',
    limit: 'static',
    admit: anyone,
    handle: async ({ params }) => {
      const logo = await needs.orders.logo(needs.database, params['name'] ?? '');
      if (logo === null) throw new Fault('not_found', 'There is nothing at this address.');
      return answer.bytes(logo.contentType, logo.bytes, {
        headers: {
          'content-security-policy': policy,
          'cross-origin-resource-policy': 'cross-origin',
          'cache-control': 'public, max-age=31536000, immutable',
        },
      });
    },
  };
}
