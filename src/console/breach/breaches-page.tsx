import type { VNode } from 'preact';
import { keyringStates, sayBreachCode, suspects, type BreachState, type Suspect } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';
import type { BreachDraft } from './breach-form.ts';

export type BreachesView = {
  readonly frame: StaffFrame;
  readonly language: string;
  readonly rows: readonly {
    readonly id: string;
    readonly suspect: Suspect;
    readonly isEverywhere: boolean;
    readonly byCanary: boolean;
    readonly state: BreachState['clock']['state'];
    readonly isClosed: boolean;
    readonly due: Moment;
    readonly opened: Moment;
  }[];
  readonly draft: BreachDraft;
  readonly wrong: string | null;
  /** One that was just planted; a key is shown this once. */
  readonly planted: { readonly link: string | null; readonly email: string | null; readonly key: string | null } | null;
  readonly canaries: readonly {
    readonly id: string;
    readonly kind: 'person' | 'key';
    readonly planted: Moment;
    readonly where: readonly string[];
    readonly used: Moment | null;
    readonly way: string | null;
    readonly caseId: string | null;
  }[];
};

const tones = { waits: 'warn', late: 'bad', told: 'good', 'told late': 'warn', 'closed untold': 'quiet' } as const;
const wordsMax = 4_000;

/** What may have been taken, the clock that is due first on top; a form for a new case; and the canaries. */
export function breachesPage(view: BreachesView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('breach.title'), place: 'breaches' },
    <>
      <p class="soft prose">{say('breach.intro')}</p>
      {view.wrong === null ? null : (
        <p class="failed" role="alert">
          {view.wrong}
        </p>
      )}
      {cases(view, say)}
      {newCase(view, say)}
      {canaries(view, say)}
    </>,
  );
}

function cases({ rows, language }: BreachesView, say: Say): VNode {
  const waiting = (row: BreachesView['rows'][number]): boolean => row.state === 'waits' || row.state === 'late';
  const sorted = rows.toSorted(
    (a, b) => Number(waiting(b)) - Number(waiting(a)) || (waiting(a) ? a.due.iso.localeCompare(b.due.iso) : 0),
  );
  return (
    <Table
      name={say('breach.title')}
      rows={sorted}
      keyOf={({ id }) => id}
      empty={say('breach.none')}
      columns={[
        {
          label: say('breach.suspect'),
          cell: ({ id, suspect, byCanary, isEverywhere }) => (
            <>
              <a href={consolePaths.breach(id)}>{sayBreachCode(language, 'suspect', suspect)}</a>
              {byCanary ? <small class="soft"> {say('breach.by_canary')}</small> : null}
              {isEverywhere ? <small class="soft"> {say('breach.everywhere')}</small> : null}
            </>
          ),
        },
        {
          label: say('breach.due'),
          cell: ({ due, state }) => (
            <>
              <Tag tone={tones[state]} text={say(stateWord(state))} />{' '}
              {state === 'waits' || state === 'late' ? <When moment={due} /> : null}
            </>
          ),
        },
        { label: say('breach.opened'), cell: ({ opened }) => <When moment={opened} exact /> },
        { label: say('breach.state'), cell: ({ isClosed }) => say(isClosed ? 'breach.closed' : 'breach.open') },
      ]}
    />
  );
}

function stateWord(state: BreachState['clock']['state']) {
  switch (state) {
    case 'waits':
      return 'breach.state.waits';
    case 'late':
      return 'breach.state.late';
    case 'told':
      return 'breach.state.told';
    case 'told late':
      return 'breach.state.told_late';
    case 'closed untold':
      return 'breach.state.untold';
  }
}

