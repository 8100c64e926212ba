import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { canaryKinds, personsCsv, sayBreachCode, stepKinds, type CanaryLine } from '#rights';
import { consolePaths } from '../paths.ts';
import type { Visit } from '../screens/visit.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { draftIn, emptyDraft, readDraft, type BreachDraft } from './breach-form.ts';
import { breachesPage, type BreachesView } from './breaches-page.tsx';
import { casePage } from './case-page.tsx';
import { caseView } from './case-view.ts';

const actor = 'staff';

/** The screens "Breach desk" and of a case, and what their buttons do. */
export const breachRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.breaches, act: (work) => shown(work, {}) },
  { method: 'POST', path: consolePaths.breaches, act: openCase },
  { method: 'GET', path: `${consolePaths.breaches}/:id`, act: (work) => showCase(work, null) },
  { method: 'POST', path: `${consolePaths.breaches}/:id/steps`, act: addStep },
  { method: 'GET', path: `${consolePaths.breaches}/:id/persons.csv`, act: persons },
  { method: 'POST', path: consolePaths.plantCanary, act: plant },
  { method: 'POST', path: consolePaths.endCanary, act: end },
];

type Answered = {
  readonly draft?: BreachDraft;
  readonly wrong?: string;
  readonly planted?: BreachesView['planted'];
  readonly status?: number;
};

async function shown({ needs, visit, pageNeeds }: Work, answered: Answered): Promise<Answer> {
  const view: BreachesView = {
    frame: visit.frame,
    language: visit.language,
    rows: (await needs.breaches.list(needs.database, visit.shop.shopId)).map((one) => ({
      id: showId('brc', one.caseId),
      suspect: one.suspect,
      isEverywhere: one.shopId === null,
      byCanary: one.steps[0]?.actor === 'canary',
      state: one.clock.state,
      isClosed: one.clock.isClosed,
      due: visit.moment(one.clock.dueAt),
      opened: visit.moment(one.openedAt),
    })),
    draft: answered.draft ?? emptyDraft(visit.now),
    wrong: answered.wrong ?? null,
    planted: answered.planted ?? null,
    canaries: (await needs.canaries.list(visit.shop.shopId)).map((line) => canaryRow(visit, line)),
  };
  return answer.page(breachesPage(view, pageNeeds), { status: answered.status ?? 200 });
}

function canaryRow(visit: Visit, line: CanaryLine): BreachesView['canaries'][number] {
  const [use] = line.uses;
  return {
    id: line.id,
    kind: line.kind,
    planted: visit.moment(line.plantedAt),
    where: [line.orderNumber, line.email, line.link, line.keyId].filter((one) => one !== null),
    used: use === undefined ? null : visit.moment(use.at),
    way: use === undefined ? null : sayBreachCode(visit.language, 'canary.found', use.way),
    caseId: use === undefined ? null : showId('brc', use.caseId),
  };
}

async function openCase(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const draft = draftIn(request.form());
  try {
    const opened = readDraft(draft, visit.shop.shopId, visit.now);
    if (opened === null) return await shown(work, { draft, wrong: visit.say('breach.wrong'), status: 422 });
    const caseId = await needs.database.tx((tx) => needs.breaches.open(tx, opened, actor));
    return answer.redirect(`${consolePaths.breach(showId('brc', caseId))}?done=breach_opened`);
  } catch (error) {
    if (error instanceof Fault && (error.code === 'invalid' || error.code === 'limit')) {
      return await shown(work, { draft, wrong: error.publicText, status: 422 });
    }
    throw error;
  }
}

async function showCase(work: Work, wrong: { readonly words: string; readonly said: string } | null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const view = await caseView(needs, visit, wrong);
  if (view === null) return missing(work);
  return answer.page(casePage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

async function addStep(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const caseId = readId('brc', visit.params['id'] ?? '');
  if (caseId === null) return missing(work);
  const kind = stepKinds.find((one) => one === request.form().get('kind'));
  const words = request.form().get('words') ?? '';
  const path = consolePaths.breach(showId('brc', caseId));
  if (kind === undefined || kind === 'opened') return answer.redirect(path);
  try {
    await needs.breaches.step(visit.shop.shopId, caseId, { kind, words }, actor);
  } catch (error) {
    return await notAdded(work, words, error);
  }
  return answer.redirect(`${path}?done=breach_step`);
}

async function notAdded(work: Work, words: string, error: unknown): Promise<Answer> {
  if (!(error instanceof Fault) || error.code === 'unavailable') throw error;
  return error.code === 'not_found' ? missing(work) : await showCase(work, { words, said: error.publicText });
}

async function persons(work: Work): Promise<Answer> {
  const { needs, visit } = work;
  const caseId = readId('brc', visit.params['id'] ?? '');
  if (caseId === null || (await needs.breaches.show(needs.database, visit.shop.shopId, caseId)) === null) {
    return missing(work);
  }
  const text = await personsCsv(needs.breaches, visit.shop.shopId, caseId, actor);
  return answer.text(text, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${showId('brc', caseId)}.csv"`,
    },
  });
}

async function plant(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const kind = canaryKinds.find((one) => one === form.get('kind'));
  const email = (form.get('email') ?? '').trim();
  if (kind === undefined) return answer.redirect(consolePaths.breaches);
  try {
    const { line, key } = await needs.canaries.plant(visit.shop, { kind, email: email === '' ? null : email }, actor);
    // What is shown once must not stand in an address.
    return await shown(work, { planted: { link: line.link, email: line.email, key } });
  } catch (error) {
    if (error instanceof Fault && (error.code === 'invalid' || error.code === 'limit')) {
      return await shown(work, { wrong: error.publicText, status: 422 });
    }
    throw error;
  }
}

async function end({ needs, visit, request }: Work): Promise<Answer> {
  const isEnded = await needs.canaries.end(visit.shop.shopId, request.form().get('id') ?? '', actor);
  return answer.redirect(`${consolePaths.breaches}?${isEnded ? 'done=canary_ended' : 'failed=canary_unknown'}`);
}
