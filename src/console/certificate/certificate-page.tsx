import type { VNode } from 'preact';
import type { FrontState } from '#kit/http';
import type { Authority, StageWorth } from '#tls';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';
import { authoritiesOf } from './authorities.tsx';
import { deliveredOf, type DeliveredRow } from './delivered.tsx';
import { actionsOf, untilOf, type CertificateRow } from './rows.tsx';

export type CertificateView = {
  readonly frame: StaffFrame;
  readonly rows: readonly CertificateRow[];
  /** Names whose servers are others. */
  readonly delivered: readonly DeliveredRow[];
  readonly authorities: { readonly rows: readonly Authority[]; readonly asOf: string };
  readonly fronts: readonly FrontState[];
  /** Of the house's own names, then of each that is fronted. */
  readonly hsts: readonly HstsView[];
  /** After somebody asked; nothing is found where our own page cannot be reached from here. */
  readonly measured: { readonly found: StageWorth | null } | null;
};

export type HstsView = {
  /** Null: the house's own names. */
  readonly front: string | null;
  readonly stage: number;
  readonly stages: number;
  readonly seconds: number;
  readonly nextSeconds: number | null;
  /** All names below are bound too: at this stage, at the next one. */
  readonly isListed: boolean;
  readonly nextIsListed: boolean;
  readonly mayStepUp: boolean;
  readonly upAt: Moment | null;
};

/** Until when each name has its certificate, what went wrong, and for how long browsers ask by https only. */
export function certificatePage(view: CertificateView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('certificate.title'), place: 'certificate' },
    <>
      <p class="soft">{say('certificate.intro')}</p>
      {[...view.rows, ...view.delivered].filter(({ failure }) => failure !== null).map((row) => failureOf(row, say))}
      <Table
        name={say('certificate.title')}
        rows={view.rows}
        keyOf={({ name }) => name}
        empty={say('certificate.none')}
        columns={[
          { label: say('certificate.name'), cell: ({ name }) => <bdi dir="ltr">{name}</bdi> },
          { label: say('certificate.authority'), cell: ({ authority }) => authority ?? '–' },
          { label: say('certificate.until'), cell: (row) => untilOf(row, say) },
          { label: say('certificate.next'), cell: ({ next }) => <When moment={next} /> },
          { label: say('certificate.renew'), unseen: true, cell: (row) => actionsOf(row, say) },
        ]}
      />
      {view.fronts.length === 0 ? null : frontsOf(view.fronts, say)}
      {deliveredOf(view.delivered, say)}
      {view.hsts.map((hsts) => hstsOf(hsts, hsts.front === null ? view.measured : null, say))}
      {authoritiesOf(view.authorities, say)}
    </>,
  );
}

function failureOf({ name, failure }: CertificateRow, say: Say): VNode | null {
  if (failure === null) return null;
  const { why, said, authority, tries, failed } = failure;
  return (
    <section class="card" key={name}>
      <h2>
        <bdi dir="ltr">{name}</bdi> <Tag tone="bad" text={say('certificate.failed', { tries })} />
      </h2>
      <p>{why}</p>
      <p class="soft small">
        {authority} · <When moment={failed} />
      </p>
      {said === '' ? null : (
        <p class="small">
          {say('certificate.said')} <q dir="auto">{said}</q>
        </p>
      )}
    </section>
  );
}

function frontsOf(fronts: readonly FrontState[], say: Say): VNode {
  return (
    <section class="card" aria-labelledby="fronts">
      <h2 id="fronts">{say('certificate.fronts')}</h2>
      <p class="soft small">{say('certificate.fronts.note')}</p>
      <Table
        name={say('certificate.fronts')}
        rows={fronts}
        keyOf={({ name }) => name}
        empty=""
        columns={[
          { label: say('certificate.name'), cell: ({ name }) => <bdi dir="ltr">{name}</bdi> },
          { label: say('certificate.front.to'), cell: ({ upstream }) => <bdi dir="ltr">{upstream}</bdi> },
          { label: say('certificate.front.state'), cell: (front) => stateOf(front, say) },
        ]}
      />
    </section>
  );
}

