import { findIssuer, SealFault, sealKinds, type Adapter, type Seal, type SealInput, type Trial } from '#evidence';
import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId } from '#kit/ids';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { sealPage, sealsPage } from './seals-page.tsx';
import { sealsView, sealView, type TypedSeal } from './seals-view.ts';

const actor = 'staff';
const historyMax = 60;
const secretPrefix = 'secrets.';

/** The screen "Seals", one for each of them, and what their buttons do. */
export const sealRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.seals, act: (work) => showAll(work) },
  { method: 'GET', path: `${consolePaths.seals}/:id`, act: showOne },
  { method: 'POST', path: consolePaths.seals, act: addOrTry },
  { method: 'POST', path: consolePaths.checkSeal, act: (work) => onSeal(work, check) },
  { method: 'POST', path: consolePaths.removeSeal, act: (work) => onSeal(work, remove) },
  { method: 'POST', path: consolePaths.inviteSeal, act: (work) => onSeal(work, invite) },
];

async function showAll(work: Work, typed: TypedSeal | null = null, trial: Trial | null = null): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const seals = await needs.evidence.seals(needs.database, visit.shop.shopId);
  const status = typed === null || typed.wrong === null ? 200 : 422;
  return answer.page(sealsPage(sealsView(seals, visit, typed, trial), pageNeeds), { status });
}

async function showOne(work: Work): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const sealId = readId('sea', visit.params['id'] ?? '');
  const state = sealId === null ? null : await needs.evidence.state(visit.shop.shopId, sealId, historyMax);
  if (state === null) return missing(work);
  return answer.page(sealPage(sealView(state, visit, wayOf(state.seal)), pageNeeds));
}

function wayOf({ adapter, issuer, kind }: Seal): Adapter | null {
  return adapter ?? findIssuer(issuer)?.adapters[kind] ?? null;
}

/** A trial answers with the page, what was read above it; what was typed stands in its form again, but for secrets. */
async function addOrTry(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const values = new Map([...form.entries()].filter(([name]) => name !== 'act'));
  const issuer = values.get('issuer') ?? '';
  const kind = sealKinds.find((one) => one === values.get('kind')) ?? 'seal';
  const typed = (wrong: TypedSeal['wrong']): TypedSeal => ({ issuer, kind, values, wrong });
  try {
    const input = inputOf(issuer, kind, values);
    const { shopId } = visit.shop;
    if (form.get('act') === 'try')
      return await showAll(work, typed(null), await needs.evidence.tryReading(shopId, input));
    await needs.evidence.addSeal(shopId, input, actor);
    return answer.redirect(`${consolePaths.seals}?done=seal_added`);
  } catch (error) {
    if (error instanceof SealFault) {
      const message = visit.say(wrongWord(error.field));
      return await showAll(work, typed({ field: error.field, message: withDetail(message, error) }));
    }
    if (error instanceof Fault && error.code === 'conflict') return answer.redirect(failed('seal_there'));
    if (error instanceof Fault && error.code === 'limit') return answer.redirect(failed('seal_limit'));
    throw error;
  }
}

function inputOf(issuer: string, kind: SealInput['kind'], values: ReadonlyMap<string, string>): SealInput {
  const secrets = [...values].flatMap(([name, value]) =>
    name.startsWith(secretPrefix) ? [[name.slice(secretPrefix.length), value] as const] : [],
  );
  return {
    issuer,
    kind,
    name: values.get('name'),
    domain: values.get('domain'),
    issuerRef: values.get('issuerRef'),
    certificateUrl: values.get('certificateUrl') ?? '',
    adapter: descriptionIn(values.get('adapter') ?? ''),
    secrets: Object.fromEntries(secrets),
  };
}

function descriptionIn(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return read;
  } catch {
    throw new SealFault('adapter', 'The description is no JSON.');
  }
}

type Wrong = 'adapter' | 'certificateUrl' | 'domain' | 'issuerRef' | 'name' | 'secrets';
const wrongs: readonly Wrong[] = ['adapter', 'certificateUrl', 'domain', 'issuerRef', 'name', 'secrets'];

function wrongWord(field: string): `seals.wrong.${Wrong}` | 'seals.wrong.other' {
  const known = wrongs.find((one) => field === one || field.startsWith(`${one}.`));
  return known === undefined ? 'seals.wrong.other' : `seals.wrong.${known}`;
}

/** Where in a description it does not fit is said as its reader says it. */
function withDetail(message: string, { field, publicText }: SealFault): string {
  return field === 'adapter' ? `${message} ${publicText}` : message;
}

/** What a button does to a seal, and where the answer stands. */
type Act = (work: Work, sealId: string) => Promise<string>;

/** A form with a `seal`, which somebody else may have removed meanwhile. */
async function onSeal(work: Work, act: Act): Promise<Answer> {
  const sealId = readId('sea', work.request.form().get('seal') ?? '');
  if (sealId === null) return answer.redirect(failed('seal_unknown'));
  try {
    return answer.redirect(await act(work, sealId));
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return answer.redirect(failed('seal_unknown'));
    if (error instanceof Fault && error.code === 'limit') return answer.redirect(failed('seal_checked'));
    throw error;
  }
}

async function check({ needs, visit }: Work, sealId: string): Promise<string> {
  const { last } = await needs.evidence.checkNow(visit.shop.shopId, sealId, actor);
  const outcome = last?.outcome ?? 'failed';
  return outcome === 'valid' ? `${consolePaths.seals}?done=seal_valid` : failed(`seal_${outcome}`);
}

async function remove({ needs, visit }: Work, sealId: string): Promise<string> {
  const isGone = await needs.evidence.removeSeal(visit.shop.shopId, sealId, actor);
  return isGone ? `${consolePaths.seals}?done=seal_removed` : failed('seal_unknown');
}

async function invite({ needs, visit, request }: Work, sealId: string): Promise<string> {
  const form = request.form();
  const isOn = form.get('on') === 'yes';
  await needs.evidence.setInviting(visit.shop.shopId, sealId, isOn, actor);
  const path = consolePaths.seal(form.get('seal') ?? '');
  return `${path}?done=${isOn ? 'seal_invites' : 'seal_invites_not'}`;
}

function failed(what: string): string {
  return `${consolePaths.seals}?failed=${what}`;
}
