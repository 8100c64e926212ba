import type { VNode } from 'preact';
import type { Authority } from '#tls';
import { Table } from '../parts/table.tsx';
import type { Say } from '../words.ts';
import { sayCode } from '../words.ts';

/** Who issues certificates, what each offers, which is the default and why. */
export function authoritiesOf(
  { rows, asOf }: { readonly rows: readonly Authority[]; readonly asOf: string },
  say: Say,
): VNode {
  return (
    <details class="card">
      <summary>{say('certificate.authorities')}</summary>
      <p>{say('certificate.authorities.why')}</p>
      <Table
        name={say('certificate.authorities')}
        rows={rows.filter(({ inBrowsers }) => inBrowsers)}
        keyOf={({ id }) => id}
        empty=""
        columns={[
          { label: say('certificate.authority'), cell: ({ name }) => name },
          {
            label: say('certificate.authorities.needs'),
            cell: ({ needsBinding }) =>
              say(needsBinding ? 'certificate.authorities.account' : 'certificate.authorities.nothing'),
          },
          {
            label: say('certificate.authorities.life'),
            cell: (row) => say('certificate.days', { count: row.lifeDays }) + mark(row, 'life'),
          },
          { label: say('certificate.authorities.offers'), cell: (row) => offersOf(row, say) + mark(row, 'offers') },
          { label: say('certificate.authorities.limit'), cell: (row) => limitOf(row) + mark(row, 'limit') },
          { label: say('certificate.authorities.country'), cell: (row) => row.country + mark(row, 'country') },
        ]}
      />
      <p class="soft small">{say('certificate.authorities.note', { day: asOf })}</p>
    </details>
  );
}

function mark({ unverified }: Authority, what: Authority['unverified'][number]): string {
  return unverified.includes(what) ? ' *' : '';
}

function offersOf({ offers }: Authority, say: Say): string {
  return offers.length === 0 ? '–' : offers.map((one) => sayCode(say, 'offer', one.replaceAll(' ', '_'))).join(', ');
}

function limitOf({ perDomainAndWeek }: Authority): string {
  return perDomainAndWeek === null ? '–' : String(perDomainAndWeek);
}
