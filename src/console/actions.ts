import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId } from '#kit/ids';
import { cookieFor, pageBefore } from './admission.ts';
import { keysPage } from './pages/keys-page.tsx';
import { consolePaths } from './paths.ts';
import { keysView } from './screens/house.ts';
import { languages, type StaffRoute, type Work } from './staff.ts';
import type { KeysView } from './view.ts';

const actor = 'staff';
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const nameCharactersMax = 100;

/** Everything that changes something. */
export const actions: readonly StaffRoute[] = [
  { method: 'POST', path: consolePaths.retry, act: retry },
  { method: 'POST', path: consolePaths.keys, act: makeKey },
  { method: 'POST', path: consolePaths.revokeKey, act: revokeKey },
  { method: 'POST', path: consolePaths.removeSample, act: removeSample },
  { method: 'POST', path: consolePaths.shop, act: chooseShop },
  { method: 'POST', path: consolePaths.language, act: chooseLanguage },
  { method: 'POST', path: consolePaths.signOut, act: signOut },
];

async function retry({ needs, request }: Work): Promise<Answer> {
  const form = request.form();
  const follower = form.get('follower') ?? '';
  const key = form.get('key') ?? '';
  if (!uuid.test(key)) return answer.redirect(consolePaths.parked);
  await needs.privacy.audit(needs.database, { shopId: null, actor, verb: 'facts.retry', subject: key });
  await needs.facts.retry(follower, key);
  const isLeft = (await needs.facts.parked()).some((fact) => fact.follower === follower && fact.key === key);
  return answer.redirect(`${consolePaths.parked}?${isLeft ? 'failed=retry' : 'done=retried'}`);
}

/** The one action that answers with a page: what is shown once must not stand in an address. */
async function makeKey(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const name = (form.get('name') ?? '').trim();
  const scopes = form.getAll('scope');
  const wrong = (message: string): Promise<Answer> =>
    keysAnswer(work, { made: null, wrong: { message, name, scopes } }, 422);
  if (name === '' || name.length > nameCharactersMax) return await wrong(visit.say('keys.wrong.name'));
  if (scopes.length === 0) return await wrong(visit.say('keys.wrong.scopes'));
  try {
    const made = await needs.keys.create(visit.shop.shopId, name, scopes, actor, needs.keys.scopes);
    return await keysAnswer(work, { made, wrong: null }, 200);
  } catch (error) {
    if (error instanceof Fault && error.code === 'invalid') return await wrong(error.publicText);
    throw error;
  }
}

async function keysAnswer(
  { needs, visit, pageNeeds }: Work,
  answered: Pick<KeysView, 'made' | 'wrong'>,
  status: 200 | 422,
): Promise<Answer> {
  return answer.page(keysPage(await keysView(needs, visit, answered), pageNeeds), { status });
}

async function revokeKey({ needs, visit, request }: Work): Promise<Answer> {
  const isGone = await needs.keys.revoke(visit.shop.shopId, request.form().get('id') ?? '', actor);
  return answer.redirect(`${consolePaths.keys}?${isGone ? 'done=key_revoked' : 'failed=key_unknown'}`);
}

async function removeSample({ needs }: Work): Promise<Answer> {
  const isGone = await needs.removeSample();
  return answer.redirect(`${consolePaths.parcels}?${isGone ? 'done=sample_removed' : 'failed=sample_unknown'}`);
}

/** Pages that every shop has one of. */
const ofEveryShop: ReadonlySet<string> = new Set([consolePaths.face, consolePaths.carriers, consolePaths.keys]);

/**
 * The page before may be about something of the other shop: then it leads to the beginning. Who came by the link in a mail to
 * a case of the chosen shop sees that case.
 */
async function chooseShop({ needs, sessions, session, visit, request }: Work): Promise<Answer> {
  const shopId = readId('shp', request.form().get('shop') ?? '');
  const isHere = visit.shops.some((shop) => shop.shopId === shopId);
  if (shopId !== null && isHere) await sessions.chooseShop(session, shopId);
  const before = pageBefore(request)?.split('?')[0] ?? '';
  const staysThere = ofEveryShop.has(before) || (shopId !== null && (await isCaseOf(needs, shopId, before)));
  return answer.redirect(staysThere ? before : consolePaths.parcels);
}

async function isCaseOf({ database, service }: Work['needs'], shopId: string, path: string): Promise<boolean> {
  const [, number] = path.split(`${consolePaths.inbox}/`);
  return number !== undefined && (await service.cases.read(database, shopId, number)) !== null;
}

async function chooseLanguage({ sessions, session, request }: Work): Promise<Answer> {
  const language = request.form().get('language') ?? '';
  if (languages.includes(language)) await sessions.chooseLanguage(session, language);
  return answer.redirect(pageBefore(request) ?? consolePaths.parcels);
}

async function signOut({ sessions, session, request }: Work): Promise<Answer> {
  await sessions.end(session);
  return answer.redirect(`${consolePaths.enter}?done=signed_out`, {
    headers: { 'set-cookie': cookieFor(request, null) },
  });
}