function newCase({ draft, wrong, language, frame }: BreachesView, say: Say): VNode {
  const time = (name: 'from' | 'until' | 'aware_at', label: string): VNode => (
    <p class="field">
      <label for={name}>{label}</label>
      <input id={name} type="datetime-local" name={name} value={draft[name]} required />
    </p>
  );
  const choice = (name: 'suspect' | 'keyring', label: string, values: readonly string[]): VNode => (
    <p class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {values.map((value) => (
          <option key={value} value={value} selected={value === draft[name]}>
            {sayBreachCode(language, name, value)}
          </option>
        ))}
      </select>
    </p>
  );
  return (
    <details class="card" open={wrong !== null}>
      <summary>{say('breach.new')}</summary>
      <form class="form" method="post" action={consolePaths.breaches}>
        {choice('suspect', say('breach.suspect'), suspects)}
        <p class="field">
          <label for="key_id">{say('breach.key')}</label>
          <input id="key_id" type="text" name="key_id" dir="ltr" maxLength={64} value={draft.key_id} />
        </p>
        <p class="field">
          <label for="tables">{say('breach.tables')}</label>
          <input id="tables" type="text" name="tables" dir="ltr" maxLength={2_000} value={draft.tables} />
        </p>
        {choice('keyring', say('breach.keyring'), keyringStates)}
        {time('from', say('breach.from'))}
        {time('until', say('breach.until'))}
        {time('aware_at', say('breach.aware'))}
        <p class="field">
          <label for="found">{say('breach.found')}</label>
          <textarea id="found" name="found" rows={4} maxLength={wordsMax} required value={draft.found} />
        </p>
        {frame.shops.length > 1 ? (
          <p>
            <label>
              <input type="checkbox" name="everywhere" value="yes" checked={draft.everywhere} />{' '}
              {say('breach.everywhere.choose')}
            </label>
          </p>
        ) : null}
        <button class="button" type="submit">
          {say('breach.new.open')}
        </button>
      </form>
    </details>
  );
}

function canaries(view: BreachesView, say: Say): VNode {
  const { planted } = view;
  return (
    <section aria-labelledby="canaries">
      <h2 id="canaries">{say('canary.title')}</h2>
      <p class="soft prose">{say('canary.intro')}</p>
      {planted === null ? null : <Planted planted={planted} say={say} />}
      <Table
        name={say('canary.title')}
        rows={view.canaries}
        keyOf={({ id }) => id}
        empty={say('canary.none')}
        columns={[
          { label: say('canary.kind'), cell: ({ kind }) => sayBreachCode(view.language, 'canary.kind', kind) },
          {
            label: say('canary.where'),
            cell: ({ where }) =>
              where.map((text) => (
                <code class="address" dir="ltr" key={text}>
                  {text}{' '}
                </code>
              )),
          },
          { label: say('canary.day'), cell: ({ planted: day }) => day.at.split(',')[0] },
          { label: say('canary.used'), cell: (row) => <Used row={row} say={say} /> },
          { label: say('canary.end'), unseen: true, cell: ({ id }) => <End id={id} say={say} /> },
        ]}
      />
      <form class="form card" method="post" action={consolePaths.plantCanary}>
        <p class="field">
          <label for="canary-kind">{say('canary.kind')}</label>
          <select id="canary-kind" name="kind">
            {(['person', 'key'] as const).map((kind) => (
              <option key={kind} value={kind}>
                {sayBreachCode(view.language, 'canary.kind', kind)}
              </option>
            ))}
          </select>
        </p>
        <p class="field">
          <label for="canary-email">{say('canary.email')}</label>
          <input id="canary-email" type="email" name="email" dir="ltr" maxLength={254} autocomplete="off" />
        </p>
        <button class="button" type="submit">
          {say('canary.plant')}
        </button>
      </form>
    </section>
  );
}

function Planted(props: { readonly planted: NonNullable<BreachesView['planted']>; readonly say: Say }): VNode {
  const { planted, say } = props;
  return (
    <div class="made">
      <p>
        <output>{say(planted.key === null ? 'canary.planted.person' : 'canary.planted.key')}</output>
      </p>
      {[planted.key, planted.link, planted.email].map((text) =>
        text === null ? null : (
          <p key={text}>
            <code class="whole" dir="ltr">
              {text}
            </code>
          </p>
        ),
      )}
    </div>
  );
}

function Used(props: { readonly row: BreachesView['canaries'][number]; readonly say: Say }): VNode {
  const { used, way, caseId } = props.row;
  if (used === null || caseId === null) return <Tag tone="good" text={props.say('canary.quiet')} />;
  return (
    <>
      <Tag tone="bad" text={props.say('canary.used')} /> <When moment={used} />{' '}
      <a href={consolePaths.breach(caseId)}>{way}</a>
    </>
  );
}

function End(props: { readonly id: string; readonly say: Say }): VNode {
  const { id, say } = props;
  return (
    <details class="sure">
      <summary>{say('canary.end')}</summary>
      <form method="post" action={consolePaths.endCanary}>
        <input type="hidden" name="id" value={id} />
        <p class="small">{say('canary.end.sure')}</p>
        <button class="small-button danger" type="submit">
          {say('canary.end')}
        </button>
      </form>
    </details>
  );
}
