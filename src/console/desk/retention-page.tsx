import type { VNode } from 'preact';
import { sayRecord, type RetentionLine, type RetentionRun, type ShopClock } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type RetentionView = {
  readonly frame: StaffFrame;
  readonly clocks: readonly ShopClock[];
  /** What the next run would drop; null while nobody has asked. */
  readonly looked:
    | readonly (Pick<RetentionLine, 'table' | 'clock' | 'rows' | 'waiting'> & { readonly oldest: Moment | null })[]
    | null;
  /** How many persons restricted the use of their data, when somebody looked. */
  readonly restricted: number;
  readonly runs: readonly (Omit<RetentionRun, 'ranAt'> & { readonly ran: Moment })[];
  /** What was wrong with the form, and what stood in it. */
  readonly wrong: { readonly message: string; readonly clock: string; readonly days: string } | null;
};

/** How long the shop keeps what, what the next run would drop, and what the last ones did. */
export function retentionPage(view: RetentionView, needs: PageNeeds): string {
  const { say } = needs;
  const { language } = view.frame;
  const word = (list: string, code: string): string => sayRecord(language, list, code);
  return staffPage(
    view.frame,
    needs,
    { title: say('retention.title'), place: 'retention' },
    <>
      <p class="soft prose">{say('retention.intro')}</p>
      <Table
        name={say('retention.clocks')}
        rows={view.clocks}
        keyOf={({ name }) => name}
        empty=""
        columns={[
          { label: say('retention.clock'), cell: ({ name }) => word('clock', name) },
          { label: say('retention.days'), cell: (clock) => daysOf(clock, language, say) },
          { label: say('retention.source'), cell: ({ name }) => word('source', name) },
          { label: say('retention.change'), cell: (clock) => <Change clock={clock} view={view} say={say} /> },
        ]}
      />
      {lookedOf(view, say)}
      <h2>{say('retention.runs')}</h2>
      <Table
        name={say('retention.runs')}
        rows={view.runs}
        keyOf={({ runId }) => runId}
        empty={say('retention.runs.none')}
        columns={[
          { label: say('page.when'), cell: ({ ran }) => <When moment={ran} exact /> },
          { label: say('audit.actor'), cell: ({ actor }) => actor },
          {
            label: say('retention.dropped'),
            cell: ({ dropped }) =>
              dropped.length === 0
                ? say('retention.nothing')
                : dropped.map(({ table, clock, rows }) => (
                    <div key={`${table} ${clock}`}>
                      {rows} <code dir="ltr">{table}</code>
                    </div>
                  )),
          },
        ]}
      />
    </>,
  );
}

function daysOf({ days, from, isOwn, houseDays }: ShopClock, language: string, say: Say): VNode {
  return (
    <span>
      <b>{say('record.days', { days })}</b> {sayRecord(language, 'from', from)}{' '}
      {isOwn ? <Tag tone="quiet" text={say('retention.own', { days: houseDays })} /> : null}
    </span>
  );
}

function Change(props: { readonly clock: ShopClock; readonly view: RetentionView; readonly say: Say }): VNode {
  const { clock, say } = props;
  const { name, limits, days } = clock;
  if (limits === null) return <span class="soft">{say('retention.fixed')}</span>;
  const wrong = props.view.wrong?.clock === name ? props.view.wrong : null;
  const label = sayRecord(props.view.frame.language, 'clock', name);
  return (
    <form class="ways" method="post" action={consolePaths.retention}>
      <input type="hidden" name="clock" value={name} />
      <label class="unseen" for={`days-${name}`}>
        {say('retention.days.of', { clock: label })}
      </label>
      <input
        id={`days-${name}`}
        name="days"
        type="number"
        inputmode="numeric"
        min={limits.atLeast}
        max={limits.atMost}
        value={wrong?.days ?? days}
        required
        aria-invalid={wrong === null ? undefined : 'true'}
        aria-describedby={wrong === null ? `limits-${name}` : `wrong-${name} limits-${name}`}
      />
      <button class="small-button" type="submit">
        {say('retention.save')} <span class="unseen">{label}</span>
      </button>
      {clock.isOwn ? (
        <button class="small-button" type="submit" name="house" value="1" formnovalidate>
          {say('retention.house')} <span class="unseen">{label}</span>
        </button>
      ) : null}
      {wrong === null ? null : (
        <span class="wrong" id={`wrong-${name}`} role="alert">
          {wrong.message}
        </span>
      )}
      <small class="soft" id={`limits-${name}`}>
        {say('retention.limits', { least: limits.atLeast, most: limits.atMost })}
      </small>
    </form>
  );
}

function lookedOf(view: RetentionView, say: Say): VNode {
  const word = (code: string): string => sayRecord(view.frame.language, 'clock', code);
  return (
    <section aria-labelledby="next-run" class="card">
      <h2 id="next-run">{say('retention.next')}</h2>
      <p class="soft prose">{say('retention.next.note')}</p>
      {view.looked === null ? null : (
        <Table
          name={say('retention.next')}
          rows={view.looked}
          keyOf={({ table, clock }) => `${table} ${clock}`}
          empty={say('retention.nothing')}
          columns={[
            { label: say('retention.table'), cell: ({ table }) => <code dir="ltr">{table}</code> },
            { label: say('retention.clock'), cell: ({ clock }) => word(clock) },
            { label: say('retention.rows'), numeric: true, cell: ({ rows }) => rows },
            { label: say('retention.waiting'), numeric: true, cell: ({ waiting }) => waiting },
            { label: say('retention.oldest'), cell: ({ oldest }) => <When moment={oldest} exact /> },
          ]}
        />
      )}
      {view.restricted === 0 ? null : <p class="prose">{say('retention.restricted', { count: view.restricted })}</p>}
      <div class="ways">
        <a class="button quiet" href={`${consolePaths.retention}?look=1#next-run`}>
          {say('retention.look')}
        </a>
        <form method="post" action={consolePaths.runRetention}>
          <button class="button" type="submit">
            {say('retention.run')}
          </button>
        </form>
      </div>
    </section>
  );
}
