import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import type { CodesView } from '../view.ts';

/** Codes that carriers sent and no table knows. */
export function codesPage(view: CodesView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('codes.title'), place: 'codes' },
    <>
      <p class="soft">{say('codes.intro')}</p>
      <Table
        name={say('codes.title')}
        rows={view.rows}
        keyOf={(row) => `${row.carrierName} ${row.code}`}
        empty={say('codes.none')}
        columns={[
          { label: say('scan.code'), cell: ({ code }) => <code dir="ltr">{code}</code> },
          { label: say('parcels.carrier'), cell: ({ carrierName }) => carrierName },
          { label: say('codes.scans'), cell: ({ scans }) => scans, numeric: true },
          { label: say('codes.first'), cell: ({ first }) => <When moment={first} /> },
          { label: say('codes.last'), cell: ({ last }) => <When moment={last} /> },
        ]}
      />
    </>,
  );
}
