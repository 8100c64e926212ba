import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { FilterForm, isEmpty, MilestoneCounts } from '../parts/parcel-filter.tsx';
import { Pager, Table, When, type Column } from '../parts/table.tsx';
import { State, Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { ParcelRow, ParcelsView } from '../view.ts';
import type { Say } from '../words.ts';

/** All parcels of the shop, by what they need. */
export function parcelsPage(view: ParcelsView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('parcels.title'), place: 'parcels' },
    <>
      <MilestoneCounts view={view} say={say} />
      <FilterForm view={view} say={say} />
      <Table
        name={say('parcels.title')}
        columns={columnsIn(say)}
        rows={view.rows}
        keyOf={(row) => row.id}
        empty={say(isEmpty(view.filter) ? 'parcels.empty' : 'parcels.none')}
      />
      <Pager {...view} say={say} />
    </>,
  );
}

function columnsIn(say: Say): readonly Column<ParcelRow>[] {
  return [
    {
      label: say('parcels.order'),
      cell: ({ id, orderNumber, position, total }) => (
        <>
          <a href={consolePaths.parcel(id)}>
            <bdi>{orderNumber}</bdi>
          </a>
          {total === 1 ? null : <small class="soft"> {say('parcels.of', { position, total })}</small>}
        </>
      ),
    },
    {
      label: say('parcels.state'),
      cell: ({ milestone, subStatus, stale }) => (
        <>
          <State milestone={milestone} subStatus={subStatus} say={say} />
          {stale ? (
            <>
              {' '}
              <Tag tone="warn" text={say('parcels.stale')} />
            </>
          ) : null}
        </>
      ),
    },
    { label: say('parcels.sign'), cell: ({ lastSign }) => <When moment={lastSign} /> },
    { label: say('parcels.arrival'), cell: ({ arrival }) => arrival ?? <span class="soft">–</span> },
    { label: say('parcels.carrier'), cell: ({ carrierName }) => carrierName },
    {
      label: say('parcels.number'),
      cell: ({ trackingNumber }) =>
        trackingNumber === null ? (
          <span class="soft">{say('parcels.no_number')}</span>
        ) : (
          <code dir="ltr">{trackingNumber}</code>
        ),
    },
  ];
}
