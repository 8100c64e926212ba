import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import type { RulesView } from './rules-view.ts';

/** What may leave to whom, under which rule, and where it is written. What no line names stays. */
export function rulesPage(view: RulesView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('rules.title'), place: 'rules' },
    <>
      <p class="soft">{say('rules.intro')}</p>
      <Table
        name={say('rules.title')}
        rows={view.rows}
        keyOf={({ id }) => id}
        empty="–"
        columns={[
          {
            label: say('disclosure.recipient'),
            cell: ({ id, recipients, services }) => (
              <span id={id}>
                {recipients} <small class="soft">{services.join(', ')}</small>
              </span>
            ),
          },
          {
            label: say('rules.countries'),
            cell: ({ countries }) =>
              countries === null ? say('rules.anywhere') : <span class="small">{countries.join(' ')}</span>,
          },
          { label: say('disclosure.purpose'), cell: ({ purpose }) => purpose },
          { label: say('rules.fields'), cell: ({ fields }) => fields },
          { label: say('rules.verdict'), cell: ({ verdict, tone }) => <Tag tone={tone} text={verdict} /> },
          {
            label: say('rules.source'),
            cell: ({ source, otherwise, id }) => (
              <div lang="en" class="small">
                <p>{source}</p>
                {otherwise === null ? null : <p>→ {otherwise}</p>}
                <code class="soft">{id}</code>
              </div>
            ),
          },
        ]}
      />
    </>,
  );
}
