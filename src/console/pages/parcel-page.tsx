import type { VNode } from 'preact';
import { webUrl } from '#kit/html';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When, type Column } from '../parts/table.tsx';
import { State, Tag } from '../parts/tag.tsx';
import { Told } from '../parts/told.tsx';
import { consolePaths } from '../paths.ts';
import type { DisclosureRow, ParcelPageView, StoredScan, ToldNotice, Withheld } from '../view.ts';
import { sayCode, type Say } from '../words.ts';

/** One parcel, whole: where it stands, every scan as it came, what the customer was told and why, who got which data. */
export function parcelPage(view: ParcelPageView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('parcel.title', { order: view.parcel.orderNumber }), place: 'parcels' },
    <>
      <Restraints view={view} say={say} />
      <Head view={view} say={say} />
      <section aria-labelledby="scans">
        <h2 id="scans">{say('parcel.scans')}</h2>
        <Table
          name={say('parcel.scans')}
          rows={view.scans}
          keyOf={(_, index) => String(index)}
          empty={say('parcel.scans.none')}
          columns={scanColumns(say)}
        />
      </section>
      <section aria-labelledby="notices">
        <h2 id="notices">{say('parcel.notices')}</h2>
        <Table
          name={say('parcel.notices')}
          rows={view.notices}
          keyOf={(_, index) => String(index)}
          empty={say('parcel.notices.none')}
          columns={noticeColumns(say)}
        />
      </section>
      <section aria-labelledby="disclosures">
        <h2 id="disclosures">{say('parcel.disclosures')}</h2>
        <Table
          name={say('parcel.disclosures')}
          rows={view.disclosures}
          keyOf={(_, index) => String(index)}
          empty={say('parcel.disclosures.none')}
          columns={disclosureColumns(say)}
        />
      </section>
    </>,
  );
}

function Head(props: { readonly view: ParcelPageView; readonly say: Say }): VNode {
  const { view, say } = props;
  const { parcel } = view;
  return (
    <div class="card">
      <p class="first">
        <State milestone={parcel.milestone} subStatus={parcel.subStatus} say={say} />
        {parcel.stale ? <Tag tone="warn" text={say('parcels.stale')} /> : null}
      </p>
      <dl class="facts">
        <Fact label={say('parcels.carrier')}>{parcel.carrierName}</Fact>
        <Fact label={say('parcel.service')}>{parcel.service ?? '–'}</Fact>
        <Fact label={say('parcels.number')}>
          {parcel.trackingNumber === null ? say('parcels.no_number') : <code dir="ltr">{parcel.trackingNumber}</code>}
        </Fact>
        <Fact label={say('parcels.sign')}>
          <When moment={parcel.lastSign} exact />
        </Fact>
        <Fact label={say('parcels.arrival')}>{parcel.arrival ?? '–'}</Fact>
        <Fact label={say('parcel.leg')}>{say(`leg.${parcel.leg}`)}</Fact>
        <Fact label={say('parcel.problem')}>{sayCode(say, 'problem', parcel.problem ?? 'none')}</Fact>
        <Fact label={say('parcel.actor')}>{parcel.actor === null ? '–' : sayCode(say, 'actor', parcel.actor)}</Fact>
        <Fact label={say('parcel.attempts')}>{parcel.attempts}</Fact>
        <Fact label={say('parcel.next_ask')}>
          <When moment={view.nextAsk} exact />
        </Fact>
        <Fact label={say('parcel.ask_outcome')}>
          {view.askOutcome === null ? '–' : sayCode(say, 'asking', view.askOutcome)}
        </Fact>
      </dl>
      <Ways view={view} say={say} />
    </div>
  );
}

function Ways(props: { readonly view: ParcelPageView; readonly say: Say }): VNode {
  const { view, say } = props;
  const carrierUrl = webUrl(view.carrierUrl);
  return (
    <p class="ways">
      {view.customerUrl === null ? null : <a href={view.customerUrl}>{say('parcel.customer')}</a>}
      {view.customerUrl === null ? null : (
        <a href={consolePaths.customer(view.parcel.id)}>{say('parcel.customer_data')}</a>
      )}
      {carrierUrl === null ? null : (
        <a href={carrierUrl} rel="noreferrer">
          {say('parcel.carrier_page', { carrier: view.parcel.carrierName })}
        </a>
      )}
      {view.siblings.map(({ id, position, milestone }) => (
        <a key={id} href={consolePaths.parcel(id)}>
          {say('parcel.sibling', { position })}: {say(`milestone.${milestone}`)}
        </a>
      ))}
    </p>
  );
}

