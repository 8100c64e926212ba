import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import type { Log } from '#kit/log';
import { directionOf } from '#kit/words';
import { checkOrigin, cookieFor, findSession, staffHeaders, tokenOf } from './admission.ts';
import { noLinkPage, signedOutPage, signInPage, usedLinkPage } from './pages/door-pages.tsx';
import type { PageNeeds } from './parts/frame.tsx';
import { consolePaths } from './paths.ts';
import type { Sessions } from './sessions.ts';
import { languages, sayIn } from './staff.ts';
import type { DoorView } from './view.ts';

const command = 'npm run -s glasspost -- console link';

type Door = { readonly view: DoorView; readonly pageNeeds: PageNeeds };

/** The pages outside the session, and the one way in. */
export function mountEntering(http: Http, sessions: Sessions, log: Log): void {
  const doorOf = (head: RequestHead): Door => {
    const language = preferredLanguage(head.headers['accept-language']);
    const pageNeeds = { say: sayIn(language), assetUrl: http.assetUrl };
    return { view: { language, dir: directionOf(language) }, pageNeeds };
  };
  const open = { audience: 'people', bodyBytesMax: 1_024 } as const;
  http.route({
    ...open,
    method: 'GET',
    path: consolePaths.enter,
    takes: 'nothing',
    admit: (head) => findSession(http, sessions, head),
    handle: (head, session) =>
      dressed(head, session === null ? outside(doorOf(head), head) : answer.redirect(consolePaths.parcels)),
  });
  http.route({
    ...open,
    method: 'GET',
    path: `${consolePaths.enter}/:token`,
    takes: 'nothing',
    limit: 'sign-in',
    admit: anyone,
    handle: async (head) => {
      const { view, pageNeeds } = doorOf(head);
      const isOpen = await sessions.isOpen(head.params['token'] ?? '');
      return dressed(head, isOpen ? answer.page(signInPage(view, pageNeeds)) : usedUp(doorOf(head)));
    },
  });
  http.route({
    ...open,
    method: 'POST',
    path: `${consolePaths.enter}/:token`,
    takes: 'form',
    limit: 'sign-in',
    admit: checkOrigin,
    handle: async (head) => {
      const answered = await enter(sessions, head, doorOf(head));
      if (answered.status >= 400) log.warn('a sign-in link that opens nothing was tried');
      return dressed(head, answered);
    },
  });
}

async function enter(sessions: Sessions, head: RequestHead, door: Door): Promise<Answer> {
  const before = tokenOf(head);
  const token = await sessions.redeem(head.params['token'] ?? '', door.view.language, before);
  if (token !== null) {
    return answer.redirect(consolePaths.parcels, { headers: { 'set-cookie': cookieFor(head, token) } });
  }
  // The second of two quick clicks: the first has let this browser in already.
  return (await sessions.find(before)) === null ? usedUp(door) : answer.redirect(consolePaths.parcels);
}

function outside({ view, pageNeeds }: Door, head: RequestHead): Answer {
  if (head.query.get('done') === 'signed_out') return answer.page(signedOutPage(view, pageNeeds));
  return answer.page(noLinkPage({ ...view, command }, pageNeeds));
}

function usedUp({ view, pageNeeds }: Door): Answer {
  return answer.page(usedLinkPage({ ...view, command }, pageNeeds), { status: 404 });
}

function dressed(head: RequestHead, given: Answer): Answer {
  return { ...given, headers: { ...staffHeaders(head, false), ...given.headers } };
}

/** The language that a browser prefers among those spoken here (RFC 9110 §12.5.4); English when it prefers none. */
export function preferredLanguage(accepts: string | undefined): string {
  const wishes = (accepts ?? '').toLowerCase().split(',').map(readWish);
  const [best] = wishes
    .filter(({ weight, tag }) => weight > 0 && languages.includes(tag))
    .toSorted((a, b) => b.weight - a.weight);
  return best?.tag ?? 'en';
}

function readWish(wish: string): { readonly tag: string; readonly weight: number } {
  const [range = '', weight] = wish.trim().split(/;\s*q=/);
  return { tag: range.trim().slice(0, 2), weight: weight === undefined ? 1 : Number(weight) || 0 };
}
