import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest } from '#kit/http';
import type { Privacy } from '#privacy';
import { exportFormats } from '#rights';
import { findFarewell } from './acts/erase.ts';
import { takeAlong } from './acts/take-along.ts';
import { mountActs } from './acts/acts.ts';
import { mountCases } from './cases/cases.ts';
import { mountGiven } from './given/given.ts';
import { mountAddress } from './address.ts';
import { pathsOf, type DataNeeds, type Visit } from './doors.ts';
import { keepData, type DataKeeping } from './keeping.ts';
import { maskedEmail } from './mask.ts';
import { registerMessages } from './messages.ts';
import { ownRecord, proofAnswer } from './acts/own-record.ts';
import { codePage, type CodeSaid } from './pages/code-page.tsx';
import { dataPage } from './pages/data-page.tsx';
import { inLanguage } from './pages/frame.tsx';
import { presentData, readSaid } from './present-data.ts';
import { createStepUp, type StepUp } from './step-up/step-up.ts';
import { createVisits, type DataDoor, type Visits } from './visits.ts';

export type { DataNeeds } from './doors.ts';

/** What a person's data page needs, as a room of this house. */
export type PlainSight = DataKeeping & {
  /** @returns what a link says after its person was erased */
  readonly mount: (http: Http, door: DataDoor) => Visits['farewell'];
};

/** Null where there is nothing that could answer a person. */
export function createPlainSight(needs: DataNeeds | null): PlainSight | null {
  if (needs === null) return null;
  registerMessages(needs.notices);
  return { ...keepData(needs), mount: (http, door) => mountData(http, needs, door) };
}

const formBytesMax = 8 * 1024;
const page = '/t/:token/data';
const own = `${page}/:grant`;
const get = { method: 'GET', audience: 'people', takes: 'nothing', admit: anyone } as const;
const post = {
  method: 'POST',
  audience: 'people',
  takes: 'form',
  bodyBytesMax: formBytesMax,
  admit: anyone,
} as const;

/**
 * What a person's data page does, behind the link of their order: masked to whoever has the link, and whole under a further
 * secret address that a code from the known mailbox opens for a quarter of an hour. No cookie; no form works twice.
 */
function mountData(http: Http, needs: DataNeeds, door: DataDoor): Visits['farewell'] {
  const stepUp = createStepUp(needs);
  const visits = createVisits(http, needs, door, stepUp);
  const shown = async (visit: Visit, said: string | null): Promise<Answer> => {
    const say = door.say(visit.language);
    const view = await presentData(needs, visit, say, readSaid(said));
    return answer.page(dataPage(view, { say, assetUrl: http.assetUrl }));
  };
  http.route({
    ...get,
    path: page,
    handle: (request) => visits.behind(request, (visit) => shown(visit, request.query.get('done'))),
  });
  http.route({
    ...get,
    path: own,
    handle: (request) => visits.opened(request, (visit) => shown(visit, request.query.get('done'))),
  });
  mountCode(http, needs, door, { stepUp, visits });
  mountFiles(http, needs, visits);
  http.route({
    ...post,
    path: `${own}/close`,
    handle: (request) =>
      visits.opened(request, async (visit) => {
        await stepUp.close(visit.here, visit.open.grant);
        return answer.redirect(`${inLanguage(pathsOf(visit).masked, visit.language)}&done=closed`);
      }),
  });
  mountActs(http, needs, door, { stepUp, visits });
  mountCases(http, needs, door, visits);
  mountGiven(http, needs, door, visits);
  mountAddress(http, needs, door);
  return visits.farewell;
}

type Parts = { readonly stepUp: StepUp; readonly visits: Visits };

