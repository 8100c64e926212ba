import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import { findingsOf, mendedOf } from './findings.tsx';
import { GradeOf, Host, Score } from './grade.tsx';
import { openOf, Proof, Removal } from './protection-page.tsx';
import type { SiteRow, SiteView } from './protection-view.ts';
import { Seen } from './seen.tsx';
import { TrendFigure } from './trend-figure.tsx';

/** One host: what the browsers of customers see of it, what became of what they saw, and how it went over time. */
export function sitePage(view: SiteView, needs: PageNeeds): string {
  const { say } = needs;
  const { row } = view;
  return staffPage(
    view.frame,
    needs,
    { title: row.host.name, place: 'protection' },
    <>
      <p>
        <a href={consolePaths.protection}>{say('protection.all')}</a>
      </p>
      {row.wanted === null ? (
        looked(view, say)
      ) : (
        <section class="card" aria-labelledby="waiting">
          <h2 id="waiting">{say('protection.waiting')}</h2>
          <p class="soft prose">{say('protection.waiting.why')}</p>
          <Proof row={row} say={say} />
        </section>
      )}
    </>,
  );
}

function looked(view: SiteView, say: Say): VNode {
  const { row, seen } = view;
  return (
    <>
      {verdict(row, say)}
      {findingsOf(view, say)}
      {mendedOf(view, say)}
      {history(view, say)}
      {seen === null ? null : <Seen seen={seen} jsonUrl={consolePaths.siteJson(row.id)} say={say} />}
      <Removal row={row} say={say} />
    </>
  );
}

function verdict(row: SiteRow, say: Say): VNode {
  const { last, next, kind, host, own } = row;
  return (
    <section class="card verdict" aria-label={say('protection.verdict')}>
      <dl class="facts">
        <Fact label={say('protection.grade')}>
          <GradeOf scan={last} kind={kind} large say={say} />
        </Fact>
        <Fact label={say('protection.score')}>
          <Score observatory={last?.observatory} />
        </Fact>
        <Fact label={say('protection.last')}>
          <When moment={last?.at ?? null} exact />
        </Fact>
        <Fact label={say('protection.next')}>
          <When moment={next} exact />
        </Fact>
        <Fact label={say('protection.add.kind')}>
          {say(`protection.kind.${kind}`)}
          {own ? ` · ${say('protection.own')}` : null}
        </Fact>
        {host.ascii === null ? null : (
          <Fact label={say('protection.ascii')}>
            <Host host={{ name: host.ascii, ascii: null }} />
          </Fact>
        )}
      </dl>
      <form class="ways" method="post" action={consolePaths.scanSite}>
        <input type="hidden" name="site" value={row.id} />
        <button class="button" type="submit">
          {say('protection.scan')}
        </button>
        <span class="soft small">{say('protection.scan.note')}</span>
      </form>
    </section>
  );
}

function history({ history: rows, trend, row }: SiteView, say: Say): VNode {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{say('protection.history')}</h2>
      {trend === null ? <p class="soft">{say('protection.trend.none')}</p> : <TrendFigure trend={trend} say={say} />}
      <Table
        name={say('protection.history')}
        rows={rows}
        keyOf={({ scan }) => scan.id}
        empty={say('protection.not_yet')}
        columns={[
          { label: say('protection.from'), cell: ({ from }) => <When moment={from} exact /> },
          { label: say('protection.until'), cell: ({ scan }) => <When moment={scan.at} exact /> },
          { label: say('protection.scans'), cell: ({ scans }) => scans },
          { label: say('protection.grade'), cell: ({ scan }) => <GradeOf scan={scan} kind={row.kind} say={say} /> },
          { label: say('protection.score'), cell: ({ scan }) => <Score observatory={scan.observatory} /> },
          { label: say('protection.findings'), cell: ({ scan }) => openOf(scan, say) },
        ]}
      />
    </section>
  );
}
