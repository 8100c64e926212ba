import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { retentionPage, type RetentionView } from './retention-page.tsx';

const actor = 'staff';
const runsShown = 10;

/** The screen "Retention": clocks, what would go, and the button that lets it go. */
export const retentionRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.retention, act: (work) => show(work) },
  { method: 'POST', path: consolePaths.retention, act: setDays },
  {
    method: 'POST',
    path: consolePaths.runRetention,
    act: async ({ needs }) => {
      await needs.rights.retention.run(actor);
      return answer.redirect(`${consolePaths.retention}?done=retention_ran`);
    },
  },
];

async function show(work: Work, wrong: RetentionView['wrong'] = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const { retention } = needs.rights;
  const { shopId } = visit.shop;
  const asked = visit.query.get('look') === '1' ? await retention.look(shopId) : null;
  const view: RetentionView = {
    frame: visit.frame,
    clocks: await retention.clocks(needs.database, shopId),
    looked:
      asked?.lines.map(({ table, clock, rows, waiting, oldest }) => ({
        table,
        clock,
        rows,
        waiting,
        oldest: oldest === null ? null : visit.moment(oldest),
      })) ?? null,
    restricted: asked?.restricted ?? 0,
    runs: (await retention.runs(needs.database, runsShown)).map((run) =>
      Object.assign({ ran: visit.moment(run.ranAt) }, run),
    ),
    wrong,
  };
  return answer.page(retentionPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

async function setDays(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const clock = form.get('clock') ?? '';
  const typed = (form.get('days') ?? '').trim();
  const days = form.get('house') === '1' ? null : Number(/^\d{1,5}$/.test(typed) ? typed : 'x');
  try {
    await needs.rights.retention.setDays({ shopId: visit.shop.shopId, clock, days, actor });
    return answer.redirect(`${consolePaths.retention}?done=retention_set`);
  } catch (error) {
    if (!(error instanceof Fault && (error.code === 'invalid' || error.code === 'not_found'))) throw error;
    return await show(work, { message: visit.say('retention.wrong'), clock, days: typed });
  }
}
