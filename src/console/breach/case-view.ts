import { readId, showId } from '#kit/ids';
import { draftText, sayBreach, sayBreachCode, stepKinds, type BreachState, type StepKind } from '#rights';
import type { ConsoleNeeds } from '../needs.ts';
import type { Visit } from '../screens/visit.ts';
import type { Moment, StaffFrame } from '../view.ts';

export type CaseView = {
  readonly frame: StaffFrame;
  readonly id: string;
  readonly suspect: string;
  readonly keyId: string | null;
  readonly tables: readonly string[];
  readonly keyring: string;
  readonly from: Moment;
  readonly until: Moment;
  readonly aware: Moment;
  readonly due: Moment;
  /** How it stands with the clock, in a sentence. */
  readonly clock: string;
  readonly clockTone: 'bad' | 'warn' | 'good' | 'quiet';
  readonly persons: number;
  readonly byShop: readonly { readonly name: string; readonly persons: number }[];
  readonly categories: readonly { readonly field: string; readonly as: string; readonly isOpen: boolean }[];
  readonly readable: string;
  readonly authority: string;
  readonly customers: string;
  readonly consequences: readonly string[];
  readonly steps: readonly {
    readonly kind: string;
    readonly at: Moment;
    readonly actor: string;
    readonly words: string;
  }[];
  /** What can be done now. */
  readonly kinds: readonly { readonly kind: StepKind; readonly name: string }[];
  /** What stood in the form that was wrong, and why. */
  readonly wrong: { readonly words: string; readonly said: string } | null;
  readonly drafts: readonly {
    readonly key: 'authority' | 'customers';
    readonly language: 'de' | 'en';
    readonly text: string;
  }[];
};

const tones = { waits: 'warn', late: 'bad', told: 'good', 'told late': 'warn', 'closed untold': 'quiet' } as const;
const letterLanguages = ['de', 'en'] as const;

export async function caseView(needs: ConsoleNeeds, visit: Visit, wrong: CaseView['wrong']): Promise<CaseView | null> {
  const { shopId } = visit.shop;
  const caseId = readId('brc', visit.params['id'] ?? '');
  const state = caseId === null ? null : await needs.breaches.show(needs.database, shopId, caseId);
  if (caseId === null || state === null) return null;
  const drafts: CaseView['drafts'][number][] = [];
  for (const language of letterLanguages) {
    const letters = await needs.breaches.drafts(needs.database, shopId, caseId, language);
    if (letters === null) continue;
    for (const key of ['authority', 'customers'] as const)
      drafts.push({ key, language, text: draftText(letters[key]) });
  }
  return { ...viewOf(visit, state), wrong, drafts };
}

function viewOf(
  visit: Visit,
  { case: of, clock, affected, assessment }: BreachState,
): Omit<CaseView, 'wrong' | 'drafts'> {
  const { language, moment } = visit;
  const say = (list: string, code: string): string => sayBreachCode(language, list, code);
  const due = moment(clock.dueAt);
  const readable = assessment.isReadable === null ? 'unknown' : assessment.isReadable ? 'yes' : 'no';
  return {
    frame: visit.frame,
    id: showId('brc', of.caseId),
    suspect: say('suspect', of.suspect),
    keyId: of.keyId,
    tables: of.tables,
    keyring: say('keyring', of.keyring),
    from: moment(of.from),
    until: moment(of.until),
    aware: moment(of.awareAt),
    due,
    clock: clockText(language, clock.state, due.at),
    clockTone: tones[clock.state],
    persons: affected.persons,
    byShop: affected.byShop,
    categories: assessment.categories.map(({ field, as }) => {
      return { field: say('field', field), as: say('as', as), isOpen: as === 'plain' };
    }),
    readable: say('readable', readable),
    authority: say('authority', assessment.authority),
    customers: say('customers', assessment.customers),
    consequences: assessment.consequences.map((one) => say('consequence', one)),
    steps: of.steps.map(({ kind, at, actor, words }) => ({ kind: say('step', kind), at: moment(at), actor, words })),
    kinds: stepKinds
      .filter((kind) =>
        clock.isClosed ? kind === 'note' || kind === 'reopened' : kind !== 'opened' && kind !== 'reopened',
      )
      .map((kind) => ({ kind, name: say('step', kind) })),
  };
}

function clockText(language: string, state: BreachState['clock']['state'], due: string): string {
  switch (state) {
    case 'waits':
      return sayBreach(language, 'clock.waits', { due });
    case 'late':
      return sayBreach(language, 'clock.late', { due });
    case 'told':
      return sayBreach(language, 'clock.told');
    case 'told late':
      return sayBreach(language, 'clock.told_late', { due });
    case 'closed untold':
      return sayBreach(language, 'clock.closed_untold');
  }
}