/** Where a code is asked for and typed in. */
function mountCode(http: Http, needs: DataNeeds, door: DataDoor, { stepUp, visits }: Parts): void {
  const asked = (visit: Visit, said: CodeSaid, status = 200): Answer => {
    const { shop, language } = visit;
    const { masked } = pathsOf(visit);
    const email = maskedOf(needs.privacy, visit);
    const view = { shop, language, path: `${masked}/code`, backPath: masked, said, email };
    return answer.page(codePage(view, { say: door.say(language), assetUrl: http.assetUrl }), { status });
  };
  http.route({
    ...get,
    path: `${page}/code`,
    handle: (request) =>
      visits.behind(request, (visit) =>
        Promise.resolve(asked(visit, request.query.get('done') === 'often' ? 'too often' : null)),
      ),
  });
  http.route({
    ...post,
    path: `${page}/code`,
    handle: (request) =>
      visits.behind(request, async (visit) => {
        if (request.form().get('act') === 'check') {
          const grant = await checked(http, stepUp, visit, request);
          return grant === null ? asked(visit, 'wrong', 422) : leadTo(`${pathsOf(visit).masked}/${grant}`, visit);
        }
        return await sendCode(stepUp, visit);
      }),
  });
}

/** Whoever tries many is held up by address, whatever the order; a right code is none that is known again. */
async function checked(http: Http, stepUp: StepUp, visit: Visit, request: HttpRequest): Promise<string | null> {
  const secret = { address: request.client.address, proof: null };
  return await http.limit.lookUp('code', secret, () => stepUp.check(visit.here, request.form().get('code') ?? ''));
}

/** The page says that it went if it can; whether the address takes it, its page says beforehand. */
async function sendCode(stepUp: StepUp, visit: Visit): Promise<Answer> {
  const { masked } = pathsOf(visit);
  const { email, name } = visit.order.buyer;
  if (email === null) return leadTo(masked, visit);
  const sent = await stepUp.send(visit.here, { email, name, language: visit.language });
  if (sent === 'suppressed' || sent === 'erased') return leadTo(masked, visit);
  return leadTo(`${masked}/code`, visit, sent === 'too often' ? '&done=often' : '');
}

function leadTo(path: string, { language }: Visit, more = ''): Answer {
  return answer.redirect(`${inLanguage(path, language)}${more}`);
}

function maskedOf(privacy: Pick<Privacy, 'open'>, { order }: Visit): string {
  const { email } = order.buyer;
  if (email === null) return '';
  return maskedEmail(privacy.open(email, { purpose: 'rights of the person', reader: 'customer' }));
}

/** What a person takes along: everything, a proof, the receipt of an erasure. */
function mountFiles(http: Http, needs: DataNeeds, visits: Visits): void {
  http.route({
    ...get,
    path: `${page}/receipt`,
    handle: async (request) => {
      const last = await findFarewell(needs, request.params['token'] ?? '');
      if (last === null) throw new Fault('not_found', 'There is no such receipt.');
      const { proof, receipt } = last;
      const name = proof === null ? 'erasure.json' : 'erasure.tlog-proof';
      return answer.text(proof ?? JSON.stringify(receipt, null, 2), {
        headers: { 'content-disposition': `attachment; filename="${name}"` },
      });
    },
  });
  http.route({
    ...get,
    path: `${page}/proof/:entry`,
    handle: (request) => visits.behind(request, (visit) => proofAnswer(needs, visit, request.params['entry'] ?? '')),
  });
  http.route({
    ...get,
    path: `${own}/proof/:entry`,
    handle: (request) => visits.opened(request, (visit) => proofAnswer(needs, visit, request.params['entry'] ?? '')),
  });
  http.route({
    ...get,
    path: `${own}/entries`,
    handle: (request) => visits.opened(request, async (visit) => answer.json(await ownRecord(needs, visit))),
  });
  http.route({
    ...get,
    path: `${own}/download/:format`,
    handle: (request) =>
      visits.opened(request, async (visit) => {
        const format = exportFormats.find((one) => one === request.params['format']);
        if (format === undefined) throw new Fault('not_found', 'There is no such file.');
        return await takeAlong(needs, visit, format);
      }),
  });
}
