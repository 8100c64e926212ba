import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { showId } from '#kit/ids';
import { formatDayTime, formatTime } from '#kit/words';
import { receiptJson, sayRights } from '#rights';
import { sayWait, type Case, type CaseEntry } from '#service';
import { consolePaths } from '../paths.ts';
import { erasedPage } from '../rights/erase-page.tsx';
import { why } from '../screens/visit.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { caseActs, casePage, type CaseActName, type CaseView } from './case-page.tsx';
import { caseLists, inboxPage, type CaseRow, type InboxView } from './inbox-page.tsx';

const actor = 'staff';
const parcelsShownMax = 10;
const findLengthMax = 100;
const beginsLengthMax = 110;

/** The screen "Inbox", one for each case, and what their forms do. */
export const inboxRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.inbox, act: (work) => showInbox(work) },
  { method: 'POST', path: consolePaths.callsPerSlot, act: setCalls },
  { method: 'GET', path: `${consolePaths.inbox}/:number`, act: (work) => showCase(work) },
  { method: 'POST', path: `${consolePaths.inbox}/:number`, act: actOn },
];

async function showInbox(work: Work, wrong: { readonly calls: string } | null = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const { shopId } = visit.shop;
  const { cases } = needs.service;
  const { find, list } = wished(visit);
  const found = list === null ? await findCases(work, find) : await cases.list(needs.database, shopId, list);
  if ('number' in found) return answer.redirect(consolePaths.case(found.number));
  const view = {
    frame: visit.frame,
    list,
    find,
    rows: await rowsOf(work, found),
    measured: await measuredOf(work),
    calls: wrong?.calls ?? String(await cases.callsPerSlot(needs.database, shopId)),
    wrong: wrong === null ? null : visit.say('inbox.slots.wrong'),
  };
  return answer.page(inboxPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

function wished({ query }: Work['visit']): Pick<InboxView, 'find' | 'list'> {
  const find = (query.get('find') ?? '').trim().slice(0, findLengthMax);
  return { find, list: find === '' ? (caseLists.find((one) => one === query.get('list')) ?? 'open') : null };
}

/** The case of this number, or those of whoever ordered under it. */
async function findCases({ needs, visit }: Work, find: string): Promise<Case | readonly Case[]> {
  const { cases } = needs.service;
  const read = await cases.read(needs.database, visit.shop.shopId, find);
  if (read !== null) return read.one;
  const order = await needs.orders.find(needs.database, visit.shop.shopId, find);
  return order === null ? [] : await cases.ofPerson(needs.database, order.personId);
}

async function measuredOf({ needs, visit }: Work): Promise<string | null> {
  const { language, say } = visit;
  const time = await needs.service.cases.answerTime(needs.database, visit.shop.shopId);
  if (time === null) return null;
  const { answered: count, openMedianMinutes, openP90Minutes } = time;
  const wait = (minutes: number): string => sayWait(language, minutes);
  const plain = say('inbox.measured', { count, median: wait(time.medianMinutes), p90: wait(time.p90Minutes) });
  if (openMedianMinutes === null || openP90Minutes === null) return plain;
  return `${plain} ${say('inbox.measured.open', { median: wait(openMedianMinutes), p90: wait(openP90Minutes) })}`;
}

/** What stands beside each of them, with as many statements as for one. */
async function rowsOf(work: Work, found: readonly Case[]): Promise<readonly CaseRow[]> {
  const { needs, visit } = work;
  const { database, privacy, orders } = needs;
  const { cases } = needs.service;
  const { shopId } = visit.shop;
  const asked = found.flatMap(({ personId, orderId }) => (orderId === null ? [] : [{ personId, orderId }]));
  const [{ zone }, waited, words, contacts, ordered] = await Promise.all([
    cases.slots(database, shopId),
    cases.openMinutes(database, shopId),
    cases.lastAsked(database, found),
    orders.contacts(
      database,
      found.map(({ personId }) => personId),
    ),
    orders.readMany(database, asked),
  ]);
  return found.map((one) => {
    const name = one.name ?? contacts.get(one.personId)?.name ?? null;
    const number = one.orderId === null ? null : (ordered.get(one.orderId)?.number ?? null);
    const text = words.get(one.caseId);
    return {
      ...rowOf(work, one, { zone, waited }),
      name: name === null ? null : privacy.open(name, why),
      order: number === null ? null : privacy.open(number, why),
      begins: text === undefined ? null : beginningOf(privacy.open(text, why)),
    };
  });
}

/** As much as fits beside a row, on one line. */
function beginningOf(text: string): string {
  const line = text.slice(0, 2 * beginsLengthMax).replaceAll(/\s+/gu, ' ');
  if (line.length <= beginsLengthMax && text.length <= 2 * beginsLengthMax) return line;
  const cut = line.slice(0, beginsLengthMax).toWellFormed();
  const end = cut.lastIndexOf(' ');
  return `${end < beginsLengthMax / 2 ? cut : cut.slice(0, end)} …`;
}

function rowOf(
  { visit }: Work,
  one: Case,
  { zone, waited }: { readonly zone: string; readonly waited: (since: Temporal.Instant) => number | null },
): Omit<CaseRow, 'name' | 'order' | 'begins'> {
  const { language, moment, now } = visit;
  const { callBack, waitingSince: since } = one;
  return {
    number: one.number,
    topic: one.topic,
    state: one.state,
    asked: moment(one.openedAt),
    last: moment(one.lastAt),
    waits: since === null ? null : { since: moment(since), open: openOf(visit, waited(since)) },
    call:
      callBack === null
        ? null
        : {
            slot: slotOf(language, zone, callBack),
            isOver: Temporal.Instant.compare(callBack.endsAt, now) <= 0,
            isCalled: callBack.isCalled,
          },
  };
}

/** Nobody was there yet: then nobody could answer. */
function openOf({ language, say }: Work['visit'], minutes: number | null): string | null {
  if (minutes === null) return null;
  return minutes === 0 ? say('inbox.waits.none') : say('inbox.waits.open', { time: sayWait(language, minutes) });
}

function slotOf(language: string, zone: string, call: NonNullable<Case['callBack']>): string {
  const [from, until] = [call.startsAt, call.endsAt].map((at) => at.toZonedDateTimeISO(zone).toPlainDateTime());
  if (from === undefined || until === undefined) return '';
  return `${formatDayTime(language, from)} – ${formatTime(language, until.toPlainTime())}`;
}

async function setCalls(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const typed = (request.form().get('calls') ?? '').trim();
  try {
    const calls = /^\d{1,3}$/.test(typed) ? Number(typed) : Number.NaN;
    await needs.service.cases.setCallsPerSlot({ shopId: visit.shop.shopId, calls, actor });
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'invalid')) throw error;
    return await showInbox(work, { calls: typed.slice(0, 20) });
  }
  return answer.redirect(`${consolePaths.inbox}?done=case_slots`);
}

