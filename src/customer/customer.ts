import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Facts, StoredFact } from '#kit/facts';
import { assets as shellAssets, readTheme, themeName, type AssetUrl } from '#kit/html';
import { answer, anyone, type Answer, type EventWriter, type Http, type Problem, type RequestHead } from '#kit/http';
import { createWords, directionOf } from '#kit/words';
import type { MailRoom } from '#mail';
import type { LinkTarget, Orders, Shop } from '#orders';
import { parcelMoved, parcelRegistered, parcelScanned, type Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import { customerAssets } from './assets.ts';
import { errorPage } from './error-page.tsx';
import { mountLeaving } from './leaving/leaving.ts';
import { createLinkLife } from './link-life.ts';
import { logoRoute } from './logo.ts';
import { headPreview, type Scheme } from './parts/preview.tsx';
import { presentOrder } from './present.ts';
import { trackingPage } from './tracking-page.tsx';
import { unknownLinkPage } from './unknown-link-page.tsx';
import { customerTexts, type Say } from './words.ts';

/** The customers' door: one page per order, behind the link that only its customer holds. */
export type Customer = {
  readonly mount: (http: Http) => void;
  /** What people see when something went wrong on the way to a page. */
  readonly errorPage: (problem: Problem, head: RequestHead) => string;
  /** The head of a shop's page as a document of its own, in light or dark: for staff who choose its face. */
  readonly headPreview: (shop: Omit<Shop, 'shopId'>, scheme: Scheme) => string;
};

export type CustomerNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly mail: MailRoom;
};

const words = createWords(customerTexts);
const languages: ReadonlySet<string> = new Set(['de', 'en']);

export function createCustomer(needs: CustomerNeeds): Customer {
  createLinkLife(needs);
  const watching = new Map<string, Set<EventWriter>>();
  let assetUrl: AssetUrl = unhashed;
  /** Links of 160 bits need no help against guessing; what is held up is the flood. */
  const targetOf = (http: Http, { params, client }: RequestHead): Promise<LinkTarget | null> => {
    const proof = params['token'] ?? '';
    return http.limit.lookUp('link', { address: client.address, proof }, () =>
      needs.orders.links.find(needs.database, proof),
    );
  };
  return {
    mount: (http) => {
      http.addAssets(shellAssets);
      http.addAssets(customerAssets);
      assetUrl = http.assetUrl;
      follow(needs, watching);
      http.route({
        method: 'GET',
        path: '/t/:token',
        audience: 'people',
        takes: 'nothing',
        admit: anyone,
        handle: async (request) => {
          const target = await targetOf(http, request);
          return target === null ? unknownLink(request, assetUrl) : await show(needs, http, request, target);
        },
      });
      http.route({
        method: 'GET',
        path: '/t/:token/live',
        audience: 'people',
        takes: 'nothing',
        limit: 'stream',
        admit: anyone,
        handle: async (request) => {
          const target = await targetOf(http, request);
          return target === null ? unknownLink(request, assetUrl) : live(watching, target);
        },
      });
      http.route(logoRoute(needs));
      mountLeaving(http, needs, {
        languageOf,
        say: sayIn,
        addTheme: (shop) => addTheme(http, shop),
        unknownLink,
      });
    },
    errorPage: (problem, head) => {
      const language = languageOf(head, 'en');
      const { instance } = problem;
      const view = { language, dir: directionOf(language), status: statusOf(problem), instance } as const;
      return errorPage(view, { say: sayIn(language), assetUrl });
    },
    headPreview: (shop, scheme) => headPreview(shop, scheme, sayIn(shop.language)),
  };
}

/** Open pages hear of what is new about their order. */
function follow(needs: Pick<CustomerNeeds, 'facts'>, watching: ReadonlyMap<string, ReadonlySet<EventWriter>>): void {
  needs.facts.tail([parcelRegistered.kind, parcelMoved.kind, parcelScanned.kind], (facts) => {
    for (const orderId of new Set(facts.map(orderOf))) {
      for (const writer of watching.get(orderId) ?? []) writer.send({ text: 'changed' });
    }
  });
}

/** Before anything is mounted there is no page, but an error may already want one. */
function unhashed(name: string): string {
  return `/assets/${name}`;
}

function orderOf(fact: StoredFact): string {
  if (fact.kind === parcelMoved.kind) return parcelMoved.read(fact).orderId;
  return fact.kind === parcelScanned.kind ? parcelScanned.read(fact).orderId : parcelRegistered.read(fact).orderId;
}

function live(watching: Map<string, Set<EventWriter>>, target: LinkTarget): Answer {
  return answer.events({
    key: target.orderId,
    open: (writer) => {
      const writers = watching.get(target.orderId) ?? new Set();
      watching.set(target.orderId, writers.add(writer));
      return () => {
        writers.delete(writer);
        if (writers.size === 0 && watching.get(target.orderId) === writers) watching.delete(target.orderId);
      };
    },
  });
}

async function show(needs: CustomerNeeds, http: Http, head: RequestHead, target: LinkTarget): Promise<Answer> {
  const order = await needs.orders.read(needs.database, target.personId, target.orderId);
  const shop = (await needs.orders.shops(needs.database)).find((one) => one.shopId === target.shopId);
  if (order === null || shop === undefined) return unknownLink(head, http.assetUrl);
  const parcels = await needs.parcels.read(needs.database, order.parcelIds);
  const scans = await needs.parcels.scans(needs.database, parcels);
  const language = languageOf(head, order.language);
  const say = sayIn(language);
  addTheme(http, shop);
  const now = needs.clock.now();
  const view = presentOrder(
    { privacy: needs.privacy, say },
    { shop, order, parcels, scans, language, path: head.path, now },
  );
  return answer.page(trackingPage(view, { say, assetUrl: http.assetUrl }));
}

/** A shop's colours become assets the first time they are seen. */
function addTheme(http: Http, shop: Shop): void {
  for (const kind of ['css', 'svg'] as const) {
    const theme = readTheme(themeName(shop.face, kind));
    if (theme !== null) http.addAssets([theme]);
  }
}

/** One answer to every link that opens nothing, so that nobody learns from it whether there was something. */
function unknownLink(head: RequestHead, assetUrl: AssetUrl): Answer {
  const language = languageOf(head, 'en');
  const html = unknownLinkPage({ language, dir: directionOf(language) }, { say: sayIn(language), assetUrl });
  return answer.page(html, { status: 404 });
}

/** A page tells people three things: not here, not now, or broken. */
function statusOf(problem: Problem): 404 | 500 | 503 {
  if (problem.status === 503 || problem.status === 429) return 503;
  return problem.status < 500 ? 404 : 500;
}

function sayIn(language: string): Say {
  return (key, values) => words.say(language, key, values);
}

/** What the address asks for, else the order's language, else what the browser prefers. */
function languageOf(head: RequestHead, fallback: string): string {
  const asked = head.query.get('language') ?? '';
  if (languages.has(asked)) return asked;
  const own = fallback.slice(0, 2).toLowerCase();
  if (languages.has(own) && fallback !== 'en') return own;
  const preferred = (head.headers['accept-language'] ?? '').slice(0, 2).toLowerCase();
  return languages.has(preferred) ? preferred : 'en';
}
