import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import type { AuditView } from '../view.ts';

/** What was done in this house and by whom. */
export function auditPage(view: AuditView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('audit.title'), place: 'audit' },
    <>
      <p class="soft">{say('audit.intro')}</p>
      <Table
        name={say('audit.title')}
        rows={view.rows}
        keyOf={(_, index) => String(index)}
        empty={say('audit.none')}
        columns={[
          { label: say('audit.verb'), cell: ({ verb }) => <code>{verb}</code> },
          { label: say('audit.subject'), cell: ({ subject }) => <code dir="ltr">{subject}</code> },
          { label: say('audit.actor'), cell: ({ actor }) => actor },
          { label: say('page.when'), cell: ({ happened }) => <When moment={happened} exact /> },
        ]}
      />
    </>,
  );
}
