import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import {
  evidences,
  homeZone,
  outcomes,
  requestKinds,
  urgencyOf,
  type Evidence,
  type PersonRequest,
  type Requests,
} from '#rights';
import { consolePaths } from '../paths.ts';
import type { Visit } from '../screens/visit.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { requestPage, type RequestView } from './request-page.tsx';
import { requestsPage, type RequestRow, type RequestsView } from './requests-page.tsx';

const actor = 'staff';

/** The screen "Requests", one for each request, and what their forms do. */
export const requestRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.requests, act: (work) => showAll(work) },
  { method: 'POST', path: consolePaths.requests, act: add },
  { method: 'GET', path: `${consolePaths.requests}/:id`, act: (work) => showOne(work) },
  { method: 'POST', path: `${consolePaths.requests}/:id`, act },
];

type Typed = RequestsView['typed'];

type Wrong = { readonly message: string; readonly typed: Typed };

async function showAll(work: Work, wrong: Wrong | null = null): Promise<Answer> {
  const { visit, pageNeeds } = work;
  const order = (visit.query.get('order') ?? '').trim().slice(0, 100);
  const whose = await whoseOrder(work, order);
  const typed = wrong?.typed ?? (await begunFrom(work, visit.query.get('case') ?? '')) ?? { order };
  const view = {
    frame: visit.frame,
    order,
    isFound: whose !== 'nobody',
    typed,
    wrong: wrong?.message ?? null,
    open: await rowsOf(work, whose, false),
    ended: await rowsOf(work, whose, true),
  };
  return answer.page(requestsPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

type WhoseOrder = { readonly personId: string } | 'nobody' | null;

/** Null where no order was named. */
async function whoseOrder({ needs, visit }: Work, number: string): Promise<WhoseOrder> {
  if (number === '') return null;
  return (await needs.orders.find(needs.database, visit.shop.shopId, number)) ?? 'nobody';
}

async function rowsOf({ needs, visit }: Work, whose: WhoseOrder, ended: boolean): Promise<readonly RequestRow[]> {
  if (whose === 'nobody') return [];
  const personId = whose?.personId;
  const listed = await needs.rights.requests.list(needs.database, visit.shop.shopId, { personId, ended });
  return listed.map((one) => rowOf(one, visit));
}

/** What a conversation says already about what is asked for in it. */
async function begunFrom({ needs, visit }: Work, number: string): Promise<Typed | null> {
  const read = number === '' ? null : await needs.service.cases.read(needs.database, visit.shop.shopId, number);
  if (read === null) return null;
  const { number: shown, openedAt, via } = read.one;
  const received = openedAt.toZonedDateTimeISO(homeZone).toPlainDate().toString();
  const evidence: Evidence = via === 'link' ? 'link of an order' : 'none';
  return { case: shown, received, evidence, note: shown };
}

function rowOf(request: PersonRequest, { moment, now }: Visit): RequestRow {
  const { requestId, kind, via, evidence, receivedAt, dueAt, extendedAt, outcome, endedAt, personId } = request;
  return {
    id: showId('req', requestId),
    kind,
    via,
    evidence,
    outcome,
    received: moment(receivedAt),
    due: moment(dueAt.subtract({ seconds: 60 })),
    urgency: urgencyOf(request, now),
    extended: extendedAt !== null,
    ended: endedAt === null ? null : moment(endedAt),
    person: personId === null ? null : showId('per', personId),
  };
}

/** Who wrote in a conversation; null where none is named. */
async function writerOf({ needs, visit }: Work, number: string): Promise<string | null> {
  if (number === '') return null;
  return (await needs.service.cases.read(needs.database, visit.shop.shopId, number))?.one.personId ?? null;
}

async function add(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const { shopId } = visit.shop;
  const form = request.form();
  const text = (name: string): string => (form.get(name) ?? '').trim();
  const typed = Object.fromEntries(
    ['kind', 'order', 'received', 'evidence', 'note', 'case'].map((name) => [name, text(name)]),
  );
  const whose = await whoseOrder(work, text('order'));
  if (whose === 'nobody') return await showAll(work, { message: visit.say('requests.search.none'), typed });
  const kind = Object.keys(requestKinds).find((one): one is keyof typeof requestKinds => one === text('kind'));
  const evidence = evidences.find((one) => one === text('evidence'));
  const received = receivedIn(text('received'), visit.now);
  if (kind === undefined || evidence === undefined || received === null) {
    return await showAll(work, { message: visit.say('requests.wrong.invalid'), typed });
  }
  const personId = whose?.personId ?? (await writerOf(work, text('case')));
  try {
    const requestId = await needs.database.tx((tx) =>
      needs.rights.requests.record(tx, {
        shopId,
        kind,
        evidence,
        actor,
        via: 'staff',
        receivedAt: received,
        note: text('note'),
        personId,
      }),
    );
    return answer.redirect(`${consolePaths.request(showId('req', requestId))}?done=request_added`);
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'invalid')) throw error;
    return await showAll(work, { message: visit.say('requests.wrong.invalid'), typed });
  }
}

