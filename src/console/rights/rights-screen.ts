import { findConnector } from '#carriers';
import { answer, type Answer } from '#kit/http';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { formatDate, formatMoment } from '#kit/words';
import { readCorrection, type StoredOrder } from '#orders';
import {
  exportFormats,
  homeZone,
  holdLaws,
  holdReasons,
  objectionable,
  receiptJson,
  recipientsOf,
  sayRecord,
  sayRequestCode,
  sayRights,
  type Corrected,
  type HeldBack,
  type Restraining,
  type SayRights,
} from '#rights';
import { consolePaths } from '../paths.ts';
import { why } from '../screens/visit.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { correctionFields, customerPage, type CustomerView } from './customer-page.tsx';
import { erasedPage, erasePage } from './erase-page.tsx';
import { holdsPage, type HoldsView } from './holds-page.tsx';

const actor = 'staff';
type About = { readonly work: Work; readonly order: StoredOrder; readonly say: SayRights };

/** What staff do for somebody who asks for their rights, from the page of a parcel or of a request. */
export const rightsRoutes: readonly StaffRoute[] = [
  ...[`${consolePaths.parcels}/parcels/:id/customer`, `${consolePaths.parcels}/customers/:id`].flatMap(
    (base): readonly StaffRoute[] => [
      { method: 'GET', path: base, act: (work) => about(work, (one) => shown(one)) },
      { method: 'POST', path: `${base}/copy`, act: (work) => about(work, copy) },
      { method: 'POST', path: `${base}/correct`, act: (work) => about(work, correct) },
      { method: 'POST', path: `${base}/restrain`, act: (work) => about(work, restrain) },
      { method: 'GET', path: `${base}/erase`, act: (work) => about(work, weigh) },
      { method: 'POST', path: `${base}/erase`, act: (work) => about(work, erase) },
    ],
  ),
  { method: 'GET', path: consolePaths.holds, act: (work) => holds(work, { orderNumber: '', holds: null }) },
  { method: 'POST', path: consolePaths.holds, act: readHolds },
];

/** The buyer in this shop; a page that says so when there is none, or not any more. */
async function about(work: Work, act: (one: About) => Promise<Answer>): Promise<Answer> {
  const shownId = work.visit.params['id'] ?? '';
  const order = await (shownId.startsWith('per_') ? latestOf(work, shownId) : orderAround(work, shownId));
  return order === null ? missing(work) : await act({ work, order, say: sayRights(work.visit.language) });
}

async function orderAround({ needs, visit }: Work, shownId: string): Promise<StoredOrder | null> {
  const parcelId = readId('par', shownId);
  const [parcel] = parcelId === null ? [] : await needs.parcels.read(needs.database, [parcelId]);
  if (parcel === undefined || parcel.shopId !== visit.shop.shopId) return null;
  return await needs.orders.read(needs.database, parcel.personId, parcel.orderId);
}

/** The newest order: in its language they are answered, and its address is the one that is put right. */
async function latestOf({ needs, visit }: Work, shownId: string): Promise<StoredOrder | null> {
  const personId = readId('per', shownId);
  if (personId === null) return null;
  const { orderIds } = await needs.orders.whose(needs.database, { shopId: visit.shop.shopId, personId });
  const newest = orderIds.toSorted().at(-1);
  const order = newest === undefined ? null : await needs.orders.read(needs.database, personId, newest);
  return order?.shopId === visit.shop.shopId ? order : null;
}

type Answered = Pick<CustomerView, 'done' | 'wrong' | 'typed'>;
const nothingYet: Answered = { done: [], wrong: [], typed: {} };

async function shown({ work, order, say }: About, answered: Answered = nothingYet): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const [held, waiting, heldBack, requests, recipients] = await Promise.all([
    needs.rights.held(needs.database, order, 'staff'),
    needs.rights.emailWaiting(needs.database, order.personId),
    needs.rights.heldBack(needs.database, order),
    needs.rights.requests.list(needs.database, visit.shop.shopId, { personId: order.personId }),
    recipientsOf(needs.privacy, needs.database, order.personId),
  ]);
  const view: CustomerView = {
    ...answered,
    frame: visit.frame,
    customerId: visit.params['id'] ?? '',
    orderNumber: needs.privacy.open(order.number, why),
    requests: requests.map(({ requestId, kind }) => ({
      url: consolePaths.request(showId('req', requestId)),
      kind: sayRequestCode(visit.language, 'kind', kind),
    })),
    heldBack: heldBackView(heldBack, recipients, visit),
    categories: held.categories,
    emailWaiting: waiting === null ? null : formatMoment(visit.language, waiting),
    sayRights: say,
  };
  return answer.page(customerPage(view, pageNeeds), { status: answered.wrong.length === 0 ? 200 : 422 });
}

async function copy(one: About): Promise<Answer> {
  const { work, order } = one;
  const wanted = work.request.form().get('format');
  const format = exportFormats.find((each) => each === wanted);
  if (format === undefined) return await shown(one);
  const wish = { format, language: order.language, reader: 'staff' } as const;
  const { name, contentType, bytes } = await work.needs.rights.exportPerson(order, wish, actor);
  return answer.bytes(contentType, bytes, { headers: { 'content-disposition': `attachment; filename="${name}"` } });
}