function stateOf({ answers, why }: FrontState, say: Say): VNode {
  if (answers === null) return <Tag tone="bad" text={say(`certificate.front.${why ?? 'refused'}`)} />;
  return <Tag tone={answers.status < 500 ? 'good' : 'warn'} text={say('certificate.front.answers', answers)} />;
}

function hstsOf(hsts: HstsView, measured: CertificateView['measured'], say: Say): VNode {
  const { front, stage, stages, seconds, isListed, nextSeconds, mayStepUp, upAt } = hsts;
  const id = front === null ? 'hsts' : `hsts-${front}`;
  return (
    <section class="card" aria-labelledby={id} key={id}>
      <h2 id={id}>
        {say('certificate.hsts')} {front === null ? null : <bdi dir="ltr">{front}</bdi>}
      </h2>
      <p>
        {say('certificate.hsts.stage', { stage: stage + 1, stages })} <b>{durationOf(seconds, say)}</b>
      </p>
      <p class="soft small">{say(isListed ? 'certificate.hsts.listed' : 'certificate.hsts.note')}</p>
      {measured === null ? null : measuredOf(measured.found, seconds, say)}
      <div class="ways">
        {nextSeconds === null ? null : mayStepUp ? (
          stepUp(hsts, nextSeconds, say)
        ) : (
          <p class="soft">
            {say('certificate.hsts.wait')} <When moment={upAt} />
          </p>
        )}
        {stage === 0 ? null : (
          <details class="sure">
            <summary>{say('certificate.hsts.down')}</summary>
            {stepForm('down', front, say('certificate.hsts.down.sure'), say)}
          </details>
        )}
        {front !== null ? null : (
          <form method="post" action={consolePaths.measureStage}>
            <button class="small-button" type="submit">
              {say('certificate.measure')}
            </button>
          </form>
        )}
      </div>
    </section>
  );
}

function stepUp({ front, nextIsListed }: HstsView, nextSeconds: number, say: Say): VNode {
  const duration = durationOf(nextSeconds, say);
  return (
    <details class="sure">
      <summary>{say(nextIsListed ? 'certificate.hsts.list' : 'certificate.hsts.up', { duration })}</summary>
      {nextIsListed
        ? stepForm('up', front, say('certificate.hsts.list.sure'), say, say('certificate.hsts.list.agree'))
        : stepForm('up', front, say('certificate.hsts.up.sure'), say)}
    </details>
  );
}

/** What this stage is worth, and what there is to have. */
function measuredOf(found: StageWorth | null, seconds: number, say: Say): VNode {
  if (found === null) return <p class="soft">{say('certificate.measured.unreached')}</p>;
  const { here, last, servedSeconds } = found;
  return (
    <ul>
      <li>{say('certificate.measured.here', worthOf(here))}</li>
      <li>{say('certificate.measured.last', worthOf(last))}</li>
      {servedSeconds === seconds ? null : <li>{say('certificate.measured.other')}</li>}
    </ul>
  );
}

function worthOf({ grade, observatory }: StageWorth['here']): { readonly grade: string; readonly score: string } {
  return { grade, score: String(observatory ?? '–') };
}

function stepForm(direction: 'up' | 'down', front: string | null, sure: string, say: Say, agree?: string): VNode {
  return (
    <form method="post" action={consolePaths.stepHsts}>
      <p class="small">{sure}</p>
      {agree === undefined ? null : (
        <p class="small">
          <label>
            <input type="checkbox" name="all_names" value="yes" required /> {agree}
          </label>
        </p>
      )}
      <input type="hidden" name="direction" value={direction} />
      {front === null ? null : <input type="hidden" name="front" value={front} />}
      <button class="small-button" type="submit">
        {say(`certificate.hsts.${direction}.do`)}
      </button>
    </form>
  );
}

function durationOf(seconds: number, say: Say): string {
  const days = Math.round(seconds / 86_400);
  return days === 0
    ? say('certificate.minutes', { count: Math.round(seconds / 60) })
    : say('certificate.days', { count: days });
}
