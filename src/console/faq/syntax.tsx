import type { VNode } from 'preact';
import { milestones, subStatuses } from '#carriers';
import { targets, topics, variables } from '#faq';
import type { SayAnswers } from './words.ts';

const problems = [...new Set(subStatuses.map(({ problem }) => problem))].filter((problem) => problem !== 'none');
const statuses = subStatuses.filter(({ milestone }) => milestone !== 'info').map(({ id }) => id);

/** All that a text may name, for whoever writes one: folded up, as it is long. */
export function Syntax({ say }: { readonly say: SayAnswers }): VNode {
  const rows: readonly (readonly [label: string, codes: readonly string[]])[] = [
    [say('syntax.head'), ['title:', 'summary:', 'keywords:', 'topic:', 'when:', 'related:', 'position:']],
    [say('syntax.topics'), topics],
    [say('syntax.conditions'), examples],
    [say('syntax.milestones'), milestones],
    [say('syntax.problems'), problems],
    [say('syntax.statuses'), statuses],
    [say('syntax.variables'), variables.map((name) => `{${name}}`)],
    [say('syntax.targets'), [...targets, 'article my-slug']],
  ];
  return (
    <details class="card">
      <summary>{say('edit.more')}</summary>
      <dl class="syntax prose">
        {rows.map(([label, codes]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code dir="ltr">{codes.join(' · ')}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const examples = [
  '[when late]',
  '[when not late]',
  '[when parcel]',
  '[when no parcel]',
  '[when has arrival]',
  '[when no arrival]',
  '[when carrier ups, dhl-unified]',
  '[when milestone in_transit, accepted and late]',
  '[when status delivered.neighbour]',
  '[when problem delay]',
  '[always]',
];
