import { formatDate } from '#kit/words';
import { objectionable } from '#rights';
import type { Say } from '../../words.ts';
import { pathsOf, personOf, type DataNeeds, type Visit } from '../doors.ts';
import type { ActView } from '../pages/act-pages.tsx';
import type { Said } from '../present-data.ts';
import { dateOf, purposeOf } from '../recipients.ts';
import { tellDone } from './tell-done.ts';

type Form = Pick<URLSearchParams, 'get'>;

/** Article 18: on or off as the form says. Null for a form that is none of ours. */
export async function restrict(needs: DataNeeds, visit: Visit, form: Form): Promise<Said | null> {
  const isOn = switchOf(form);
  if (isOn === null) return null;
  const what = isOn ? 'restrict_on' : 'restrict_off';
  return await needs.database.tx(async (tx) => {
    const { shopId, personId: id } = personOf(visit);
    if (!(await needs.privacy.restrict(tx, { kind: 'person', id, shopId }, isOn))) return 'nothing';
    await tellDone(needs, tx, visit, { what, kind: 'restriction' });
    return what;
  });
}

/** Article 21, for one purpose. */
export async function objectTo(needs: DataNeeds, visit: Visit, form: Form): Promise<Said | null> {
  const isOn = switchOf(form);
  const purpose = objectionable.find((one) => one === form.get('purpose'));
  if (isOn === null || purpose === undefined) return null;
  const what = isOn ? 'object_on' : 'object_off';
  return await needs.database.tx(async (tx) => {
    const { shopId, personId: id } = personOf(visit);
    if (!(await needs.privacy.objectTo(tx, { kind: 'person', id, shopId }, purpose, isOn))) return 'nothing';
    await tellDone(needs, tx, visit, { what, kind: 'objection' });
    return what;
  });
}

function switchOf(form: Form): boolean | null {
  const on = form.get('on');
  return on === 'yes' || on === 'no' ? on === 'yes' : null;
}

/** The pages before these acts. */
export async function restrainView(
  needs: DataNeeds,
  visit: Visit,
  act: 'restrict' | 'object',
  say: Say,
): Promise<ActView> {
  const { shop, language } = visit;
  const { restricted, objections } = await needs.privacy.restrictionsOf(needs.database, visit.here.personId);
  const dayOf = (at: Temporal.Instant): string => formatDate(language, dateOf(at));
  const base = { shop, language, path: pathsOf(visit).own, said: null };
  if (act === 'restrict') {
    const since = restricted === null ? null : say('data.right.restrict.on', { day: dayOf(restricted) });
    return { ...base, act, since };
  }
  const purposes = objectionable.map((key) => {
    const at = objections.find(({ purpose }) => purpose === key)?.at;
    const since = at === undefined ? null : say('data.object.since', { day: dayOf(at) });
    return { key, label: purposeOf(say, key), since };
  });
  return { ...base, act, purposes };
}
