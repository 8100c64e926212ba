import type { Database } from '#kit/database';
import type { AssetUrl } from '#kit/html';
import { answer, anyone, type Answer, type Http, type HttpRequest, type RequestHead } from '#kit/http';
import type { MailRoom, Subscriber } from '#mail';
import type { Orders, Shop } from '#orders';
import { leavingPage } from './leaving-page.tsx';

export type LeavingNeeds = {
  readonly database: Database;
  readonly orders: Pick<Orders, 'shops'>;
  readonly mail: Pick<MailRoom, 'subscriber' | 'isSubscribed' | 'unsubscribe' | 'resubscribe'>;
};

/** What the door knows: who comes in, in which language the page is, and how unknown links are answered. */
export type LeavingDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Parameters<typeof leavingPage>[1]['say'];
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
};

const formBytesMax = 4 * 1024;
const path = '/u/:token';

/**
 * Where a mail's unsubscribe link leads. GET shows a page and changes nothing, because mail servers open links to look at
 * them; POST acts, whether it is the page's own button or the one click of a mail program (RFC 8058).
 */
export function mountLeaving(http: Http, needs: LeavingNeeds, door: LeavingDoor): void {
  const found = async (request: RequestHead): Promise<{ subscriber: Subscriber; shop: Shop } | null> => {
    const proof = request.params['token'] ?? '';
    return await http.limit.lookUp('link', { address: request.client.address, proof }, async () => {
      const subscriber = needs.mail.subscriber(proof);
      const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === subscriber?.shopId);
      return subscriber === null || shop === undefined ? null : { subscriber, shop };
    });
  };
  http.route({
    method: 'GET',
    path,
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async (request) => {
      const here = await found(request);
      if (here === null) return door.unknownLink(request, http.assetUrl);
      const isSubscribed = await needs.mail.isSubscribed(needs.database, here.subscriber);
      door.addTheme(here.shop);
      const language = door.languageOf(request, here.shop.language);
      const { group } = here.subscriber;
      const done = request.query.has('done');
      const view = { language, shop: here.shop, path: request.path, group, isSubscribed, done };
      return answer.page(leavingPage(view, { say: door.say(language), assetUrl: http.assetUrl }));
    },
  });
  http.route({
    method: 'POST',
    path,
    audience: 'people',
    takes: 'bytes',
    bodyBytesMax: formBytesMax,
    admit: anyone,
    handle: async (request) => {
      const here = await found(request);
      if (here === null) return door.unknownLink(request, http.assetUrl);
      const wish = wishOf(request);
      if (wish === 'return') await needs.mail.resubscribe(here.subscriber);
      else await needs.mail.unsubscribe(here.subscriber);
      // A mail program does not follow: RFC 8058 §3.1 forbids it a redirect.
      if (wish === 'one click') return answer.text('Unsubscribed.\n');
      const language = request.query.get('language');
      return answer.redirect(
        `${request.path}?done=1${language === 'de' || language === 'en' ? `&language=${language}` : ''}`,
      );
    },
  });
}

/** The page's buttons say what they mean; everything else is a mail program, in whichever form it writes its one click. */
function wishOf(request: HttpRequest): 'leave' | 'return' | 'one click' {
  const type = request.headers['content-type'] ?? '';
  const act = type.startsWith('application/x-www-form-urlencoded') ? request.form().get('act') : null;
  return act === 'leave' || act === 'return' ? act : 'one click';
}
