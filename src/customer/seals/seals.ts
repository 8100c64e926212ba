import { shownSealJson, type Evidence, type ShownSeal } from '#evidence';
import type { Database } from '#kit/database';
import { answer, anyone, type Http } from '#kit/http';
import { showId } from '#kit/ids';
import { sealsPathOf, type Orders, type Shop } from '#orders';
import { languageAfter, languageWish } from '../languages.ts';
import type { Say } from '../words.ts';
import { othersSayPage } from './seals-page.tsx';
import { shopAt } from '../parts/open-shop.ts';

export type OthersSayNeeds = {
  readonly database: Database;
  readonly orders: Pick<Orders, 'shops'>;
  /** Where it is missing there is no page. */
  readonly evidence?: Pick<Evidence, 'sealsOf' | 'invitesThrough'>;
};

/** What the door knows: in which words, and in which colours. */
export type OthersSayDoor = {
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
};

const ending = '.json';

/** The page of what others say of a shop, for everybody, and the same as JSON with `.json` behind its address. */
export function mountOthersSay(http: Http, { database, orders, evidence }: OthersSayNeeds, door: OthersSayDoor): void {
  if (evidence === undefined) return;
  http.route({
    method: 'GET',
    path: '/seals/:shop',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async (request) => {
      const asked = request.params['shop'] ?? '';
      const isJson = asked.endsWith(ending);
      const shop = await shopAt({ database, orders }, isJson ? asked.slice(0, -ending.length) : asked);
      const seals = await evidence.sealsOf(database, shop.shopId);
      if (isJson) return answer.json(sealsJson(shop, seals));
      door.addTheme(shop);
      const language = languageAfter(languageWish(request), 'en');
      const view = { shop, language, path: sealsPathOf(shop), seals };
      return answer.page(othersSayPage(view, { say: door.say(language), assetUrl: http.assetUrl }));
    },
  });
}

function sealsJson({ shopId, name }: Shop, seals: readonly ShownSeal[]) {
  return { shop: { id: showId('shp', shopId), name }, seals: seals.map(shownSealJson) };
}
