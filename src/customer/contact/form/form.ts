import { randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { AssetUrl } from '#kit/html';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest, type RequestHead } from '#kit/http';
import { contactPathOf, type Orders, type Shop, type StoredOrder } from '#orders';
import { readNumber, type Case, type CaseInput, type Service } from '#service';
import type { Say } from '../../words.ts';
import { sentPage, writePage, type Fresh, type WriteView } from './form-page.tsx';
import { nothingTyped, readForm, typedIn, type Letter, type Typed, type Wrong } from './read-form.ts';
import { shopAt } from '../../parts/open-shop.ts';

export type WritingNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops' | 'read' | 'links'>;
  readonly service: Pick<Service, 'cases'>;
  /** Told when somebody opens the form, and when they have sent it. */
  readonly counted?: (shopId: string, what: 'form opened' | 'form sent') => Promise<void>;
};

/** What the door knows: in which language the page is, in which words and colours, and how unknown links are answered. */
export type WritingDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
};

/** Who writes: to which shop, and about which order where it is behind a link. */
type Here = { readonly shop: Shop; readonly order: StoredOrder | null };

/** Four thousand characters in UTF-8, each escaped as a form does it, and the other fields. */
const formBytesMax = 64 * 1024;
const publicPath = '/contact/:shop/write';
const linkPath = '/t/:token/contact/write';
const onceBytes = 18;

/**
 * The form by which anybody writes to a shop's people, for everybody and behind the link of an order. What it answers does
 * not tell which order numbers and addresses are known; behind a link it names nobody. Sent twice it is one question.
 */
export function mountWriting(http: Http, needs: WritingNeeds, door: WritingDoor): void {
  const openly = async (request: RequestHead, act: (here: Here) => Promise<Answer>): Promise<Answer> => {
    const shop = await shopAt(needs, request.params['shop'] ?? '');
    return await act({ shop, order: null });
  };
  const behind = async (request: RequestHead, act: (here: Here) => Promise<Answer>): Promise<Answer> => {
    const proof = request.params['token'] ?? '';
    const secret = { address: request.client.address, proof };
    const here = await http.limit.lookUp('link', secret, () => findHere(needs, proof));
    return here === null ? door.unknownLink(request, http.assetUrl) : await act(here);
  };
  for (const [path, enter] of [
    [publicPath, openly],
    [linkPath, behind],
  ] as const) {
    http.route({
      method: 'GET',
      path,
      audience: 'people',
      takes: 'nothing',
      admit: anyone,
      handle: (request) => enter(request, (here) => shown({ http, needs, door, here, request })),
    });
    http.route({
      method: 'POST',
      path,
      audience: 'people',
      takes: 'form',
      bodyBytesMax: formBytesMax,
      admit: anyone,
      handle: (request) => enter(request, (here) => taken({ http, needs, door, here, request })),
    });
  }
}

async function findHere(needs: WritingNeeds, token: string): Promise<Here | null> {
  const target = await needs.orders.links.find(needs.database, token);
  if (target === null) return null;
  const order = await needs.orders.read(needs.database, target.personId, target.orderId);
  const shop = (await needs.orders.shops(needs.database)).find(({ shopId }) => shopId === target.shopId);
  return order === null || shop === undefined ? null : { order, shop };
}

type Visit<Request extends RequestHead> = {
  readonly http: Http;
  readonly needs: WritingNeeds;
  readonly door: WritingDoor;
  readonly here: Here;
  readonly request: Request;
};

async function shown(visit: Visit<RequestHead>): Promise<Answer> {
  const { request, needs, here } = visit;
  const sent = readNumber(request.query.get('sent') ?? '');
  if (sent !== null) {
    const { view, pageNeeds } = await viewOf(visit, { typed: nothingTyped, wrong: {}, isOften: false });
    return answer.page(sentPage(view, sent, pageNeeds));
  }
  const going = await goingOn(needs, here, request.query.get('case') ?? '');
  const typed = { ...nothingTyped, once: randomBytes(onceBytes).toString('base64url'), case: going?.number ?? '' };
  await needs.counted?.(here.shop.shopId, 'form opened');
  return await formAnswer(visit, { typed, wrong: {}, isOften: false }, 200);
}