/** The beginning of that day, or now when no day was given; null for what is no day. */
function receivedIn(text: string, now: Temporal.Instant): Temporal.Instant | null {
  if (text === '') return now;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text).toZonedDateTime(homeZone).toInstant();
  } catch {
    return null;
  }
}

async function showOne(work: Work, wrong: RequestView['wrong'] = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const requestId = readId('req', visit.params['id'] ?? '');
  const read =
    requestId === null ? null : await needs.rights.requests.read(needs.database, visit.shop.shopId, requestId);
  if (read === null) return missing(work);
  const { request, steps } = read;
  const row = rowOf(request, visit);
  const view: RequestView = {
    frame: visit.frame,
    row,
    wrong,
    customerUrl: await customerUrlOf(work, request),
    steps: steps.map(({ at, actor: who, step, note }) => ({ actor: who, step, note, at: visit.moment(at) })),
    mayExtend: !row.extended && row.urgency !== 'overdue',
  };
  return answer.page(requestPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

async function customerUrlOf({ needs }: Work, { shopId, personId }: PersonRequest): Promise<string | null> {
  if (personId === null) return null;
  const { orderIds } = await needs.orders.whose(needs.database, { shopId, personId });
  return orderIds.length === 0 ? null : consolePaths.customer(showId('per', personId));
}

type Step = Parameters<Requests['note']>[0];

/** What the forms of a request can do; anything else is refused as if it were past its time. */
async function doAct(requests: Requests, step: Step, form: URLSearchParams, personId: string | null): Promise<void> {
  switch (form.get('act') ?? '') {
    case 'note':
      return await requests.note(step);
    case 'identify': {
      const evidence = oneOf(evidences, form.get('evidence'));
      return await requests.identify({ ...step, evidence, ...(personId === null ? {} : { personId }) });
    }
    case 'extend':
      return void (await requests.extend(step));
    case 'end':
      return await requests.end({ ...step, outcome: oneOf(outcomes, form.get('outcome')) });
    default:
      throw new Fault('conflict', 'There is no such act.');
  }
}

/** @throws Fault('invalid') for what is none of them */
function oneOf<T extends string>(all: readonly T[], text: string | null): T {
  const found = all.find((one) => one === text);
  if (found === undefined) throw new Fault('invalid', 'There is no such choice.');
  return found;
}

async function act(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const id = visit.params['id'] ?? '';
  const requestId = readId('req', id);
  if (requestId === null) return missing(work);
  const form = request.form();
  const said = saidIn(form);
  const whose = await whoseOrder(work, said.order);
  if (whose === 'nobody') return await showOne(work, { message: visit.say('requests.search.none'), ...said });
  const step = { shopId: visit.shop.shopId, requestId, note: said.note, actor };
  try {
    await doAct(needs.rights.requests, step, form, whose?.personId ?? null);
    return answer.redirect(`${consolePaths.request(id)}?done=request_step`);
  } catch (error) {
    const why = wordFor(error);
    return why === null ? missing(work) : await showOne(work, { message: visit.say(why), ...said });
  }
}

function saidIn(form: URLSearchParams): { readonly act: string; readonly note: string; readonly order: string } {
  const text = (name: string): string => form.get(name) ?? '';
  return { act: text('act'), note: text('note'), order: text('act') === 'identify' ? text('order').trim() : '' };
}

/** What staff are told; null where there is no such request. What is no fault of theirs goes on. */
function wordFor(error: unknown): NonNullable<(typeof wrongs)[Fault['code']]> | null {
  if (error instanceof Fault && error.code === 'not_found') return null;
  const why = error instanceof Fault ? wrongs[error.code] : undefined;
  if (why === undefined) throw error;
  return why;
}

const wrongs = {
  invalid: 'requests.wrong.reason',
  conflict: 'requests.wrong.conflict',
  limit: 'requests.wrong.conflict',
  not_found: undefined,
  unauthorized: undefined,
  unavailable: undefined,
} as const satisfies Readonly<Record<Fault['code'], string | undefined>>;
