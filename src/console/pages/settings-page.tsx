import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import type { SettingsView } from '../view.ts';
import { sayCode } from '../words.ts';

/** What is set, and everybody outside that this house speaks with. */
export function settingsPage(view: SettingsView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('settings.title'), place: 'settings' },
    <>
      <section aria-labelledby="egress">
        <h2 id="egress">{say('settings.egress')}</h2>
        <p class="soft">{say('settings.egress.intro')}</p>
        <Table
          name={say('settings.egress')}
          rows={view.egress}
          keyOf={(_, index) => String(index)}
          empty={say('settings.egress.none')}
          columns={[
            { label: say('settings.egress.who'), cell: ({ who }) => who },
            { label: say('settings.egress.hosts'), cell: ({ hosts }) => <code>{hosts.join(', ')}</code> },
            { label: say('settings.egress.why'), cell: ({ why }) => why },
            {
              label: say('settings.egress.fields'),
              cell: ({ fields }) =>
                fields.length === 0 ? say('page.none') : fields.map((field) => sayCode(say, 'field', field)).join(', '),
            },
          ]}
        />
      </section>
      <section aria-labelledby="settings">
        <h2 id="settings">{say('settings.title')}</h2>
        <p class="soft">{say('settings.intro')}</p>
        <Table
          name={say('settings.title')}
          rows={view.settings}
          keyOf={({ variable }) => variable}
          empty="–"
          columns={[
            { label: say('settings.variable'), cell: ({ variable }) => <code>{variable}</code> },
            {
              label: say('settings.value'),
              cell: ({ value, from }) => (
                <span class="state">
                  <span>{value}</span>
                  <Tag tone={from === 'environment' ? 'moving' : 'quiet'} text={say(`settings.from.${from}`)} />
                </span>
              ),
            },
            { label: say('settings.meaning'), cell: ({ meaning }) => meaning },
            { label: say('settings.limit'), cell: ({ limit }) => limit },
          ]}
        />
      </section>
      <p class="soft small">{say('settings.version', { version: view.version })}</p>
    </>,
  );
}
