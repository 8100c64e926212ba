import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { mappingOf } from './import-form.ts';
import { importPage, importsPage } from './import-pages.tsx';
import { importsView, importView } from './import-view.ts';
import { reportWords } from './reasons.ts';

const fileBytesMax = 64 * 1024 * 1024;
/** A running import is shown anew by the browser itself, without a script. */
const refreshSeconds = 3;

const one = `${consolePaths.import}/:id`;

export const importRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.import, act: showAll },
  { method: 'POST', path: consolePaths.import, act: upload, fileBytesMax },
  { method: 'GET', path: one, act: showOne },
  { method: 'POST', path: `${one}/mapping`, act: remap },
  { method: 'POST', path: `${one}/start`, act: start },
  { method: 'POST', path: `${one}/drop`, act: drop },
  { method: 'GET', path: `${one}/refused.csv`, act: showRefused },
];

async function showAll({ needs, visit, pageNeeds }: Work): Promise<Answer> {
  return answer.page(importsPage(await importsView(needs, visit), pageNeeds));
}

async function showOne(work: Work): Promise<Answer> {
  const view = await importView(work.needs, work.visit);
  if (view === null) return missing(work);
  const headers: Record<string, string> = view.row.state === 'running' ? { refresh: String(refreshSeconds) } : {};
  return answer.page(importPage(view, work.pageNeeds), { headers });
}

async function upload({ needs, visit, request }: Work): Promise<Answer> {
  try {
    const file = await request.file();
    if (file === null || file.name === '') return failed('import_no_file');
    const id = await needs.imports.begin(visit.shop, file);
    return answer.redirect(consolePaths.importOne(id));
  } catch (error) {
    if (error instanceof Fault && error.code === 'limit') return failed('import_too_large');
    if (error instanceof Fault && error.code === 'invalid') return failed('import_unreadable');
    throw error;
  }
}

async function remap({ needs, visit, request }: Work): Promise<Answer> {
  const id = visit.params['id'] ?? '';
  await needs.imports.remap(visit.shop.shopId, id, mappingOf(new Map(request.form())));
  return answer.redirect(consolePaths.importOne(id));
}

function failed(why: string): Answer {
  return answer.redirect(`${consolePaths.import}?failed=${why}`);
}

/** A second click, in this tab or another, finds it running and sees the same page. */
async function start({ needs, visit }: Work): Promise<Answer> {
  const id = visit.params['id'] ?? '';
  try {
    await needs.imports.start(visit.shop.shopId, id);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'invalid') throw error;
  }
  return answer.redirect(consolePaths.importOne(id));
}

async function drop({ needs, visit }: Work): Promise<Answer> {
  const isGone = await needs.imports.drop(visit.shop.shopId, visit.params['id'] ?? '');
  return answer.redirect(`${consolePaths.import}?${isGone ? 'done=import_dropped' : 'failed=import_running'}`);
}

async function showRefused(work: Work): Promise<Answer> {
  const { needs, visit } = work;
  const report = await needs.imports.refused(visit.shop.shopId, visit.params['id'] ?? '', reportWords(visit.say));
  if (report === null) return missing(work);
  return answer.bytes('text/csv; charset=utf-8', Buffer.from(report), {
    headers: { 'content-disposition': 'attachment; filename="refused.csv"' },
  });
}
