import type { VNode } from 'preact';
import type { Authority } from '#tls';
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
  readonly hsts: {
    readonly stage: number;
    readonly stages: number;
    readonly seconds: number;
    readonly nextSeconds: number | null;
    readonly mayStepUp: boolean;
    readonly upAt: Moment | null;
  };
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
      {deliveredOf(view.delivered, say)}
      {hstsOf(view.hsts, say)}
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

function hstsOf(hsts: CertificateView['hsts'], say: Say): VNode {
  const { stage, stages, seconds, nextSeconds, mayStepUp, upAt } = hsts;
  return (
    <section class="card" aria-labelledby="hsts">
      <h2 id="hsts">{say('certificate.hsts')}</h2>
      <p>
        {say('certificate.hsts.stage', { stage: stage + 1, stages })} <b>{durationOf(seconds, say)}</b>
      </p>
      <p class="soft small">{say('certificate.hsts.note')}</p>
      <div class="ways">
        {nextSeconds === null ? null : mayStepUp ? (
          <details class="sure">
            <summary>{say('certificate.hsts.up', { duration: durationOf(nextSeconds, say) })}</summary>
            {stepForm('up', say('certificate.hsts.up.sure'), say)}
          </details>
        ) : (
          <p class="soft">
            {say('certificate.hsts.wait')} <When moment={upAt} />
          </p>
        )}
        {stage === 0 ? null : (
          <details class="sure">
            <summary>{say('certificate.hsts.down')}</summary>
            {stepForm('down', say('certificate.hsts.down.sure'), say)}
          </details>
        )}
      </div>
    </section>
  );
}

function stepForm(direction: 'up' | 'down', sure: string, say: Say): VNode {
  return (
    <form method="post" action={consolePaths.stepHsts}>
      <p class="small">{sure}</p>
      <input type="hidden" name="direction" value={direction} />
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
