import type { VNode } from 'preact';
import { webUrl } from '#kit/html';
import type { ParcelView } from '../view.ts';
import type { Say } from '../words.ts';
import { Facts } from './facts.tsx';
import { Glyph } from './glyph.tsx';
import { ScanList } from './scan-list.tsx';
import { headlineOf, isFinished, isLost, toneOf } from './tone.ts';

export type ParcelSectionProps = {
  readonly parcel: ParcelView;
  /** Parcels of the order: alone, its headline is the page's. */
  readonly total: number;
  readonly shopName: string;
  /** Whether the section of contact facts is there to lead to. */
  readonly hasContact: boolean;
  /** The map to show, already within the page's bytes. */
  readonly mapSvg: string | null;
  readonly say: Say;
};

/** One parcel. Among several, a finished one is folded up to its headline. */
export function ParcelSection(props: ParcelSectionProps): VNode {
  const { parcel, total } = props;
  const id = `parcel-${parcel.id}`;
  const look = `parcel ${toneOf(parcel)}${isLost(parcel) ? ' lost' : ''}`;
  if (total > 1 && isFinished(parcel)) {
    return (
      <details class={look} id={id}>
        <summary>
          <Head {...props} />
        </summary>
        <Body {...props} />
      </details>
    );
  }
  return (
    <section class={look} id={id} aria-labelledby={`head-${parcel.id}`}>
      <Head {...props} />
      <Body {...props} />
    </section>
  );
}

function Head(props: ParcelSectionProps): VNode {
  const { parcel, total, say } = props;
  const Title = total > 1 ? 'h2' : 'h1';
  return (
    <div class="head">
      <span class="badge">
        <Glyph milestone={parcel.milestone} />
      </span>
      <div>
        <Title id={`head-${parcel.id}`}>
          {total > 1 ? <small>{say('order.parcel', { position: parcel.position, total })} </small> : null}
          {headlineOf(parcel, say)}
        </Title>
        {parcel.stale && !isFinished(parcel) ? <p>{say('parcel.stale', { carrier: parcel.carrierName })}</p> : null}
        {isLost(parcel) ? <p class="soft">{say('parcel.stale.last', { headline: parcel.headline })}</p> : null}
        {parcel.explanation === null || isLost(parcel) ? null : <p dir="auto">{parcel.explanation}</p>}
        {turnedBack(parcel) ? <p>{say('parcel.returning')}</p> : null}
      </div>
    </div>
  );
}

/** On its way back under another headline, such as damage: that must be said too. */
function turnedBack({ returning, milestone }: ParcelView): boolean {
  return returning && milestone !== 'returning' && milestone !== 'returned';
}

function Body(props: ParcelSectionProps): VNode {
  const { parcel, say } = props;
  const level = props.total > 1 ? 3 : 2;
  return (
    <div class="body">
      <NextStep {...props} />
      <Arrival parcel={parcel} say={say} />
      <Stages parcel={parcel} say={say} />
      {props.mapSvg === null ? null : (
        <figure class="map">
          {/* oxlint-disable-next-line react/no-danger -- drawn by #kit/way-map, which escapes its labels */}
          <div dangerouslySetInnerHTML={{ __html: props.mapSvg }} />
          {parcel.mapNote === null ? null : <figcaption>{parcel.mapNote}</figcaption>}
        </figure>
      )}
      <Facts parcel={parcel} say={say} />
      <ScanList parcel={parcel} say={say} level={level} />
    </div>
  );
}

function NextStep(props: ParcelSectionProps): VNode | null {
  const { parcel, say } = props;
  const Title = props.total > 1 ? 'h3' : 'h2';
  const ask = props.hasContact && parcel.nextStep !== null;
  if (parcel.nextStep === null && parcel.action === null) return null;
  return (
    <div class="next">
      <Title>{say('parcel.next')}</Title>
      {parcel.nextStep === null ? null : <p dir="auto">{parcel.nextStep}</p>}
      {parcel.action === null && !ask ? null : (
        <p class="ways">
          <Action parcel={parcel} />
          {ask ? <a href="#contact">{say('page.contact', { shop: props.shopName })}</a> : null}
        </p>
      )}
    </div>
  );
}

function Action(props: { readonly parcel: ParcelView }): VNode | null {
  const { action } = props.parcel;
  const url = webUrl(action?.url ?? null);
  if (action === null || url === null) return null;
  return (
    <a class="button" href={url} rel="noreferrer">
      {action.label}
    </a>
  );
}

function Arrival(props: { readonly parcel: ParcelView; readonly say: Say }): VNode | null {
  const { parcel, say } = props;
  if (isLost(parcel) || (parcel.arrival === null && toneOf(parcel) !== 'moving')) return null;
  return (
    <p class="arrival">
      <span>{say('parcel.arrival')}</span>{' '}
      {parcel.arrival === null ? <b class="soft">{say('parcel.arrival.none')}</b> : <b>{parcel.arrival}</b>}
    </p>
  );
}

/** Of a lost parcel the stage it reached is where it was seen last, not where it is. */
function Stages(props: { readonly parcel: ParcelView; readonly say: Say }): VNode | null {
  const { parcel, say } = props;
  const isKnown = !isLost(parcel);
  if (parcel.steps.length === 0) return null;
  return (
    <ol class="stages" aria-label={say('parcel.stages')}>
      {parcel.steps.map(({ key, state, label }) => (
        <li key={key} class={state} aria-current={state === 'current' && isKnown ? 'step' : undefined}>
          {label}{' '}
          <span class="unseen">
            ({say(state === 'current' && !isKnown ? 'parcel.here.last' : `parcel.stage.${state}`)})
          </span>
        </li>
      ))}
    </ol>
  );
}
