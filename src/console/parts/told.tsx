import type { VNode } from 'preact';
import type { ToldNotice } from '../view.ts';
import type { Say } from '../words.ts';
import { Tag } from './tag.tsx';

type ToldState = 'waiting' | 'sent' | 'refused' | 'failed' | 'suppressed';

/** What became of it, in one word. */
export function toldState(told: Pick<ToldNotice, 'verdict' | 'outcome'>): ToldState {
  if (told.verdict !== 'due') return 'suppressed';
  switch (told.outcome) {
    case null:
      return 'waiting';
    case 'sent':
      return 'sent';
    case 'refused':
      return 'refused';
    case 'no address':
      return 'failed';
    case 'suppressed':
    case 'unsubscribed':
      return 'suppressed';
  }
}

const tones = { waiting: 'moving', sent: 'good', refused: 'bad', failed: 'bad', suppressed: 'quiet' } as const;

/** The state of a notice with its reason: why it was not told, what the server answered, when it is due. */
export function Told(props: {
  readonly told: Omit<ToldNotice, 'kind' | 'subStatus' | 'decided'>;
  readonly say: Say;
}): VNode {
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

function reasonOf(told: Omit<ToldNotice, 'kind' | 'subStatus' | 'decided'>, say: Say): string | null {
  if (told.verdict !== 'due') return say(`told.reason.${told.verdict}`);
  if (told.outcome === 'no address') return say('told.reason.no_address');
  if (told.outcome === null && told.answer === null) return say('told.reason.waiting', { when: told.due.age });
  return toldAnswer(told, say);
}

/** What stands behind the outcome, in words where it is one of ours. */
function toldAnswer({ outcome, answer }: Pick<ToldNotice, 'outcome' | 'answer'>, say: Say): string | null {
  if (outcome === 'suppressed') return say('told.reason.suppressed', { code: answer ?? '–' });
  if (outcome === 'unsubscribed') return say('told.reason.unsubscribed');
  if (answer?.startsWith('unsigned: ') === true) {
    if (outcome === 'sent') return say('told.reason.unsigned');
    return say(outcome === null ? 'told.reason.held' : 'told.reason.not_signed');
  }
  return answer;
}
