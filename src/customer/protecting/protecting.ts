import { hash } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import { protectionPathOf, type Orders, type Shop } from '#orders';
import type { Protection, ShownProtection } from '#protection';
import { languageAfter, languageWish, type LanguageWish } from '../languages.ts';
import { createRendered, type Inputs, type Rendered } from '../rendered/rendered.ts';
import type { Say } from '../words.ts';
import type { Visit } from './point.ts';
import { protectsYouPage } from './protects-you-page.tsx';
import { shownJson } from './shown-json.ts';
import { findShop } from '../parts/open-shop.ts';

export type ProtectingNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops'>;
  readonly protection: Pick<Protection, 'shown'>;
};

/** What the door knows: in which words, and in which colours. */
export type ProtectingDoor = {
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
};

type Measured = Inputs & { readonly shop: Shop; readonly shown: ShownProtection | null };

const keptMax = { pagesMax: 200, bytesMax: 4 * 1024 * 1024 };
const ending = '.json';

/**
 * The page that says how a shop protects its customers, for everybody who asks, and the same facts as JSON under the same
 * address with `.json` behind it. 404 where there is no such shop.
 */
export function mountProtecting(http: Http, needs: ProtectingNeeds, door: ProtectingDoor): void {
  const read = (shownId: string): Promise<Measured | null> => readMeasured(needs, shownId);
  const pagesOf = (visit: Visit): Rendered<LanguageWish> =>
    createRendered({
      clock: needs.clock,
      limits: keptMax,
      read,
      render: async ({ shop, shown }, { wish }, now) => {
        // Nobody's order is behind this address: the browser says which language it is read in.
        const language = languageAfter(wish, 'en');
        door.addTheme(shop);
        const view = { language, visit, now, shown, shop, path: protectionPathOf(shop) };
        return protectsYouPage(view, { say: door.say(language), assetUrl: http.assetUrl });
      },
    });
  const pages = { https: pagesOf('https'), http: pagesOf('http'), trial: pagesOf('trial') };
  http.route({
    method: 'GET',
    path: '/protection/:shop',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async (request) => {
      const asked = request.params['shop'] ?? '';
      const given = asked.endsWith(ending)
        ? answerOf(await read(asked.slice(0, -ending.length)))
        : await pages[visitOf(request.client)].page({ token: asked, wish: languageWish(request) });
      if (given === null) throw new Fault('not_found', 'There is no such shop.');
      return given;
    },
  });
}

async function readMeasured(needs: ProtectingNeeds, shownId: string): Promise<Measured | null> {
  const shop = await findShop(needs, shownId);
  if (shop === null) return null;
  const shown = await needs.protection.shown(shop.shopId);
  const told = hash('sha256', JSON.stringify([shop, shown]), 'base64url');
  return { about: shop.shopId, told, shop, shown };
}

/** Plain http is served on this machine only, or by a trusted proxy that says so. */
function visitOf({ scheme, address, host }: RequestHead['client']): Visit {
  if (scheme === 'https') return 'https';
  const isHere = /^127\.|^::1$/.test(address) && /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(host);
  return isHere ? 'trial' : 'http';
}

function answerOf(measured: Measured | null): Answer | null {
  return measured === null ? null : answer.json(shownJson(measured.shop, measured.shown));
}
