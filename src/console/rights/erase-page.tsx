import { formatDate } from '#kit/words';
import type { SayRights, Weighed } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';

type View = { readonly frame: StaffFrame; readonly sayRights: SayRights };

export type EraseView = View & {
  readonly customerId: string;
  readonly orderNumber: string;
  readonly weighed: Weighed;
  /** The law by kind, as it is cited. */
  readonly lawOf: (kind: string) => string;
};

/** Asks once more before somebody goes, and says what goes and what stays. */
export function erasePage(view: EraseView, needs: PageNeeds): string {
  const { sayRights, weighed, orderNumber, customerId, frame, lawOf } = view;
  const { orders, parcels, receivers, keeping, recipients } = weighed;
  const kinds = [...Map.groupBy(keeping, ({ kind }) => kind)];
  return staffPage(
    frame,
    needs,
    { title: sayRights('screen.erase.title', { order: orderNumber }), place: 'parcels' },
    <div class="card">
      <p class="first">{sayRights('screen.erase.goes', { orders, parcels, receivers })}</p>
      <p>{sayRights('screen.erase.unreadable')}</p>
      {kinds.length === 0 ? (
        <p>{sayRights('screen.erase.keeps.none')}</p>
      ) : (
        <>
          <p>{sayRights('screen.erase.keeps')}</p>
          <ul>
            {kinds.map(([kind, kept]) => {
              const last = kept
                .map(({ endsOn }) => endsOn)
                .toSorted((a, b) => Temporal.PlainDate.compare(a, b))
                .at(-1);
              const until = last === undefined ? '' : formatDate(frame.language, last);
              const law = lawOf(kind);
              return <li key={kind}>{sayRights('screen.erase.kept', { count: kept.length, kind, until, law })}</li>;
            })}
          </ul>
        </>
      )}
      {recipients.length === 0 ? null : <p>{sayRights('screen.recipients', { recipients: recipients.join(', ') })}</p>}
      <form class="ways" method="post" action={consolePaths.customerErase(customerId)}>
        <button class="button danger" type="submit">
          {sayRights('screen.erase.do')}
        </button>
        <a href={consolePaths.customer(customerId)}>{sayRights('screen.erase.not')}</a>
      </form>
    </div>,
  );
}

/** The receipt, once. */
export function erasedPage(
  view: View & { readonly receipt: string; readonly recipients: readonly string[] },
  needs: PageNeeds,
): string {
  const { sayRights, receipt, recipients } = view;
  return staffPage(
    view.frame,
    needs,
    { title: sayRights('screen.erased.title'), place: 'parcels' },
    <div class="card">
      <p class="first">{sayRights('screen.erased.text')}</p>
      {recipients.length === 0 ? null : <p>{sayRights('screen.recipients', { recipients: recipients.join(', ') })}</p>}
      <p>
        <label for="receipt">{sayRights('screen.erased.receipt')}</label>
      </p>
      <textarea id="receipt" class="receipt" rows={16} readonly dir="ltr" spellcheck={false}>
        {receipt}
      </textarea>
      <p class="ways">
        <a href={consolePaths.parcels}>{needs.say('nav.parcels')}</a>
        <a href={consolePaths.holds}>{sayRights('screen.holds.title')}</a>
      </p>
    </div>,
  );
}