async function showCase(work: Work, wrong: CaseView['wrong'] = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const number = visit.params['number'] ?? '';
  const read = await needs.service.cases.read(needs.database, visit.shop.shopId, number);
  if (read === null) return missing(work);
  const { one, entries } = read;
  const view: CaseView = {
    ...(await aboutOf(work, one)),
    frame: visit.frame,
    entries: entries.map((entry) => entryOf(work, entry)),
    wrong,
  };
  return answer.page(casePage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

async function aboutOf(work: Work, one: Case): Promise<Omit<CaseView, 'frame' | 'entries' | 'wrong'>> {
  const { needs } = work;
  const { cases } = needs.service;
  const { zone } = await cases.slots(needs.database, one.shopId);
  const waited = await cases.openMinutes(needs.database, one.shopId);
  const open = (value: Parameters<typeof needs.privacy.open>[0] | null | undefined): string | null =>
    value === null || value === undefined ? null : needs.privacy.open(value, why);
  const to = await needs.database.tx((tx) => cases.recipient(tx, one));
  const order = one.orderId === null ? null : await needs.orders.read(needs.database, one.personId, one.orderId);
  return {
    row: rowOf(work, one, { zone, waited }),
    name: open(to?.name ?? one.name),
    email: open(to?.email),
    caution: cautionOf(one),
    order: open(order?.number),
    orderSaid: open(one.orderSaid),
    phone: open(one.callBack?.phone),
    parcels: await parcelsOf(work, order?.parcelIds ?? []),
    mayErase: (await needs.rights.weigh(needs.database, one)).orders === 0,
  };
}

function cautionOf({ email, via, orderId }: Case): CaseView['caution'] {
  if (email !== null) return 'other';
  return via === 'page' && orderId === null ? 'page' : null;
}

async function parcelsOf({ needs, visit }: Work, ids: readonly string[]): Promise<CaseView['parcels']> {
  const parcels = await needs.parcels.read(needs.database, ids.slice(0, parcelsShownMax));
  return parcels.map(({ parcelId, milestone, subStatus, lastSignAt }, index) => ({
    id: showId('par', parcelId),
    position: index + 1,
    milestone,
    subStatus,
    lastSign: lastSignAt === null ? null : visit.moment(lastSignAt),
  }));
}

const forwardedWords = {
  sent: 'sent',
  refused: 'refused',
  'no address': 'no_address',
  withheld: 'withheld',
} as const;

function entryOf({ needs, visit }: Work, entry: CaseEntry): CaseView['entries'][number] {
  const { at, kind, actor: who, words, forwarded } = entry;
  const way = forwarded === null ? ('waits' as const) : forwardedWords[forwarded.outcome];
  return {
    at: visit.moment(at),
    kind,
    actor: who,
    words: words === null ? null : needs.privacy.open(words, why),
    forwarded: kind === 'asked' ? way : null,
  };
}

async function actOn(work: Work): Promise<Answer> {
  const { visit, request } = work;
  const form = request.form();
  const text = form.get('text') ?? '';
  const act = caseActs.find((one) => one === form.get('act'));
  if (act === undefined) return await showCase(work);
  try {
    if (act === 'erase') return await erase(work);
    if (act === 'answer') return await answerNow(work, text);
    const done = await doAct(work, act);
    return answer.redirect(`${consolePaths.case(visit.params['number'] ?? '')}?done=${done}`);
  } catch (error) {
    const word = error instanceof Fault ? wrongs[error.code] : null;
    if (word === null) throw error;
    return word === 'missing' ? missing(work) : await showCase(work, { message: visit.say(word), text });
  }
}

/** What staff are told where something cannot be done; what is no fault of theirs goes on. */
const wrongs = {
  not_found: 'missing',
  invalid: 'case.wrong.text',
  conflict: 'case.wrong.conflict',
  limit: 'case.wrong.conflict',
  unauthorized: null,
  unavailable: null,
} as const satisfies Readonly<Record<Fault['code'], string | null>>;

/** What was done, as a word for the page that follows. */
async function doAct(work: Work, name: Exclude<CaseActName, 'erase' | 'answer'>): Promise<string> {
  const { cases } = work.needs.service;
  const act = onCase(work);
  switch (name) {
    case 'elsewhere':
      await cases.mark(act, 'answered elsewhere');
      return 'case_marked';
    case 'called':
      await cases.mark(act, 'called');
      return 'case_marked';
    case 'not_reached':
      await cases.mark(act, 'not reached');
      return 'case_marked';
    case 'close':
      await cases.close(act);
      return 'case_closed';
    case 'reopen':
      await cases.reopen(act);
      return 'case_reopened';
  }
}

function onCase({ visit }: Work) {
  return { shopId: visit.shop.shopId, number: visit.params['number'] ?? '', actor };
}

async function answerNow(work: Work, text: string): Promise<Answer> {
  const { needs, visit, request } = work;
  const act = onCase(work);
  const seen = request.form().get('seen');
  const answered = await needs.service.cases.answer(act, text, seen === null ? undefined : { entries: Number(seen) });
  if (!('no' in answered)) return answer.redirect(`${consolePaths.case(act.number)}?done=case_answered`);
  const word = answered.no === 'more was said' ? 'case.wrong.more' : 'case.wrong.address';
  return await showCase(work, { message: visit.say(word), text });
}

/** Somebody without an order, about whom nothing but conversations is held; the receipt is shown this once. */
async function erase(work: Work): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const read = await needs.service.cases.read(needs.database, visit.shop.shopId, visit.params['number'] ?? '');
  if (read === null || (await needs.rights.weigh(needs.database, read.one)).orders > 0) return missing(work);
  const erased = await needs.rights.eraseNow(read.one, actor);
  if ('no' in erased) return missing(work);
  const receipt = JSON.stringify(receiptJson(erased.receipt, erased.proof), null, 2);
  const { recipients } = erased;
  const view = { frame: visit.frame, sayRights: sayRights(visit.language), receipt, recipients };
  return answer.page(erasedPage(view, pageNeeds));
}
