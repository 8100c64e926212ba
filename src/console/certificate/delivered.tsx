import type { VNode } from 'preact';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment } from '../view.ts';
import type { Say } from '../words.ts';
import { actionsOf, untilOf, type CertificateRow } from './rows.tsx';

export type FilesRow = {
  /** The machine and the folder. */
  readonly place: string;
  readonly delivered: Moment | null;
  readonly failure: {
    /** In plain words. */
    readonly why: string;
    /** The end of what was printed. */
    readonly said: string;
    readonly tries: number;
    readonly next: Moment;
  } | null;
};

/** A name whose server is another. */
export type DeliveredRow = CertificateRow & {
  readonly files: readonly FilesRow[];
  readonly fetched: { readonly at: Moment; readonly isCurrent: boolean } | null;
};

/** What becomes of the certificates of the shop's other servers; null where there are none. */
export function deliveredOf(rows: readonly DeliveredRow[], say: Say): VNode | null {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="delivered">
      <h2 id="delivered">{say('certificate.delivered')}</h2>
      <p class="soft">{say('certificate.delivered.intro')}</p>
      <Table
        name={say('certificate.delivered')}
        rows={rows}
        keyOf={({ name }) => name}
        empty=""
        columns={[
          { label: say('certificate.name'), cell: ({ name }) => <bdi dir="ltr">{name}</bdi> },
          { label: say('certificate.until'), cell: (row) => untilOf(row, say) },
          { label: say('certificate.way'), cell: (row) => wayOf(row, say) },
          { label: say('certificate.next'), cell: ({ next }) => <When moment={next} /> },
          { label: say('certificate.renew'), unseen: true, cell: (row) => buttonsOf(row, say) },
        ]}
      />
    </section>
  );
}

function wayOf({ files, fetched }: DeliveredRow, say: Say): VNode {
  if (files.length === 0 && fetched === null) return <Tag tone="warn" text={say('certificate.way.none')} />;
  return (
    <>
      {files.map((one) => (
        <div key={one.place}>
          {one.delivered === null ? null : (
            <>
              {say('certificate.way.files')} <When moment={one.delivered} />{' '}
            </>
          )}
          <bdi dir="ltr" class="soft small">
            {one.place}
          </bdi>
          {failureOf(one, say)}
        </div>
      ))}
      {fetched === null ? null : (
        <div>
          {say('certificate.way.fetched')} <When moment={fetched.at} />{' '}
          {fetched.isCurrent ? null : <Tag tone="warn" text={say('certificate.way.older')} />}
        </div>
      )}
    </>
  );
}

function failureOf({ failure }: FilesRow, say: Say): VNode | null {
  if (failure === null) return null;
  const { why, said, tries, next } = failure;
  return (
    <>
      <p>
        <Tag tone="bad" text={say('certificate.failed', { tries })} /> {why} {say('certificate.way.again')}{' '}
        <When moment={next} />
      </p>
      {said === '' ? null : (
        <p class="small">
          <q dir="auto">{said}</q>
        </p>
      )}
    </>
  );
}

function buttonsOf(row: DeliveredRow, say: Say): VNode {
  return (
    <>
      {actionsOf(row, say)}
      {row.until === null || row.files.length === 0 ? null : (
        <form method="post" action={consolePaths.deliverCertificate}>
          <input type="hidden" name="name" value={row.name} />
          <button class="small-button" type="submit">
            {say('certificate.deliver')} <span class="unseen">{row.name}</span>
          </button>
        </form>
      )}
    </>
  );
}
