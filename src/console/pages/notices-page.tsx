import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Pager, Table, When } from '../parts/table.tsx';
import { Told } from '../parts/told.tsx';
import { consolePaths } from '../paths.ts';
import type { NoticesView } from '../view.ts';
import { sayCode } from '../words.ts';

/** Every message that customers were told unasked. */
export function noticesPage(view: NoticesView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('notices.title'), place: 'notices' },
    <>
      <p class="soft">{say('notices.intro')}</p>
      <Table
        name={say('notices.title')}
        rows={view.rows}
        keyOf={(row) => row.id}
        empty={say('notices.none')}
        columns={[
          {
            label: say('parcels.order'),
            cell: ({ orderNumber, parcelId }) =>
              parcelId === null ? (
                <bdi>{orderNumber}</bdi>
              ) : (
                <a href={consolePaths.parcel(parcelId)}>
                  <bdi>{orderNumber}</bdi>
                </a>
              ),
          },
          { label: say('told.fact'), cell: ({ kind }) => sayCode(say, 'notice_kind', kind) },
          { label: say('notices.made'), cell: ({ made }) => <When moment={made} /> },
          {
            label: say('told.state'),
            cell: (row) => (
              <Told told={{ ...row, due: row.made, held: null, ofKind: null, channel: 'mail' }} say={say} />
            ),
          },
          { label: say('page.when'), cell: ({ concluded }) => <When moment={concluded} /> },
        ]}
      />
      <Pager {...view} say={say} />
    </>,
  );
}
