import type { AssetUrl } from '#kit/html';
import { answer, type Answer, type Http, type RequestHead } from '#kit/http';
import type { Shop } from '#orders';
import type { Say } from '../words.ts';
import { findFarewell } from './acts/erase.ts';
import type { DataNeeds, Visit } from './doors.ts';
import { overPage } from './pages/code-page.tsx';
import { erasedPage } from './pages/erased-page.tsx';
import type { StepUp } from './step-up/step-up.ts';

/** What the door knows: in which language the page is, in which words and colours, and how unknown links are answered. */
export type DataDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
  /** Of the only shop's contact page; null where this house has several. */
  readonly contactUrl: (language: string) => string | null;
};

/** Somebody who has typed in a code. */
export type OpenVisit = Visit & { readonly open: NonNullable<Visit['open']> };

/** Who comes in by which link, and how everybody else is answered. */
export type Visits = {
  /** Behind the link: masked. */
  readonly behind: (request: RequestHead, act: (visit: Visit) => Promise<Answer>) => Promise<Answer>;
  /** Behind the link and a code. */
  readonly opened: (request: RequestHead, act: (visit: OpenVisit) => Promise<Answer>) => Promise<Answer>;
  /** What a link still says after its person was erased; null where it says nothing. */
  readonly farewell: (request: RequestHead) => Promise<Answer | null>;
};

export function createVisits(http: Http, needs: DataNeeds, door: DataDoor, stepUp: StepUp): Visits {
  const shopOf = async (shopId: string): Promise<Shop | null> =>
    (await needs.orders.shops(needs.database)).find((shop) => shop.shopId === shopId) ?? null;
  const find = async (request: RequestHead): Promise<Visit | null> => {
    const token = tokenOf(request);
    const target = await needs.orders.links.find(needs.database, token);
    if (target === null) return null;
    const order = await needs.orders.read(needs.database, target.personId, target.orderId);
    const shop = await shopOf(target.shopId);
    if (order === null || shop === null) return null;
    return { here: { ...target, token }, order, shop, language: door.languageOf(request, order.language), open: null };
  };
  const farewell: Visits['farewell'] = async (request) => {
    const token = tokenOf(request);
    const last = await findFarewell(needs, token);
    const shop = last === null ? null : await shopOf(last.shopId);
    if (last === null || shop === null) return null;
    door.addTheme(shop);
    const language = door.languageOf(request, last.language);
    const { receipt, proof } = last;
    const view = {
      shop,
      language,
      path: `/t/${token}/data`,
      receipt: JSON.stringify(receipt, null, 2),
      hasProof: proof !== null,
    };
    return answer.page(erasedPage(view, { say: door.say(language), assetUrl: http.assetUrl }));
  };
  const behind: Visits['behind'] = async (request, act) => {
    const { address } = request.client;
    const secret = { address, proof: tokenOf(request) };
    const found = await http.limit.lookUp('link', secret, async () => {
      const visit = await find(request);
      return visit === null ? await farewell(request) : { visit };
    });
    if (found === null) return door.unknownLink(request, http.assetUrl);
    if (!('visit' in found)) return found;
    door.addTheme(found.visit.shop);
    return await act(found.visit);
  };
  const opened: Visits['opened'] = (request, act) =>
    behind(request, async (visit) => {
      const grant = request.params['grant'] ?? '';
      const secret = { address: request.client.address, proof: grant };
      const until = await http.limit.lookUp('link', secret, () => stepUp.find(visit.here, grant));
      if (until !== null) return await act({ ...visit, open: { grant, until } });
      const { shop, language } = visit;
      const view = { shop, language, path: `/t/${visit.here.token}/data` };
      return answer.page(overPage(view, { say: door.say(language), assetUrl: http.assetUrl }), { status: 403 });
    });
  return { behind, opened, farewell };
}

function tokenOf({ params }: RequestHead): string {
  return params['token'] ?? '';
}
