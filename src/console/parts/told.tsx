import type { VNode } from 'preact';
import type { ToldNotice } from '../view.ts';
import type { Say } from '../words.ts';
import { Tag } from './tag.tsx';

type ToldState = 'waiting' | 'held' | 'withdrawn' | 'corrected' | 'sent' | 'refused' | 'failed' | 'suppressed';

/** What became of a notice that was due, in one word. */
const ended = {
  sent: 'sent',
  refused: 'refused',
  'no address': 'failed',
  suppressed: 'suppressed',
  unsubscribed: 'suppressed',
} as const satisfies Record<NonNullable<ToldNotice['outcome']>, ToldState>;

/** What became of it, in one word. */
export function toldState(told: Pick<ToldNotice, 'verdict' | 'outcome' | 'held'>): ToldState {
  if (told.verdict === 'withdrawn' || told.verdict === 'corrected') return told.verdict;
  if (told.verdict !== 'due') return 'suppressed';
  if (told.outcome !== null) return ended[told.outcome];
  return told.held === null ? 'waiting' : 'held';
}

const tones = {
  waiting: 'moving',
  held: 'moving',
  sent: 'good',
  refused: 'bad',
  failed: 'bad',
  corrected: 'bad',
  withdrawn: 'quiet',
  suppressed: 'quiet',
} as const;

/** The state of a notice with its reason: why it was not told, what the server answered, when it is due. */
export function Told(props: { readonly told: Reasons; readonly say: Say }): VNode {
  const { told, say } = props;
  const state = toldState(told);
  const reason = reasonOf(told, say);
  return (
    <span class="state">
      <Tag tone={tones[state]} text={say(`told.state.${state}`)} />
      {reason === null ? null : <span class="soft">{reason}</span>}
      {told.tries === null || told.tries < 2 ? null : (
        <span class="soft">{say('told.tries', { count: told.tries })}</span>
      )}
    </span>
  );
}

type Reasons = Omit<ToldNotice, 'kind' | 'subStatus' | 'decided'>;

function reasonOf(told: Reasons, say: Say): string | null {
  if (told.verdict === 'withdrawn' && told.ofKind !== null) return say('told.reason.true_again');
  if (told.verdict !== 'due') return say(`told.reason.${told.verdict}`);
  if (told.outcome === 'no address') return say('told.reason.no_address');
  return told.outcome === null && told.answer === null ? waitingFor(told, say) : toldAnswer(told, say);
}

function waitingFor({ held, due, ofKind }: Reasons, say: Say): string {
  if (held === null) return say('told.reason.waiting', { when: due.age });
  return say(ofKind === null ? 'told.reason.held' : 'told.reason.limited', { when: held.at });
}

/** What stands behind the outcome, in words where it is one of ours. */
function toldAnswer({ outcome, answer }: Pick<ToldNotice, 'outcome' | 'answer'>, say: Say): string | null {
  if (outcome === 'suppressed') return say('told.reason.suppressed', { code: answer ?? '–' });
  if (outcome === 'unsubscribed') return say('told.reason.unsubscribed');
  if (outcome === 'sent' && answer === 'perhaps') return say('told.reason.perhaps');
  if (answer?.startsWith('unsigned: ') === true) {
    if (outcome === 'sent') return say('told.reason.unsigned');
    return say(outcome === null ? 'told.reason.held_unsigned' : 'told.reason.not_signed');
  }
  return answer;
}