async function formAnswer(visit: Visit<RequestHead>, fresh: Fresh, status: 200 | 422 | 429): Promise<Answer> {
  const { view, pageNeeds } = await viewOf(visit, fresh);
  return answer.page(writePage(view, pageNeeds), { status });
}

/** A case of the one whose link it is; nobody goes on with a case from the form for everybody. */
async function goingOn(needs: WritingNeeds, { shop, order }: Here, number: string): Promise<Case | null> {
  if (order === null || number === '') return null;
  const found = await needs.service.cases.read(needs.database, shop.shopId, number);
  return found !== null && found.one.personId === order.personId ? found.one : null;
}

async function viewOf({ http, needs, door, here, request }: Visit<RequestHead>, fresh: Fresh) {
  const { shop, order } = here;
  const language = door.languageOf(request, order?.language ?? 'en');
  door.addTheme(shop);
  const say = door.say(language);
  const { cases } = needs.service;
  const { zone, slots } = await cases.slots(needs.database, shop.shopId);
  const view: WriteView = {
    ...fresh,
    shop,
    language,
    path: request.path,
    isKnown: order !== null,
    backPath: order === null ? contactPathOf(shop, language) : request.path.replace(/\/contact\/write$/, ''),
    wantsCall: request.query.has('call'),
    zone,
    slots,
    answerTime: await cases.answerTime(needs.database, shop.shopId),
    own: order === null ? [] : await cases.ofPerson(needs.database, order.personId),
  };
  return { view, pageNeeds: { say, assetUrl: http.assetUrl } };
}

async function taken(visit: Visit<HttpRequest>): Promise<Answer> {
  const { http, needs, here, request } = visit;
  const filledIn = typedIn(request.form());
  // A program that fills in everything is told what people are told.
  if (filledIn === null) return leadOn(visit, `C-${randomBytes(8).toString('hex').slice(0, 8)}`);
  if (!mayWrite(http, request)) return await formAnswer(visit, { typed: filledIn, wrong: {}, isOften: true }, 429);
  const goesOn = await goingOn(needs, here, filledIn.case);
  const typed = { ...filledIn, case: goesOn?.number ?? '' };
  const letter = readForm(typed, { isKnown: here.order !== null, isGoing: goesOn !== null });
  if ('wrong' in letter) return await formAnswer(visit, { typed, wrong: letter.wrong, isOften: false }, 422);
  const input = inputOf(visit, letter, goesOn);
  const written = await needs.database.tx((tx) => needs.service.cases.write(tx, input));
  if ('no' in written) return await refused(visit, typed, written.no);
  await needs.counted?.(here.shop.shopId, 'form sent');
  return leadOn(visit, written.number);
}

async function refused(
  visit: Visit<HttpRequest>,
  typed: Typed,
  no: 'too often' | 'slot gone' | 'erased',
): Promise<Answer> {
  if (no === 'erased') return visit.door.unknownLink(visit.request, visit.http.assetUrl);
  const wrong: Wrong = no === 'slot gone' ? { slot: 'slot' } : {};
  const isOften = no === 'too often';
  return await formAnswer(visit, { typed, wrong, isOften }, isOften ? 429 : 422);
}

/** Counted by address, before anything is asked of the database; what was typed is shown again. */
function mayWrite(http: Http, request: RequestHead): boolean {
  try {
    http.limit.admit('letter', request.client.address);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'limit') return false;
    throw error;
  }
}

function inputOf({ door, here, request }: Visit<HttpRequest>, letter: Letter, goesOn: Case | null): CaseInput {
  const { shop, order } = here;
  const { email, name, topic, text, callBack, once } = letter;
  const language = door.languageOf(request, order?.language ?? 'en');
  const rest = { shopId: shop.shopId, topic, language, text, callBack, once, goesOn };
  if (order !== null) return { ...rest, from: { personId: order.personId, orderId: order.orderId, email } };
  if (email === null) throw new Fault('invalid', 'An e-mail address is missing.');
  return { ...rest, from: { email, name, orderNumber: letter.order } };
}

function leadOn({ door, here, request }: Visit<HttpRequest>, number: string): Answer {
  const language = door.languageOf(request, here.order?.language ?? 'en');
  return answer.redirect(`${request.path}?sent=${encodeURIComponent(number)}&language=${language.slice(0, 2)}`);
}