async function correct(one: About): Promise<Answer> {
  const { work, order, say } = one;
  const { needs, visit, request } = work;
  const form = request.form();
  const typed = Object.fromEntries(correctionFields.map((field) => [field, (form.get(field) ?? '').trim()]));
  const { name, email, phone, ...lines } = Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== ''));
  const address = Object.keys(lines).length === 0 ? undefined : lines;
  const body = { name, email, phone, address, ...(form.get('remove_phone') === 'yes' ? { remove_phone: true } : {}) };
  try {
    const correction = readCorrection(order.orderId, body);
    const corrected = await needs.database.tx((tx) => needs.rights.correct(tx, order, correction, actor));
    return await shown(one, { ...nothingYet, done: doneLines(say, visit.language, corrected) });
  } catch (error) {
    if (error instanceof Fault && ['invalid', 'conflict', 'unavailable'].includes(error.code)) {
      return await shown(one, { ...nothingYet, typed, wrong: wrongLines(error) });
    }
    throw error;
  }
}

/** What a form of the page wants; null for a form that is none of ours. */
function wishOf(form: URLSearchParams): Restraining | null {
  const on = form.get('on') === 'yes';
  switch (form.get('act') ?? '') {
    case 'restrict':
      return { kind: 'restriction', on };
    case 'object': {
      const purpose = objectionable.find((one) => one === form.get('purpose'));
      return purpose === undefined ? null : { kind: 'objection', purpose, on };
    }
    case 'withdraw': {
      const consentId = readId('cns', form.get('consent') ?? '');
      return consentId === null ? null : { kind: 'withdrawal', consentId };
    }
    default:
      return null;
  }
}

async function restrain(one: About): Promise<Answer> {
  const { work, order } = one;
  const { needs, request, visit } = work;
  const wish = wishOf(request.form());
  if (wish === null) return await shown(one);
  const { changed } = await needs.database.tx((tx) => needs.rights.restrain(tx, order, wish, actor));
  const page = consolePaths.customer(visit.params['id'] ?? '');
  return answer.redirect(`${page}?done=${changed ? 'held_back' : 'held_back_so'}#held-back`);
}

function heldBackView(
  { restricted, objections, consents }: HeldBack,
  recipients: readonly string[],
  { language, shop }: Work['visit'],
): CustomerView['heldBack'] {
  const dayOf = (at: Temporal.Instant): string => formatDate(language, at.toZonedDateTimeISO(homeZone).toPlainDate());
  const field = (one: string): string => sayRecord(language, 'field', one);
  const name = (recipient: string): string =>
    recipient === 'shop' ? shop.name : (findConnector(recipient)?.manifest.name ?? recipient);
  return {
    restricted: restricted === null ? null : dayOf(restricted),
    recipients,
    purposes: objectionable.map((purpose) => {
      const at = objections.find((each) => each.purpose === purpose)?.at;
      return { purpose, label: sayRecord(language, 'purpose', purpose), since: at === undefined ? null : dayOf(at) };
    }),
    consents: consents.map(({ consentId, recipient, purpose, fields, givenAt }) => ({
      id: showId('cns', consentId),
      label: `${name(recipient)}: ${fields.map(field).join(', ')}. ${sayRecord(language, 'purpose', purpose)}`,
      given: dayOf(givenAt),
    })),
  };
}

function doneLines(say: SayRights, language: string, done: Corrected): readonly string[] {
  const { corrected, recipients, emailConfirmedUntil } = done;
  const fields = corrected.map((field) => say(`field.${field}`)).join(', ');
  return [
    ...(corrected.length === 0 ? [] : [say('screen.corrected', { fields })]),
    ...(recipients.length === 0 ? [] : [say('screen.recipients', { recipients: recipients.join(', ') })]),
    ...(emailConfirmedUntil === null
      ? []
      : [say('screen.confirming', { time: formatMoment(language, emailConfirmedUntil) })]),
  ];
}

function wrongLines(fault: Fault): readonly string[] {
  return [fault.publicText, ...fault.errors.map(({ pointer, message }) => `${pointer.slice(1)} ${message}.`)];
}

async function weigh({ work, order, say }: About): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const view = {
    frame: visit.frame,
    customerId: visit.params['id'] ?? '',
    orderNumber: needs.privacy.open(order.number, why),
    weighed: await needs.rights.weigh(needs.database, order),
    lawOf: (kind: string) => holdLaws.find((law) => law.kind === kind)?.source ?? '',
    sayRights: say,
  };
  return answer.page(erasePage(view, pageNeeds));
}

/** Answers with the page itself: the receipt is shown once, and must not stand in an address. */
async function erase({ work, order, say }: About): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const erased = await needs.rights.eraseNow(order, actor);
  if ('no' in erased) return missing(work);
  const receipt = JSON.stringify(receiptJson(erased.receipt, erased.proof), null, 2);
  return answer.page(
    erasedPage({ frame: visit.frame, sayRights: say, receipt, recipients: erased.recipients }, pageNeeds),
  );
}

async function readHolds(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const orderNumber = (form.get('order') ?? '').trim();
  const reason = holdReasons.find((each) => each === form.get('reason'));
  if (orderNumber === '' || reason === undefined) return await holds(work, { orderNumber, holds: null }, 422);
  try {
    const { shopId } = visit.shop;
    const found = await needs.rights.readHolds({ shopId, orderNumber, reason, actor });
    return await holds(work, { orderNumber, holds: found });
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return await holds(work, { orderNumber, holds: [] }, 404);
    throw error;
  }
}

async function holds(
  { visit, pageNeeds }: Work,
  found: Pick<HoldsView, 'orderNumber' | 'holds'>,
  status = 200,
): Promise<Answer> {
  const view = { ...found, frame: visit.frame, sayRights: sayRights(visit.language) };
  return Promise.resolve(answer.page(holdsPage(view, pageNeeds), { status }));
}
