import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { Fact, Facts } from '#kit/facts';
import { assets as shellAssets, type AssetLink, type AssetUrl } from '#kit/html';
import { answer, anyone, type Answer, type EventWriter, type Http, type Problem, type RequestHead } from '#kit/http';
import { createWords, directionOf } from '#kit/words';
import type { MailRoom } from '#mail';
import { contactPathOf, type LinkTarget, type Orders, type Shop } from '#orders';
import { parcelMoved, parcelRegistered, parcelScanned, type Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import type { Protection } from '#protection';
import { orderErased } from '#rights';
import { customerAssets } from './assets.ts';
import { createPlainSight, type DataNeeds } from './plain-sight/plain-sight.ts';
import { errorPage } from './error-page.tsx';
import { languageAfter, languageWish, type LanguageWish } from './languages.ts';
import { mountWriting, type WritingNeeds } from './contact/form/form.ts';
import { mountConsents, type ConsentsNeeds } from './consents/consents.ts';
import { mountContact, type ContactNeeds } from './contact/contact.ts';
import { mountLeaving } from './leaving/leaving.ts';
import { mountLedger } from './ledger/ledger.ts';
import { mountHelp, type HelpDoor, type HelpNeeds } from './help/help.ts';
import { answersBefore } from './help/suggested.ts';
import { createLinkLife } from './link-life.ts';
import { logoRoute } from './logo.ts';
import { headPreview, type Scheme } from './parts/preview.tsx';
import { mountProtecting } from './protecting/protecting.ts';
import { addTheme, createOrderPages } from './rendered/order-page.ts';
import type { Rendered } from './rendered/rendered.ts';
import { unknownLinkPage } from './unknown-link-page.tsx';
import { mountReviews, type ReviewPagesNeeds } from './reviews/reviews.ts';
import { mountOthersSay, type OthersSayNeeds } from './seals/seals.ts';
import { mountTrust, type TrustNeeds } from './trust/trust.ts';
import { mountVerifying } from './verifying/verifying.ts';
import { customerTexts, type Say } from './words.ts';

export { customerData } from './retention/data-map.ts';
export { customerSweeps } from './retention/sweeps.ts';
export { customerTables } from './plain-sight/keeping.ts';
export { askAtAddress } from './plain-sight/address.ts';
export { mailConsentReceipts } from './consents/mail-receipts.ts';

/** The customers' door: one page per order, behind the link that only its customer holds. */
export type Customer = {
  readonly mount: (http: Http) => void;
  /** What people see when something went wrong on the way to a page. */
  readonly errorPage: (problem: Problem, head: RequestHead) => string;
  /** The head of a shop's page as a document of its own, in light or dark: for staff who choose its face. */
  readonly headPreview: (shop: Omit<Shop, 'shopId'>, scheme: Scheme) => string;
  /** What data pages have kept for their minutes. */
  readonly dropOld: () => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type CustomerNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly mail: MailRoom;
  readonly protection: Pick<Protection, 'shown'>;
  /** Answers to what is often asked; where they are missing there are no pages of them. */
  readonly faq?: HelpNeeds['faq'];
  /** Where reviews are written and read; where it is missing there are no such pages. */
  readonly reviews?: ReviewPagesNeeds['reviews'];
  /** What cards on the shop's own pages tell of; where it is missing there are none. */
  readonly cards?: Pick<TrustNeeds, 'carriers' | 'evidence' | 'protection' | 'publicUrl' | 'reviews'>;
  /** Told of every link that leads to a page. */
  readonly linkOpened?: (token: string) => void;
  /** What a person's data page needs besides; where it is missing there is none. */
  readonly data?: Pick<DataNeeds, 'notices' | 'rights' | 'recordRequest'>;
  /** Seals of others, and through whom the shop invites. */
  readonly evidence?: NonNullable<OthersSayNeeds['evidence']>;
  /** Who is behind the shop, and the desk that answers what customers write. */
  readonly service: ContactNeeds['service'] & WritingNeeds['service'];
} & Pick<ConsentsNeeds, 'mailReceipts'> &
  Pick<ContactNeeds, 'publicUrl' | 'suggested'>;

const words = createWords(customerTexts);

export function createCustomer(given: CustomerNeeds): Customer {
  const sole = createSole();
  const needs = { ...given, orders: watched(given, sole) };
  const unknownLink = unknownLinkTo(sole);
  createLinkLife(needs);
  const plainSight = createPlainSight(needs.data === undefined ? null : { ...needs, ...needs.data });
  const watching = new Map<string, Set<EventWriter>>();
  let assetUrl: AssetUrl = unhashed;
  return {
    mount: (http) => {
      http.addAssets(shellAssets);
      http.addAssets(customerAssets);
      assetUrl = http.assetUrl;
      const pages = createOrderPages({ ...needs, http, say: sayIn });
      follow(needs, pages, watching);
      const door = { say: sayIn, addTheme: (shop: Shop) => addTheme(http, shop) };
      const farewell = plainSight?.mount(http, { ...door, languageOf, unknownLink, contactUrl: sole.contactUrl });
      http.route({
        method: 'GET',
        path: '/t/:token',
        audience: 'people',
        takes: 'nothing',
        admit: anyone,
        handle: async (request) => {
          const page = await http.limit.lookUp('link', secretOf(request), () =>
            pages.page({ token: tokenOf(request), wish: languageWish(request) }),
          );
          return page ?? (await farewell?.(request)) ?? unknownLink(request, assetUrl);
        },
      });
      mountLive(http, needs, { watching, unknownLink });
      http.route(logoRoute(needs));
      mountRooms(http, needs, { ...door, languageOf, unknownLink });
    },
    errorPage: (problem, head) => {
      const language = languageOf(head, 'en');
      const { instance } = problem;
      const contactUrl = sole.contactUrl(language);
      const view = { language, dir: directionOf(language), status: statusOf(problem), instance, contactUrl } as const;
      return errorPage(view, { say: sayIn(language), assetUrl });
    },
    headPreview: (shop, scheme) => headPreview(shop, scheme, sayIn(shop.language)),
    dropOld: async () => await plainSight?.dropOld(),
    forgetShop: async (tx, shopId) => await plainSight?.forgetShop(tx, shopId),
  };
}

/** The pages beside the one of an order. */
function mountRooms(http: Http, needs: CustomerNeeds, door: HelpDoor): void {
  mountLeaving(http, needs, door);
  mountConsents(http, needs, door);
  const help = needs.faq === undefined ? null : { ...needs, faq: needs.faq };
  const answering = help === null ? {} : answersBefore(help, door.say);
  mountContact(http, { ...answering, ...needs }, door);
  mountWriting(http, { ...answering, ...needs }, door);
  mountProtecting(http, needs, door);
  mountOthersSay(http, needs, door);
  if (help !== null) mountHelp(http, help, door);
  if (needs.reviews !== undefined) mountReviews(http, { ...needs, reviews: needs.reviews }, door);
  if (needs.cards !== undefined) mountTrust(http, { ...needs, ...needs.cards }, door);
  mountVerifying(http, needs);
  mountLedger(http, needs, door);
}

/** The shop of a house that has only one: pages that know no shop lead to it. */
type Sole = {
  readonly seen: (shops: readonly Shop[]) => readonly Shop[];
  readonly contactUrl: (language: string) => string | null;
};

function createSole(): Sole {
  let sole: Shop | null = null;
  return {
    seen: (shops) => {
      sole = shops.length === 1 ? (shops[0] ?? null) : null;
      return shops;
    },
    contactUrl: (language) => (sole === null ? null : contactPathOf(sole, language)),
  };
}

/** Whichever of the pages behind a link is opened first, and which shops there are. */
function watched({ orders, linkOpened }: CustomerNeeds, sole: Sole): Orders {
  const find: Orders['links']['find'] = async (queries, token) => {
    const target = await orders.links.find(queries, token);
    if (target !== null) linkOpened?.(token);
    return target;
  };
  const shops: Orders['shops'] = async (queries) => sole.seen(await orders.shops(queries));
  return { ...orders, shops, links: { ...orders.links, find } };
}

function tokenOf({ params }: RequestHead): string {
  return params['token'] ?? '';
}

/** Links of 160 bits need no help against guessing; what is held up is the flood. */
function secretOf(head: RequestHead): { readonly address: string; readonly proof: string } {
  return { address: head.client.address, proof: tokenOf(head) };
}

/** Open pages hear of what is new about their order, and what they then ask for is new. */
function follow(
  needs: Pick<CustomerNeeds, 'facts'>,
  pages: Pick<Rendered<LanguageWish>, 'doubt' | 'size'>,
  watching: ReadonlyMap<string, ReadonlySet<EventWriter>>,
): void {
  const kinds = [parcelRegistered.kind, parcelMoved.kind, parcelScanned.kind, orderErased.kind];
  // What writes batches need not look into them while no page is kept.
  needs.facts.hearOwn(kinds, (facts) => pages.doubt(pages.size().pages === 0 ? [] : facts.map(orderOf)));
  needs.facts.tail(kinds, (facts) => {
    const orderIds = new Set(facts.map(orderOf));
    pages.doubt(orderIds);
    for (const orderId of orderIds) {
      for (const writer of watching.get(orderId) ?? []) writer.send({ text: 'changed' });
    }
  });
}

/** Before anything is mounted there is no page, but an error may already want one. */
function unhashed(name: string): AssetLink {
  return { url: `/assets/${name}`, integrity: '' };
}

function orderOf(fact: Fact): string {
  if (fact.kind === orderErased.kind) return orderErased.read(fact).orderId;
  if (fact.kind === parcelMoved.kind) return parcelMoved.read(fact).orderId;
  return fact.kind === parcelScanned.kind ? parcelScanned.read(fact).orderId : parcelRegistered.read(fact).orderId;
}

/** Open pages hear that there is something new. */
type UnknownLink = ReturnType<typeof unknownLinkTo>;

function mountLive(
  http: Http,
  needs: CustomerNeeds,
  { watching, unknownLink }: { readonly watching: Map<string, Set<EventWriter>>; readonly unknownLink: UnknownLink },
): void {
  http.route({
    method: 'GET',
    path: '/t/:token/live',
    audience: 'people',
    takes: 'nothing',
    limit: 'stream',
    admit: anyone,
    handle: async (request) => {
      const target = await http.limit.lookUp('link', secretOf(request), () =>
        needs.orders.links.find(needs.database, tokenOf(request)),
      );
      return target === null ? unknownLink(request, http.assetUrl) : live(watching, target);
    },
  });
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

/** One answer to every link that opens nothing, so that nobody learns from it whether there was something. */
function unknownLinkTo(sole: Sole): (head: RequestHead, assetUrl: AssetUrl) => Answer {
  return (head, assetUrl) => {
    const language = languageOf(head, 'en');
    const view = { language, dir: directionOf(language), contactUrl: sole.contactUrl(language) };
    return answer.page(unknownLinkPage(view, { say: sayIn(language), assetUrl }), { status: 404 });
  };
}

/** What was sent cannot be taken as it came: too large, by another form, or not readable. */
const refused: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

/** A page tells people four things: not so, not here, not now, or broken. */
function statusOf(problem: Problem): 400 | 404 | 500 | 503 {
  if (problem.status === 503 || problem.status === 429) return 503;
  if (refused.has(problem.status)) return 400;
  return problem.status < 500 ? 404 : 500;
}

function sayIn(language: string): Say {
  return (key, values) => words.say(language, key, values);
}

function languageOf(head: RequestHead, fallback: string): string {
  return languageAfter(languageWish(head), fallback);
}
