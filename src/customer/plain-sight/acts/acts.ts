import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest } from '#kit/http';
import type { Say } from '../../words.ts';
import { pathsOf, type DataNeeds, type Visit } from '../doors.ts';
import { actPage, type ActView } from '../pages/act-pages.tsx';
import { inLanguage } from '../pages/frame.tsx';
import type { Said } from '../present-data.ts';
import type { StepUp } from '../step-up/step-up.ts';
import type { DataDoor, Visits } from '../visits.ts';
import { correct, correctView } from './correct.ts';
import { eraseAll, eraseView } from './erase.ts';
import { objectTo, restrainView, restrict } from './restrain.ts';

const acts = ['correct', 'restrict', 'object', 'erase'] as const;
type Act = (typeof acts)[number];

const formBytesMax = 8 * 1024;
const path = '/t/:token/data/:grant/:act';

/** What persons do about their data: a page that says what it means, and a form that does it, once. */
export function mountActs(
  http: Http,
  needs: DataNeeds,
  door: DataDoor,
  { stepUp, visits }: { readonly stepUp: StepUp; readonly visits: Visits },
): void {
  const pageOf = (view: ActView, status = 200): Answer =>
    answer.page(actPage(view, { say: door.say(view.language), assetUrl: http.assetUrl }), { status });
  http.route({
    method: 'GET',
    path,
    audience: 'people',
    takes: 'nothing',
    admit: anyone,
    handle: (request) =>
      visits.opened(request, async (visit) => {
        const sure = request.query.get('sure') === '1';
        return pageOf(await viewOf(needs, visit, { act: actOf(request), say: door.say(visit.language), sure }));
      }),
  });
  http.route({
    method: 'POST',
    path,
    audience: 'people',
    takes: 'form',
    bodyBytesMax: formBytesMax,
    admit: anyone,
    handle: (request) =>
      visits.opened(request, async (visit) => {
        const done = await doneBy(needs, stepUp, visit, {
          act: actOf(request),
          request,
          say: door.say(visit.language),
        });
        return 'again' in done ? pageOf(done.again, 422) : answer.redirect(done.to);
      }),
  });
}

function actOf({ params }: Pick<HttpRequest, 'params'>): Act {
  const act = acts.find((one) => one === params['act']);
  if (act === undefined) throw new Fault('not_found', 'There is no such page.');
  return act;
}

async function viewOf(
  needs: DataNeeds,
  visit: Visit,
  { act, say, sure }: { readonly act: Act; readonly say: Say; readonly sure: boolean },
): Promise<ActView> {
  if (act === 'correct') return correctView(needs, visit, null);
  return act === 'erase' ? await eraseView(needs, visit, say, sure) : await restrainView(needs, visit, act, say);
}

type Done = { readonly to: string } | { readonly again: ActView };

async function doneBy(
  needs: DataNeeds,
  stepUp: StepUp,
  visit: Visit,
  { act, request, say }: { readonly act: Act; readonly request: HttpRequest; readonly say: Say },
): Promise<Done> {
  const form = request.form();
  const back = (said: Said): Done => ({ to: `${inLanguage(pathsOf(visit).own, visit.language)}&done=${said}` });
  if (act === 'correct') {
    const corrected = await correct(needs, stepUp, visit, { form, say });
    return 'again' in corrected ? corrected : back(corrected.said);
  }
  if (act === 'erase') {
    if (form.get('sure') !== 'yes') throw noSuchForm();
    await eraseAll(needs, visit);
    return { to: inLanguage(pathsOf(visit).masked, visit.language) };
  }
  const said = act === 'restrict' ? await restrict(needs, visit, form) : await objectTo(needs, visit, form);
  if (said === null) throw noSuchForm();
  return back(said);
}

function noSuchForm(): Fault {
  return new Fault('invalid', 'This form is not one of the page.');
}
