import type { Evidence } from '#evidence';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { AssetUrl } from '#kit/html';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest, type RequestHead } from '#kit/http';
import { readId } from '#kit/ids';
import { protectionPathOf, type Orders, type Shop, type StoredOrder } from '#orders';
import type { Parcels } from '#parcels';
import type { Reviews } from '#reviews';
import { sealed, type ConsentRecord, type Privacy, type Subject } from '#privacy';
import type { Service } from '#service';
import type { Say } from '../words.ts';
import { boxesOf, boxVersion, type Box } from './boxes.ts';
import { consentsPage } from './consents-page.tsx';
import { consentsView, type Done } from './consents-view.ts';
import { shopAt } from '../parts/open-shop.ts';

export type ConsentsNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops' | 'read' | 'links'>;
  readonly parcels: Pick<Parcels, 'read'>;
  readonly privacy: Pick<
    Privacy,
    'consentsOf' | 'giveConsent' | 'withdrawConsent' | 'restrictionsOf' | 'receiptKeysOf'
  >;
  /** Where the shop's privacy policy is stands on the page and in each record (ISO/IEC TS 27560: privacy notice). */
  readonly service: Pick<Service, 'contactOf'>;
  /** Through whom the shop invites to reviews; a house without seals offers no box for it. */
  readonly evidence?: Pick<Evidence, 'invitesThrough'>;
  /** How shops ask for reviews. */
  readonly reviews?: Pick<Reviews, 'settingsOf'>;
  /** Has the receipts of what was just allowed mailed to the person, in the same transaction. */
  readonly mailReceipts?: (tx: Tx, person: Subject, consentIds: readonly string[], order: StoredOrder) => Promise<void>;
};

/** What the door knows: in which language the page is, in which words and colours, and how unknown links are answered. */
export type ConsentsDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
};

type Here = { readonly shop: Shop; readonly order: StoredOrder };

const formBytesMax = 8 * 1024;
const boxesMax = 40;
const path = '/t/:token/consents';
const doneWords: readonly Done[] = ['given', 'withdrawn', 'nothing', 'changed'];

/**
 * What the customer of an order has allowed to whom, and can allow: behind the link of the order, whose 160 bits no other
 * site knows, so that no other site can send its forms. Sending one again changes nothing more.
 */
export function mountConsents(http: Http, needs: ConsentsNeeds, door: ConsentsDoor): void {
  const behind = async (request: RequestHead, act: (here: Here) => Promise<Answer>): Promise<Answer> => {
    const proof = request.params['token'] ?? '';
    const here = await http.limit.lookUp('link', { address: request.client.address, proof }, () =>
      findOrder(needs, proof),
    );
    return here === null ? door.unknownLink(request, http.assetUrl) : await act(here);
  };
  http.route({
    method: 'GET',
    path,
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: (request) =>
      behind(request, async (here) => {
        const language = door.languageOf(request, here.order.language);
        door.addTheme(here.shop);
        const say = door.say(language);
        const view = await viewOf(needs, here, { language, path: request.path, done: doneOf(request), say });
        return answer.page(consentsPage(view, { say, assetUrl: http.assetUrl }));
      }),
  });
  http.route({
    method: 'POST',
    path,
    audience: 'people',
    takes: 'bytes',
    bodyBytesMax: formBytesMax,
    admit: anyone,
    handle: (request) =>
      behind(request, async (here) => {
        const language = door.languageOf(request, here.order.language);
        const done = await acted(needs, here, request, { language, say: door.say(language) });
        return answer.redirect(`${request.path}?done=${done}&language=${language.slice(0, 2)}`);
      }),
  });
  http.route({
    method: 'GET',
    path: `${path}/:consent/receipt`,
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: (request) => behind(request, (here) => receiptAnswer(needs, here, request.params['consent'] ?? '')),
  });
  mountReceiptKeys(http, needs);
}

/** The keys that receipts are checked with, for everybody (RFC 7517). */
function mountReceiptKeys(http: Http, needs: ConsentsNeeds): void {
  http.route({
    method: 'GET',
    path: '/receipts/:shop/jwks.json',
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: async (request) => {
      const shop = await shopAt(needs, request.params['shop'] ?? '');
      const keys = JSON.stringify(needs.privacy.receiptKeysOf(shop.shopId));
      return answer.bytes('application/jwk-set+json', Buffer.from(keys));
    },
  });
}

async function findOrder(needs: ConsentsNeeds, token: string): Promise<Here | null> {
  const target = await needs.orders.links.find(needs.database, token);
  if (target === null) return null;
  const order = await needs.orders.read(needs.database, target.personId, target.orderId);
  const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === target.shopId);
  return order === null || shop === undefined ? null : { order, shop };
}

