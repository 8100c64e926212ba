import { answer, type Answer } from '#kit/http';
import { Fault } from '#kit/fault';
import { readId } from '#kit/ids';
import { formatMoment } from '#kit/words';
import { readCorrection, type StoredOrder } from '#orders';
import { exportFormats, holdLaws, holdReasons, receiptJson, sayRights, type Corrected, type SayRights } from '#rights';
import { consolePaths } from '../paths.ts';
import { why } from '../screens/visit.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { correctionFields, customerPage, type CustomerView } from './customer-page.tsx';
import { erasedPage, erasePage } from './erase-page.tsx';
import { holdsPage, type HoldsView } from './holds-page.tsx';

const actor = 'staff';
const base = `${consolePaths.parcels}/parcels/:id/customer`;

type About = { readonly work: Work; readonly order: StoredOrder; readonly say: SayRights };

/** What staff do for somebody who asks for their rights, from the page of a parcel. */
export const rightsRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: base, act: (work) => about(work, (one) => shown(one)) },
  { method: 'POST', path: `${base}/copy`, act: (work) => about(work, copy) },
  { method: 'POST', path: `${base}/correct`, act: (work) => about(work, correct) },
  { method: 'GET', path: `${base}/erase`, act: (work) => about(work, weigh) },
  { method: 'POST', path: `${base}/erase`, act: (work) => about(work, erase) },
  { method: 'GET', path: consolePaths.holds, act: (work) => holds(work, { orderNumber: '', holds: null }) },
  { method: 'POST', path: consolePaths.holds, act: readHolds },
];

/** The buyer of a parcel's order in this shop; a page that says so when there is none, or not any more. */
async function about(work: Work, act: (one: About) => Promise<Answer>): Promise<Answer> {
  const { needs, visit } = work;
  const parcelId = readId('par', visit.params['id'] ?? '');
  const [parcel] = parcelId === null ? [] : await needs.parcels.read(needs.database, [parcelId]);
  if (parcel === undefined || parcel.shopId !== visit.shop.shopId) return missing(work);
  const order = await needs.orders.read(needs.database, parcel.personId, parcel.orderId);
  return order === null ? missing(work) : await act({ work, order, say: sayRights(visit.language) });
}

type Answered = Pick<CustomerView, 'done' | 'wrong' | 'typed'>;
const nothingYet: Answered = { done: [], wrong: [], typed: {} };

async function shown({ work, order, say }: About, answered: Answered = nothingYet): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const [held, waiting] = await Promise.all([
    needs.rights.held(needs.database, order, 'staff'),
    needs.rights.emailWaiting(needs.database, order.personId),
  ]);
  const view: CustomerView = {
    ...answered,
    frame: visit.frame,
    parcelId: visit.params['id'] ?? '',
    orderNumber: needs.privacy.open(order.number, why),
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
  const body = { name, email, phone, address: Object.keys(lines).length === 0 ? undefined : lines };
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
    parcelId: visit.params['id'] ?? '',
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
