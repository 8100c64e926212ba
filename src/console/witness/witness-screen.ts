import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { witnessPage, type WitnessView } from './witness-page.tsx';

const actor = 'staff';

/** The screen "Witnesses", and what its buttons do. */
export const witnessRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.witnesses, act: (work) => show(work) },
  { method: 'POST', path: consolePaths.witnesses, act: add },
  { method: 'POST', path: consolePaths.removeWitness, act: remove },
];

async function show({ needs, visit, pageNeeds }: Work, wrong: WitnessView['wrong'] = null): Promise<Answer> {
  const { witnesses, alarms, own } = await needs.privacy.witness.state(visit.shop.shopId);
  const momentOrNull = (at: Temporal.Instant | null) => (at === null ? null : visit.moment(at));
  const view: WitnessView = {
    frame: visit.frame,
    rows: witnesses.map(({ witnessId, host, fingerprints, signedSize, signedAt, trouble, theirs }) => ({
      id: showId('wit', witnessId),
      host,
      fingerprints,
      signedSize,
      signedAt: momentOrNull(signedAt),
      trouble,
      theirSize: theirs.size,
    })),
    alarms: alarms.map(({ alarmId, origin, what, noticedAt, kept, shown }) => {
      const texts = [kept, shown].filter((text) => text !== null);
      return { alarmId, origin, what, noticedAt: visit.moment(noticedAt), texts };
    }),
    own,
    wrong,
  };
  return answer.page(witnessPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

async function add(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const url = request.form().get('url') ?? '';
  try {
    const { witnessId } = await needs.privacy.witness.add(visit.shop.shopId, url, actor);
    return answer.redirect(`${consolePaths.witnesses}?done=witness_added#${showId('wit', witnessId)}`);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'not_found' || error.code === 'unauthorized') throw error;
    return await show(work, { message: visit.say(`witness.wrong.${error.code}`), url });
  }
}

/** A form with a `witness`, which somebody else may have removed meanwhile. */
async function remove({ needs, visit, request }: Work): Promise<Answer> {
  const witnessId = readId('wit', request.form().get('witness') ?? '');
  const isGone = witnessId !== null && (await needs.privacy.witness.remove(visit.shop.shopId, witnessId, actor));
  return answer.redirect(`${consolePaths.witnesses}?${isGone ? 'done=witness_removed' : 'failed=witness_unknown'}`);
}
