import type { ComponentChildren, VNode } from 'preact';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment } from '../view.ts';
import type { Say } from '../words.ts';
import type { FindingCard, SiteView } from './protection-view.ts';

const tones = { alarm: 'bad', warning: 'warn', note: 'quiet' } as const;

/** What customers' browsers see: alarms and warnings as cards, notes folded away behind their number. */
export function findingsOf(view: SiteView, say: Say): VNode {
  const pressing = view.open.filter(({ severity }) => severity !== 'note');
  const notes = view.open.filter(({ severity }) => severity === 'note');
  return (
    <section aria-labelledby="seen-now">
      <h2 id="seen-now">{say('protection.question')}</h2>
      <p class="prose">{answerOf(view, say)}</p>
      {pressing.length === 0 ? null : cards(pressing, view, say)}
      {notes.length === 0 ? null : (
        <details class="fold" open={notes.some(({ isAsked }) => isAsked)}>
          <summary>{say('protection.notes', { count: notes.length })}</summary>
          {cards(notes, view, say)}
        </details>
      )}
      {view.more.open === 0 ? null : <p class="soft">{say('protection.more', { count: view.more.open })}</p>}
    </section>
  );
}

function answerOf({ row, open }: SiteView, say: Say): string {
  if (row.last === null) return say('protection.not_yet');
  const [alarms, warnings] = (['alarm', 'warning'] as const).map(
    (wanted) => open.filter(({ severity }) => severity === wanted).length,
  );
  if (alarms !== undefined && alarms > 0) return say('protection.answer.alarm', { count: alarms });
  if (warnings !== undefined && warnings > 0) return say('protection.answer.warning', { count: warnings });
  return say('protection.answer.nothing');
}

function cards(findings: readonly FindingCard[], { row }: SiteView, say: Say): VNode {
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <li class={`card finding ${tones[finding.severity]}`} id={finding.id} key={finding.id}>
          <h3>
            <Tag tone={tones[finding.severity]} text={say(`severity.${finding.severity}`)} />{' '}
            <span dir="auto">{finding.text.what}</span>
          </h3>
          {timesOf(finding, say)}
          {finding.text.why === '' ? null : <p class="prose">{finding.text.why}</p>}
          {finding.text.mend === '' ? null : (
            <p class="prose">
              <b>{say('protection.mend')}</b> {finding.text.mend}
            </p>
          )}
          <form class="ways" method="post" action={consolePaths.scanSite}>
            <input type="hidden" name="site" value={row.id} />
            <input type="hidden" name="finding" value={finding.id} />
            <button class="small-button" type="submit">
              {say('protection.verify')} <span class="unseen">{finding.text.what}</span>
            </button>
            {finding.isAsked ? <output class="wrong">{say('protection.still_there')}</output> : null}
          </form>
        </li>
      ))}
    </ul>
  );
}

function timesOf({ since, visible, cap, told }: FindingCard, say: Say): VNode {
  return (
    <ul class="soft small times">
      {visible === null ? null : (
        <li>
          <b>
            {say(visible.isOver ? 'protection.visible_since' : 'protection.visible_from')} {moment(visible.at)}
          </b>
        </li>
      )}
      {visible?.at.iso === since.iso ? null : (
        <li>
          {say('protection.since')} {moment(since)}
        </li>
      )}
      {cap === null || cap === 'T' || cap === 'M' ? null : <li>{say('protection.cap', { grade: cap })}</li>}
      {told === null ? null : (
        <li>
          {say('protection.told')} {moment(told)}
        </li>
      )}
    </ul>
  );
}

function moment({ at, age, iso }: Moment): ComponentChildren {
  return (
    <>
      <time datetime={iso}>{at}</time> ({age})
    </>
  );
}

/** What was mended, each with the scan that no longer found it. */
export function mendedOf(view: SiteView, say: Say): VNode | null {
  if (view.mended.length === 0) return null;
  return (
    <section aria-labelledby="mended">
      <h2 id="mended">{say('protection.mended')}</h2>
      <Table
        name={say('protection.mended')}
        rows={view.mended}
        keyOf={({ id }) => id}
        empty=""
        columns={[
          {
            label: say('protection.what'),
            cell: ({ id, text, isAsked }) => (
              <span id={id}>
                <span dir="auto">{text.what}</span>{' '}
                {isAsked ? <Tag tone="good" text={say('protection.just_mended')} /> : null}
              </span>
            ),
          },
          {
            label: say('protection.severity'),
            cell: ({ severity }) => <Tag tone="quiet" text={say(`severity.${severity}`)} />,
          },
          { label: say('protection.found'), cell: ({ since }) => <When moment={since} exact /> },
          { label: say('protection.verified'), cell: ({ mended }) => <When moment={mended} exact /> },
        ]}
      />
      {view.more.mended === 0 ? null : <p class="soft">{say('protection.more', { count: view.more.mended })}</p>}
    </section>
  );
}
