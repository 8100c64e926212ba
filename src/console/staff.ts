import { answer, type Answer, type Http, type HttpRequest } from '#kit/http';
import type { AssetUrl } from '#kit/html';
import { createWords } from '#kit/words';
import { Fault } from '#kit/fault';
import { checkOrigin, findSession, staffHeaders } from './admission.ts';
import type { ConsoleNeeds } from './needs.ts';
import { missingPage } from './pages/missing-page.tsx';
import type { PageNeeds } from './parts/frame.tsx';
import { consolePaths } from './paths.ts';
import { openVisit, shopOf, type Visit } from './screens/visit.ts';
import type { Session, Sessions } from './sessions.ts';
import { consoleTexts, type Say } from './words.ts';

/** One request of somebody who is signed in, with all that it takes to answer it. */
export type Work = {
  readonly needs: ConsoleNeeds;
  readonly sessions: Sessions;
  readonly request: HttpRequest;
  readonly session: Session;
  readonly visit: Visit;
  readonly pageNeeds: PageNeeds;
};

export type StaffRoute = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whether the page shows a caught mail in a frame. */
  readonly frames?: true;
  /** A form with a file in it comes as bytes; others are forms in one line. */
  readonly takes?: 'bytes';
  /** Bytes of a form with a file, where the route takes one. */
  readonly fileBytesMax?: number;
  /** Of a form that takes more than others. */
  readonly formBytesMax?: number;
  readonly act: (work: Work) => Promise<Answer> | Answer;
};

const words = createWords(consoleTexts);
const formMax = 64 * 1024;
/** More than a logo may have, so that it can be said what a logo may have. */
const pictureBytesMax = 8 * 1024 * 1024;

export const languages = words.languages;

export function sayIn(language: string): Say {
  return (key, values) => words.say(language, key, values);
}

/** Gives every route its door: nobody gets past it without a session, and no form of another site either. */
export function mountStaff(http: Http, needs: ConsoleNeeds, sessions: Sessions, routes: readonly StaffRoute[]): void {
  for (const { method, path, frames = false, takes, fileBytesMax, formBytesMax = formMax, act } of routes) {
    http.route<Session | null>({
      method,
      path,
      audience: 'people',
      takes: method === 'GET' ? 'nothing' : (takes ?? (fileBytesMax === undefined ? 'form' : 'file')),
      bodyBytesMax: fileBytesMax ?? (takes === 'bytes' ? pictureBytesMax : formBytesMax),
      admit: async (head) => {
        if (method === 'POST') checkOrigin(head);
        return await findSession(http, sessions, head);
      },
      handle: async (request, session) => {
        const answered =
          session === null
            ? answer.redirect(consolePaths.enter)
            : await act(await openWork(needs, sessions, request, session, http.assetUrl));
        return { ...answered, headers: { ...staffHeaders(request, frames), ...answered.headers } };
      },
    });
  }
}

async function openWork(
  needs: ConsoleNeeds,
  sessions: Sessions,
  request: HttpRequest,
  session: Session,
  assetUrl: AssetUrl,
): Promise<Work> {
  const shops = await needs.orders.shops(needs.database);
  const shop = shopOf(shops, session.shopId);
  if (shop === null) throw new Fault('not_found', 'There is no shop in this house yet.');
  const { language } = session;
  const say = sayIn(language);
  const visit = await openVisit(needs, { head: request, shops, shop, language, say });
  return { needs, sessions, request, session, visit, pageNeeds: { say, assetUrl } };
}

export function missing({ visit, pageNeeds }: Work): Answer {
  return answer.page(missingPage({ frame: visit.frame }, pageNeeds), { status: 404 });
}
