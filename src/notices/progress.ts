import type { Block, StepState } from '#kit/mail-html';
import { subStatus } from '#carriers';
import type { FactKind } from './decide.ts';
import type { NoticeWord, Say } from './words.ts';

/** Is something wrong that the customer should know before anything else? A delay on the way is no alarm. */
export function isWrong(kind: FactKind, word: string | null): boolean {
  if (kind === 'delivery_failed' || kind === 'exception') return true;
  if (kind === 'shipped' || word === null) return false;
  return (subStatus(word)?.problem ?? 'none') !== 'none';
}

const stageOf: Readonly<Record<FactKind, number>> = {
  shipped: 1,
  out_for_delivery: 2,
  ready_for_pickup: 2,
  delivery_failed: 2,
  exception: 1,
  delivered: 3,
};

/** The four steps of a parcel, or of several that have come as far; `subStatuses` are where they stand. */
export function progressOf(say: Say, kind: FactKind, subStatuses: readonly (string | null)[]): Block {
  const isPartDelivered = kind === 'exception' && subStatuses.every((word) => word === 'delivered.partial');
  const stage = isPartDelivered ? 3 : stageOf[kind];
  const state = stateOf(kind, subStatuses);
  const labels = namesOf(kind, subStatuses).map((name) => say(name));
  const steps = labels.map(
    (label, at) => ({ label, state: at === stage ? state : at < stage ? 'done' : 'todo' }) as const,
  );
  const values = { step: stage + 1, steps: steps.length, label: labels[stage] ?? '' };
  return { kind: 'progress', summary: say(state === 'problem' ? 'progress.problem' : 'progress.step', values), steps };
}

function stateOf(kind: FactKind, subStatuses: readonly (string | null)[]): StepState {
  // The last day to collect is urgent; the parcel stands where it should.
  if (kind !== 'ready_for_pickup' && subStatuses.some((word) => isWrong(kind, word))) return 'problem';
  return kind === 'delivered' ? 'done' : 'current';
}

function namesOf(kind: FactKind, subStatuses: readonly (string | null)[]): readonly NoticeWord[] {
  const isCollected = subStatuses.every((word) => word?.startsWith('delivered.collected_'));
  return kind === 'ready_for_pickup' || isCollected
    ? ['step.announced', 'step.on_its_way', 'step.ready_for_pickup', 'step.collected']
    : ['step.announced', 'step.on_its_way', 'step.out_for_delivery', 'step.delivered'];
}
