import type { VNode } from 'preact';
import { formatDate, formatMoment } from '#kit/words';
import { holdReasons, type Hold, type SayRights } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';

export type HoldsView = {
  readonly frame: StaffFrame;
  readonly sayRights: SayRights;
  readonly orderNumber: string;
  /** Null before anybody has asked. */
  readonly holds: readonly Hold[] | null;
};

const numberCharactersMax = 100;

/** What the law keeps of erased orders: shown by order number, to whoever says why. */
export function holdsPage(view: HoldsView, needs: PageNeeds): string {
  const { sayRights, holds, orderNumber, frame } = view;
  return staffPage(
    frame,
    needs,
    { title: sayRights('screen.holds.title'), place: 'parcels' },
    <>
      <p>{sayRights('screen.holds.text')}</p>
      <form class="form card" method="post" action={consolePaths.holds}>
        <p>
          <label for="order">{sayRights('screen.holds.order')}</label>
          <input
            id="order"
            type="text"
            name="order"
            dir="auto"
            required
            maxlength={numberCharactersMax}
            value={orderNumber}
          />
        </p>
        <p>
          <label for="reason">{sayRights('screen.holds.reason')}</label>
          <select id="reason" name="reason" required>
            <option value="">–</option>
            {holdReasons.map((reason) => (
              <option key={reason} value={reason}>
                {sayRights(`reason.${reason}`)}
              </option>
            ))}
          </select>
        </p>
        <button class="button" type="submit">
          {sayRights('screen.holds.look')}
        </button>
      </form>
      {holds?.length === 0 ? (
        <p class="failed" role="alert">
          {sayRights('screen.holds.none')}
        </p>
      ) : null}
      {(holds ?? []).map((hold) => (
        <Kept key={hold.holdId} hold={hold} language={frame.language} sayRights={sayRights} />
      ))}
    </>,
  );
}

function Kept(props: { readonly hold: Hold; readonly language: string; readonly sayRights: SayRights }): VNode {
  const { hold, language, sayRights } = props;
  const { record, kind, endsOn } = hold;
  const placed = formatMoment(language, Temporal.Instant.from(record.placed_at));
  return (
    <section class="card">
      <h2>
        <bdi>{record.order_number}</bdi>
      </h2>
      <p>{sayRights('screen.holds.until', { kind, until: formatDate(language, endsOn) })}</p>
      <dl class="facts">
        <Fact label={sayRights('screen.holds.placed')}>{placed}</Fact>
        <Fact label={sayRights('screen.holds.buyer')}>
          <bdi>{record.buyer ?? '–'}</bdi>
        </Fact>
        {record.receiver === null ? null : (
          <Fact label={sayRights('screen.holds.receiver')}>
            <bdi>{record.receiver}</bdi>
          </Fact>
        )}
        <Fact label={sayRights('field.address')}>
          <bdi>{wordsOf(record.address).join(', ')}</bdi>
        </Fact>
        <Fact label={sayRights('field.order_contents')}>
          <bdi>{wordsOf(record.items).join(', ')}</bdi>
        </Fact>
      </dl>
    </section>
  );
}

/** The words in what was kept as JSON, in their order. */
function wordsOf(thing: unknown): readonly string[] {
  if (typeof thing === 'object' && thing !== null) return Object.values(thing).flatMap(wordsOf);
  return typeof thing === 'string' || typeof thing === 'number' ? [String(thing)] : [];
}
