import type { VNode } from 'preact';
import type { ParcelView, ScanView } from '../view.ts';
import type { Say } from '../words.ts';

/** So many of the newest scans stand open; the rest is one click away, so that a page of 60 scans stays calm. */
const openScansMax = 8;

/** Everything the carrier reported, newest first, by days. */
export function ScanList(props: { readonly parcel: ParcelView; readonly say: Say; readonly level: 2 | 3 }): VNode {
  const { parcel, say } = props;
  const { carrierName: carrier, scans } = parcel;
  const Title = `h${props.level}` as const;
  const open = scans.length <= openScansMax + 2 ? scans : scans.slice(0, openScansMax);
  const earlier = scans.slice(open.length);
  return (
    <div class="scans">
      <Title>{say('parcel.scans', { carrier })}</Title>
      {scans.length === 0 ? <p class="soft">{say('parcel.scans.none')}</p> : <Days scans={open} say={say} />}
      {earlier.length === 0 ? null : (
        <details id={`earlier-${parcel.id}`}>
          <summary>{say('parcel.scans.earlier', { count: earlier.length })}</summary>
          <Days scans={earlier} say={say} />
        </details>
      )}
      {scans.some(({ confidence }) => confidence === 'assumed') ? (
        <p class="soft small">{say('parcel.scan.assumed', { carrier })}</p>
      ) : null}
    </div>
  );
}

function Days(props: { readonly scans: readonly ScanView[]; readonly say: Say }): VNode {
  return (
    <ol class="days">
      {[...byDay(props.scans)].map(([day, scans]) => (
        <li key={day}>
          <p class="day">{day}</p>
          <ol>
            {scans.map((scan, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- rendered once, never moved
              <Scan key={index} scan={scan} say={props.say} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

function byDay(scans: readonly ScanView[]): ReadonlyMap<string, readonly ScanView[]> {
  return Map.groupBy(scans, ({ localDay }) => localDay);
}

function Scan(props: { readonly scan: ScanView; readonly say: Say }): VNode {
  const { scan, say } = props;
  const place = [scan.place, scan.country].filter((part) => part !== null).join(', ');
  return (
    <li class={scanTone(scan.milestone)}>
      <span class="when">
        {scan.localTime === null ? <i>{say('parcel.scan.no_time')}</i> : null}
        {scan.localTime !== null && scan.confidence === 'assumed' ? `${say('parcel.scan.about')} ` : null}
        {scan.localTime === null ? null : <bdi>{scan.localTime}</bdi>}
        {scan.zone === null ? null : <small> {scan.zone}</small>}
      </span>
      <span class="what">
        <b>{scan.words}</b>
        {place === '' ? null : <bdi>{place}</bdi>}
        {scan.carrierText === null ? null : <q dir="auto">{scan.carrierText}</q>}
      </span>
    </li>
  );
}

function scanTone(milestone: string): string | undefined {
  if (milestone === 'delivery_failed' || milestone === 'exception') return 'bad';
  if (milestone === 'delivered') return 'good';
  if (milestone === 'info' || milestone === 'unknown') return 'quiet';
  return undefined;
}