function doneOf({ query }: RequestHead): Done | null {
  const said = query.get('done');
  return doneWords.find((word) => word === said) ?? null;
}

async function viewOf(
  needs: ConsentsNeeds,
  here: Here,
  {
    say,
    ...asked
  }: { readonly language: string; readonly path: string; readonly done: Done | null; readonly say: Say },
) {
  const { shop, order } = here;
  const { database, clock, privacy } = needs;
  const consents = await privacy.consentsOf(database, order.personId);
  const restraints = await privacy.restrictionsOf(database, order.personId);
  const boxes = await boxesIn(needs, here, consents, say);
  const protectionUrl = protectionPathOf(shop, asked.language);
  const { policyUrl } = await needs.service.contactOf(database, shop.shopId);
  const shown = { ...asked, shop, protectionUrl, policyUrl, now: clock.now(), consents, restraints, boxes };
  return consentsView(shown, say);
}

async function boxesIn(
  needs: ConsentsNeeds,
  { order, shop }: Here,
  consents: readonly ConsentRecord[],
  say: Say,
): Promise<readonly Box[]> {
  const parcels = await needs.parcels.read(needs.database, order.parcelIds);
  const platforms = (await needs.evidence?.invitesThrough(needs.database, shop.shopId)) ?? [];
  const settings = (await needs.reviews?.settingsOf(needs.database, shop.shopId)) ?? null;
  const asksForReviews = settings?.invites === true && settings.basis === 'consent';
  return boxesOf({ order, parcels, consents, shopName: shop.name, asksForReviews, platforms }, say, needs.clock.now());
}

type Spoken = { readonly language: string; readonly say: Say };

async function acted(needs: ConsentsNeeds, here: Here, request: HttpRequest, spoken: Spoken): Promise<Done> {
  const form = request.form();
  if (form.get('act') === 'give') return await give(needs, here, form.getAll('box').slice(0, boxesMax), spoken);
  const consentId = readId('cns', form.get('consent') ?? '');
  if (form.get('act') !== 'withdraw' || consentId === null) return 'nothing';
  await needs.database.tx((tx) => needs.privacy.withdrawConsent(tx, here.order.personId, consentId));
  // Who presses twice is told the same: it is withdrawn.
  return 'withdrawn';
}

/** Only what stands on the page now, in the words that were read, is allowed; otherwise it is shown anew. */
async function give(
  needs: ConsentsNeeds,
  here: Here,
  ticked: readonly string[],
  { language, say }: Spoken,
): Promise<Done> {
  if (ticked.length === 0) return 'nothing';
  const { order } = here;
  const person: Subject = { kind: 'person', id: order.personId, shopId: order.shopId };
  const consents = await needs.privacy.consentsOf(needs.database, order.personId);
  const boxes = await boxesIn(needs, here, consents, say);
  const chosen = boxes.filter(({ value }) => ticked.includes(value));
  const isStale = ticked.some((value) => isChanged(value, boxes));
  if (chosen.length === 0) return isStale ? 'changed' : 'given';
  const { policyUrl } = await needs.service.contactOf(needs.database, order.shopId);
  await needs.database.tx(async (tx) => {
    const given: string[] = [];
    for (const { recipient, purpose, fields, words } of chosen) {
      const consentId = await needs.privacy.giveConsent(tx, person, {
        purpose,
        recipient,
        fields,
        words: sealed('consent_words', words),
        version: boxVersion,
        language,
        jurisdiction: order.country,
        policyUrl,
      });
      if (consentId !== null) given.push(consentId);
    }
    if (given.length > 0) await needs.mailReceipts?.(tx, person, given, order);
  });
  return isStale ? 'changed' : 'given';
}

/** The box is still there, and its words are others. A box that is gone was ticked before. */
function isChanged(value: string, boxes: readonly Box[]): boolean {
  return boxes.some((box) => box.value !== value && aboutOf(box.value) === aboutOf(value));
}

/** Recipient and what for, without the words. */
function aboutOf(value: string): string {
  return value.slice(0, value.lastIndexOf(':'));
}

async function receiptAnswer(needs: ConsentsNeeds, { order }: Here, shownId: string): Promise<Answer> {
  const consentId = readId('cns', shownId);
  const consents = await needs.privacy.consentsOf(needs.database, order.personId);
  const record = consents.find((one) => one.consentId === consentId);
  if (record === undefined) throw new Fault('not_found', 'There is no such consent.');
  const headers = { 'content-disposition': `attachment; filename="consent-${shownId}.jws"` };
  return answer.bytes('application/jose', Buffer.from(`${record.receipt}\n`), { headers });
}
