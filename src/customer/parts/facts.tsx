import type { ComponentChildren, VNode } from 'preact';
import { webUrl } from '#kit/html';
import type { ParcelView } from '../view.ts';
import type { Say } from '../words.ts';
import { isFinished } from './tone.ts';

/** Where from, where now, where to, how long ago, who carries it under which number. */
export function Facts(props: { readonly parcel: ParcelView; readonly say: Say }): VNode {
  const { parcel, say } = props;
  const { lastSign } = parcel;
  return (
    <dl class="facts">
      {parcel.from === null ? null : <Fact label={say('parcel.from')}>{place(parcel.from)}</Fact>}
      {parcel.to === null ? null : <Fact label={say('parcel.to')}>{place(parcel.to)}</Fact>}
      {isWithCarrier(parcel) ? (
        <Fact label={say(parcel.stale ? 'parcel.here.last' : 'parcel.here')}>
          {parcel.here === null ? <span class="soft">{say('parcel.here.none')}</span> : place(parcel.here)}
        </Fact>
      ) : null}
      <Fact label={say('parcel.sign')}>
        {lastSign === null ? (
          <span class="soft">{say('parcel.sign.none')}</span>
        ) : (
          <>
            <b>{lastSign.age}</b> <small>{lastSign.at}</small>
          </>
        )}
      </Fact>
      <Carrier {...props} />
      <Fact label={say('parcel.number')} wide>
        {parcel.trackingNumber === null ? (
          <span class="soft">{say('parcel.number.none')}</span>
        ) : (
          <TrackingNumber number={parcel.trackingNumber} say={say} />
        )}
      </Fact>
    </dl>
  );
}

/** Before the carrier has it and after it has left it, there is no place to ask for. */
function isWithCarrier(parcel: ParcelView): boolean {
  return !isFinished(parcel) && parcel.scans.length > 0 && parcel.milestone !== 'announced';
}

function place(text: string): VNode {
  return <bdi>{text}</bdi>;
}

function Fact(props: { readonly label: string; readonly wide?: boolean; readonly children: ComponentChildren }): VNode {
  return (
    <div class={props.wide === true ? 'wide' : undefined}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Carrier(props: { readonly parcel: ParcelView; readonly say: Say }): VNode {
  const { parcel, say } = props;
  const carrier = parcel.carrierName;
  const url = webUrl(parcel.carrierPage);
  return (
    <Fact label={say('parcel.carrier')}>
      <bdi>{carrier}</bdi>
      {url === null ? null : (
        <>
          {' '}
          <a href={url} rel="noreferrer">
            {say('parcel.carrier.page', { carrier })}
          </a>
        </>
      )}
    </Fact>
  );
}

/** Shown in groups of four that are no spaces: what is copied is the number itself. */
function TrackingNumber(props: { readonly number: string; readonly say: Say }): VNode {
  const groups = props.number.match(/.{1,4}/gu) ?? [];
  return (
    <>
      <code class="groups" dir="ltr">
        {groups.map((group, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- rendered once, never moved
          <span key={index}>{group}</span>
        ))}
      </code>{' '}
      <button class="copy" type="button" data-copy={props.number} data-said={props.say('parcel.number.copied')}>
        {props.say('parcel.number.copy')}
      </button>
    </>
  );
}
