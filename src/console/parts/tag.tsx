import type { VNode } from 'preact';
import type { Milestone } from '../view.ts';
import type { Say } from '../words.ts';

type Tone = 'bad' | 'warn' | 'moving' | 'good' | 'quiet';

const tones: Readonly<Record<Milestone | 'info', Tone>> = {
  unknown: 'quiet',
  announced: 'moving',
  accepted: 'moving',
  in_transit: 'moving',
  out_for_delivery: 'moving',
  ready_for_pickup: 'warn',
  delivery_failed: 'bad',
  exception: 'bad',
  delivered: 'good',
  returning: 'warn',
  returned: 'quiet',
  cancelled: 'quiet',
  info: 'quiet',
};

/** A milestone in its colour, with the sub-status as the vocabulary names it. */
export function State(props: {
  readonly milestone: Milestone | 'info';
  readonly subStatus: string | null;
  readonly say: Say;
}): VNode {
  const { milestone, subStatus, say } = props;
  return (
    <span class="state">
      <span class={`tag ${tones[milestone]}`}>{say(`milestone.${milestone}`)}</span>
      {subStatus === null ? null : <code class="soft">{subStatus.slice(subStatus.indexOf('.') + 1)}</code>}
    </span>
  );
}

/** A short word in a tone. */
export function Tag(props: { readonly tone: Tone; readonly text: string }): VNode {
  return <span class={`tag ${props.tone}`}>{props.text}</span>;
}
