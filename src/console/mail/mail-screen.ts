import { answer, type Answer } from '#kit/http';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { sayMail } from '#mail';
import type { ConsoleNeeds } from '../needs.ts';
import { consolePaths } from '../paths.ts';
import { orderNumberOf } from '../screens/rows.ts';
import { why, type Visit } from '../screens/visit.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { mailRoomPage, type MailRoomView, type SuppressedRow } from './mail-page.tsx';

const actor = 'staff';
const rowsMax = 200;

type Answered = Pick<MailRoomView, 'report' | 'tried' | 'wrong'>;
const nothingYet: Answered = { report: null, tried: null, wrong: null };

/** The screen "Mail" and what its buttons do. */
export const mailRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.mailRoom, act: (work) => shown(work, nothingYet) },
  {
    method: 'POST',
    path: consolePaths.mailRecords,
    act: (work) =>
      answeredBy(work, async ({ needs, visit }) => ({ report: await needs.mail.records(visit.shop, actor) })),
  },
  {
    method: 'POST',
    path: consolePaths.mailRotate,
    act: (work) =>
      answeredBy(work, async ({ needs, visit }) => {
        await needs.mail.rotate(visit.shop, actor);
        return { report: await needs.mail.records(visit.shop, actor) };
      }),
  },
  {
    method: 'POST',
    path: consolePaths.tryMail,
    act: (work) =>
      answeredBy(work, async ({ needs, visit, request }) => ({
        tried: await needs.mail.tryMail(visit.shop, request.form().get('address') ?? '', actor),
      })),
  },
  { method: 'POST', path: consolePaths.mailBounces, act: setBounceAddress },
  { method: 'POST', path: consolePaths.mailLift, act: lift },
];

/** What was asked for is answered with the page itself: it is true now and would be stale behind an address. */
async function answeredBy(work: Work, act: (work: Work) => Promise<Partial<Answered>>): Promise<Answer> {
  try {
    return await shown(work, { ...nothingYet, ...(await act(work)) });
  } catch (error) {
    if (error instanceof Fault && error.code === 'invalid') {
      return await shown(work, { ...nothingYet, wrong: error.publicText }, 422);
    }
    throw error;
  }
}

async function setBounceAddress(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  try {
    await needs.mail.setBounceAddress(visit.shop, request.form().get('address') ?? '', actor);
  } catch (error) {
    if (error instanceof Fault && error.code === 'invalid') {
      return await shown(work, { ...nothingYet, wrong: error.publicText }, 422);
    }
    throw error;
  }
  return answer.redirect(`${consolePaths.mailRoom}?done=bounce_address`);
}

async function lift({ needs, visit, request }: Work): Promise<Answer> {
  const personId = readId('per', request.form().get('person') ?? '');
  const isLifted = personId !== null && (await needs.mail.lift(visit.shop.shopId, personId, actor));
  return answer.redirect(`${consolePaths.mailRoom}?${isLifted ? 'done=lifted' : 'failed=not_suppressed'}`);
}

async function shown({ needs, visit, pageNeeds }: Work, answered: Answered, status = 200): Promise<Answer> {
  return answer.page(mailRoomPage(await viewOf(needs, visit, answered), pageNeeds), { status });
}

async function viewOf(needs: ConsoleNeeds, visit: Visit, answered: Answered): Promise<MailRoomView> {
  const { shop, language } = visit;
  const state = await needs.mail.state(needs.database, shop);
  const say: MailRoomView['sayMail'] = (word, values) => sayMail(language, word, values);
  return {
    frame: visit.frame,
    sender: shop.face.sender.address,
    mailServer: shop.sample ? null : (needs.mailServer?.host ?? null),
    unsigned: state.unsigned === null ? null : say(`unsigned.${state.unsigned}`),
    hasDomain: state.domain !== null,
    bounceAddress: state.bounceAddress ?? '',
    suppressed: await suppressedRows(needs, visit),
    sayMail: say,
    ...answered,
  };
}

async function suppressedRows(needs: ConsoleNeeds, visit: Visit): Promise<readonly SuppressedRow[]> {
  const { shopId } = visit.shop;
  const rows: SuppressedRow[] = [];
  for (const one of await needs.mail.suppressed(needs.database, shopId, rowsMax)) {
    const order = one.orderId === null ? null : await needs.orders.read(needs.database, one.personId, one.orderId);
    const email = order?.buyer.email ?? null;
    const corrected = email !== null && !needs.mail.isAbout(one, shopId, email);
    rows.push({
      personId: showId('per', one.personId),
      orderNumber: orderNumberOf(needs, order ?? undefined),
      email: email === null ? null : needs.privacy.open(email, why),
      weight: one.weight,
      code: one.code === '' ? '–' : one.code,
      at: visit.moment(one.suppressedAt),
      corrected,
    });
  }
  return rows;
}