function scanColumns(say: Say): readonly Column<StoredScan>[] {
  return [
    { label: say('scan.occurred'), cell: (scan) => <LocalTime scan={scan} say={say} /> },
    { label: say('scan.meaning'), cell: (scan) => <Meaning scan={scan} say={say} /> },
    { label: say('scan.code'), cell: ({ code }) => <code dir="ltr">{code}</code> },
    { label: say('scan.place'), cell: ({ place }) => <bdi>{place ?? '–'}</bdi> },
    { label: say('scan.text'), cell: ({ text }) => (text === null ? '–' : <q dir="auto">{text}</q>) },
    {
      label: say('scan.received'),
      cell: ({ received, way }) => (
        <>
          <When moment={received} exact /> <small class="soft">{say(`way.${way}`)}</small>
        </>
      ),
    },
  ];
}

function LocalTime(props: { readonly scan: StoredScan; readonly say: Say }): VNode {
  const { scan, say } = props;
  return (
    <>
      <bdi class="number">{scan.localTime.replace('T', ' ')}</bdi>{' '}
      <small class="soft">
        {scan.zone === null ? null : `${scan.zone}, `}
        {say(`confidence.${scan.confidence}`)}
      </small>
    </>
  );
}

function Meaning(props: { readonly scan: StoredScan; readonly say: Say }): VNode {
  const { scan, say } = props;
  return (
    <span class="state">
      <State milestone={scan.milestone} subStatus={scan.subStatus} say={say} />
      {scan.subStatus === null ? <Tag tone="warn" text={say('scan.unmapped')} /> : null}
      {scan.retracts ? <Tag tone="warn" text={say('scan.retracts')} /> : null}
      {scan.leg === 'return' ? <span class="soft">{say('leg.return')}</span> : null}
    </span>
  );
}

function noticeColumns(say: Say): readonly Column<ToldNotice>[] {
  return [
    { label: say('told.fact'), cell: ({ kind }) => sayCode(say, 'notice_kind', kind) },
    {
      label: say('told.why'),
      cell: ({ subStatus, ofKind }) => (
        <>
          {say(ofKind === null ? 'told.rule' : 'told.rule.correction')}{' '}
          {subStatus === null ? null : <code class="soft">{subStatus}</code>}
        </>
      ),
    },
    { label: say('page.when'), cell: ({ decided, concluded }) => <When moment={concluded ?? decided} exact /> },
    { label: say('told.channel'), cell: ({ channel }) => channel },
    { label: say('told.state'), cell: (told) => <Told told={told} say={say} /> },
  ];
}

function disclosureColumns(say: Say): readonly Column<DisclosureRow>[] {
  const fields = (list: readonly string[]): string =>
    list.length === 0 ? say('page.none') : list.map((field) => sayCode(say, 'field', field)).join(', ');
  return [
    { label: say('disclosure.recipient'), cell: ({ recipient }) => recipient },
    { label: say('disclosure.fields'), cell: (row) => fields(row.fields) },
    { label: say('disclosure.withheld'), cell: ({ withheld }) => <Stayed withheld={withheld} say={say} /> },
    {
      label: say('disclosure.purpose'),
      cell: ({ purpose, service }) => (
        <>
          {purpose} {service === null ? null : <small class="soft">{service}</small>}
        </>
      ),
    },
    { label: say('disclosure.basis'), cell: ({ basis }) => basis },
    { label: say('page.when'), cell: ({ disclosed }) => <When moment={disclosed} exact /> },
  ];
}

/** What stayed and why, each with the way to its rule. */
function Stayed(props: { readonly withheld: readonly Withheld[]; readonly say: Say }): VNode {
  const { withheld, say } = props;
  if (withheld.length === 0) return <>{say('page.none')}</>;
  return (
    <>
      {withheld.map(({ text, rule }, index) => (
        <>
          {index === 0 ? null : ', '}
          {rule === null ? text : <a href={`${consolePaths.rules}#${rule}`}>{text}</a>}
        </>
      ))}
    </>
  );
}

/** What the person has said against the use of their data: whoever helps them must see it first. */
function Restraints({ view, say }: { readonly view: ParcelPageView; readonly say: Say }): VNode | null {
  const { restricted, objections } = view.restraints;
  if (restricted === null && objections.length === 0) return null;
  return (
    <div class="failed" role="note">
      {restricted === null ? null : <p>{say('parcel.restricted', { time: restricted.at })}</p>}
      {objections.map(({ purpose, at }) => (
        <p key={purpose}>{say('parcel.objected', { purpose, time: at.at })}</p>
      ))}
    </div>
  );
}
