import { hash } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { AssetUrl } from '#kit/html';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import { readId } from '#kit/ids';
import { contactPathOf, helpPathOf, type Orders, type Shop, type StoredOrder } from '#orders';
import { contactJson, type Contact, type Service } from '#service';
import { languageAfter, languageWish, type LanguageWish } from '../languages.ts';
import { createRendered, openly, type Inputs } from '../rendered/rendered.ts';
import type { Say } from '../words.ts';
import { contactPage } from './contact-page.tsx';
import type { Suggested } from './contact-view.ts';
import { findShop } from '../parts/open-shop.ts';

export type ContactNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops' | 'links' | 'read'>;
  readonly service: Pick<Service, 'contactOf' | 'cases'>;
  /** The address that customers reach this house by; what machines read names the page by it. */
  readonly publicUrl?: string;
  /** Answers that may make the question unnecessary, those that fit the order first. */
  readonly suggested?: (about: {
    readonly shopId: string;
    readonly language: string;
    readonly order: StoredOrder | null;
    readonly helpPath: string;
  }) => Promise<readonly Suggested[]>;
  /** Told when answers were shown to somebody who looks for a way to ask. */
  readonly offered?: (shopId: string) => Promise<void>;
};

/** What the door knows: in which language the page is, in which words and colours, and how unknown links are answered. */
export type ContactDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
};

type Read = Inputs & { readonly shop: Shop; readonly contact: Contact };

const keptMax = { pagesMax: 200, bytesMax: 4 * 1024 * 1024 };
const ending = '.json';

/**
 * Who is behind a shop and how it is reached: for everybody, as JSON with `.json` behind the address, and behind the link
 * of an order, where the answers fit the parcel. 404 where there is no such shop.
 */
export function mountContact(http: Http, needs: ContactNeeds, door: ContactDoor): void {
  const read = (shownId: string): Promise<Read | null> => readContact(needs, shownId);
  const pages = createRendered<Read, LanguageWish>({
    clock: needs.clock,
    limits: keptMax,
    read,
    render: ({ shop, contact }, { wish }, now) =>
      render(http, needs, door, {
        shop,
        contact,
        now,
        order: null,
        language: languageAfter(wish, 'en'),
        path: contactPathOf(shop),
      }),
  });
  const openPage = async (token: string, wish: LanguageWish): Promise<Answer | null> => {
    const page = await pages.page({ token, wish });
    return page === null ? null : openly(page);
  };
  http.route({
    method: 'GET',
    path: '/contact/:shop',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async (request) => {
      const asked = request.params['shop'] ?? '';
      const given = asked.endsWith(ending)
        ? answerOf(await read(asked.slice(0, -ending.length)), needs.clock.now())
        : await openPage(asked, languageWish(request));
      if (given === null) throw new Fault('not_found', 'There is no such shop.');
      const shopId = readId('shp', asked);
      if (shopId !== null) await needs.offered?.(shopId);
      return given;
    },
  });
  mountBehindLink(http, needs, door);
}

function mountBehindLink(http: Http, needs: ContactNeeds, door: ContactDoor): void {
  http.route({
    method: 'GET',
    path: '/t/:token/contact',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async (request) => {
      const proof = request.params['token'] ?? '';
      const here = await http.limit.lookUp('link', { address: request.client.address, proof }, () =>
        findOrder(needs, proof),
      );
      if (here === null) return door.unknownLink(request, http.assetUrl);
      const { shop, order } = here;
      await needs.offered?.(shop.shopId);
      const contact = await needs.service.contactOf(needs.database, shop.shopId);
      const language = door.languageOf(request, order.language);
      const html = await render(http, needs, door, {
        shop,
        contact,
        order,
        language,
        now: needs.clock.now(),
        path: request.path,
      });
      return answer.page(html);
    },
  });
}

type Rendering = {
  readonly shop: Shop;
  readonly contact: Contact;
  readonly now: Temporal.Instant;
  readonly order: StoredOrder | null;
  readonly language: string;
  readonly path: string;
};

async function render(http: Http, needs: ContactNeeds, door: ContactDoor, given: Rendering): Promise<string> {
  const { shop, order, language, path } = given;
  door.addTheme(shop);
  const behind = order === null ? null : path.replace(/\/contact$/, '');
  const helpPath = behind === null ? helpPathOf(shop) : `${behind}/help`;
  const about = { shopId: shop.shopId, language, order, helpPath };
  const inLanguage = (address: string): string => `${address}?language=${language.slice(0, 2)}`;
  const { zone, slots } = await needs.service.cases.slots(needs.database, shop.shopId);
  const [next] = slots;
  return contactPage(
    {
      ...given,
      call: next === undefined ? null : { url: `${inLanguage(`${path}/write`)}&call=1#call`, zone, next },
      writeUrl: inLanguage(`${path}/write`),
      suggested: (await needs.suggested?.(about)) ?? [],
      helpUrl: inLanguage(helpPath),
      orderUrl: behind === null ? null : inLanguage(behind),
    },
    new URL(contactPathOf(shop), needs.publicUrl ?? 'https://shop.invalid').href,
    { say: door.say(language), assetUrl: http.assetUrl },
  );
}

async function readContact(needs: ContactNeeds, shownId: string): Promise<Read | null> {
  const shop = await findShop(needs, shownId);
  if (shop === null) return null;
  const contact = await needs.service.contactOf(needs.database, shop.shopId);
  return { about: shop.shopId, told: hash('sha256', JSON.stringify([shop, contact]), 'base64url'), shop, contact };
}

function answerOf(read: Read | null, now: Temporal.Instant): Answer | null {
  if (read === null) return null;
  // What its law misses is for the shop to know.
  const { missing: _, ...shown } = contactJson(read.contact, now);
  return answer.json(shown);
}

async function findOrder(
  needs: ContactNeeds,
  token: string,
): Promise<{ readonly shop: Shop; readonly order: StoredOrder } | null> {
  const target = await needs.orders.links.find(needs.database, token);
  if (target === null) return null;
  const order = await needs.orders.read(needs.database, target.personId, target.orderId);
  const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === target.shopId);
  return order === null || shop === undefined ? null : { order, shop };
}
