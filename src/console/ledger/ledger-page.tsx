import type { VNode } from 'preact';
import type { LedgerStatus } from '#privacy';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type LedgerView = Pick<LedgerStatus, 'origin' | 'size' | 'waiting' | 'reading' | 'isAsked'> & {
  readonly frame: StaffFrame;
  /** Of the page that everybody may read. */
  readonly url: string;
  readonly witnesses: readonly string[];
  readonly signed: Moment | null;
  readonly waitingSince: Moment | null;
  readonly checked: (Pick<NonNullable<LedgerStatus['checked']>, 'size' | 'wrong'> & { readonly at: Moment }) | null;
};

/** How it stands with the shop's ledger, and whether it was found whole. */
export function ledgerPage(view: LedgerView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('ledger.title'), place: 'ledger' },
    <>
      <p class="soft prose">
        {say('ledger.intro')} <a href={view.url}>{say('ledger.public')}</a>
      </p>
      <section aria-labelledby="found">
        <h2 id="found">{say('ledger.found')}</h2>
        {found(view, say)}
        {view.reading !== null || view.isAsked ? (
          <output class="sample">
            {view.reading === null
              ? say('ledger.asked')
              : say('ledger.reading', { count: view.reading, of: view.size })}{' '}
            <a href={consolePaths.ledger}>{say('ledger.look')}</a>
          </output>
        ) : (
          <form class="ways" method="post" action={consolePaths.ledger}>
            <button class="button" type="submit">
              {say('ledger.check')}
            </button>
          </form>
        )}
      </section>
      <section aria-labelledby="stands">
        <h2 id="stands">{say('ledger.stands')}</h2>
        {stands(view, say)}
      </section>
    </>,
  );
}

function found({ checked }: LedgerView, say: Say): VNode {
  if (checked === null) {
    return (
      <p class="prose">
        <Tag tone="quiet" text={say('ledger.unread')} /> {say('ledger.unread.text')}
      </p>
    );
  }
  const { wrong, size, at } = checked;
  if (wrong === null) {
    return (
      <p class="prose">
        <Tag tone="good" text={say('ledger.whole')} /> {say('ledger.whole.text', { count: size })} <When moment={at} />
      </p>
    );
  }
  return (
    <>
      <p class="failed" role="alert">
        {say('ledger.wrong', { index: wrong.index })} {say(`ledger.wrong.${wrong.what}`, { file: wrong.of })}
      </p>
      <p class="prose">
        {say('ledger.mend')} <When moment={at} />
      </p>
    </>
  );
}

function stands(view: LedgerView, say: Say): VNode {
  const { size, signed, waiting, waitingSince, witnesses, origin, url } = view;
  return (
    <dl class="facts wide">
      <Fact label={say('ledger.size')}>{say('ledger.entries', { count: size })}</Fact>
      <Fact label={say('ledger.signed')}>
        <When moment={signed} />
      </Fact>
      <Fact label={say('ledger.waiting')}>
        {say('ledger.entries', { count: waiting })} {waitingSince === null ? null : <When moment={waitingSince} />}
      </Fact>
      <Fact label={say('ledger.witnesses')}>
        {witnesses.length === 0 ? say('ledger.witnesses.none') : <bdi>{witnesses.join(', ')}</bdi>}
      </Fact>
      <Fact label={say('ledger.origin')}>{origin === null ? say('ledger.origin.none') : <bdi>{origin}</bdi>}</Fact>
      <Fact label={say('ledger.verify')}>
        <code dir="ltr">ledger verify {url}</code>
      </Fact>
    </dl>
  );
}
