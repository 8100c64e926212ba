import type { VNode } from 'preact';
import { sayCaseCode } from '#service';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When, type Column } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export const caseLists = ['open', 'calls', 'answered', 'closed'] as const;
export type ListName = (typeof caseLists)[number];

export type CaseRow = {
  readonly number: string;
  readonly topic: string;
  readonly state: 'open' | 'answered' | 'closed';
  /** Who asked, about which order, and how their last question begins; null where it is not known. */
  readonly name: string | null;
  readonly order: string | null;
  readonly begins: string | null;
  readonly asked: Moment;
  readonly last: Moment;
  /** How long the customer has waited: by the clock, and of opening time where that is known. */
  readonly waits: { readonly since: Moment; readonly open: string | null } | null;
  readonly call: { readonly slot: string; readonly isOver: boolean; readonly isCalled: boolean } | null;
};

export type InboxView = {
  readonly frame: StaffFrame;
  /** Null where something was looked for. */
  readonly list: ListName | null;
  /** A number of a case or an order, as it was typed. */
  readonly find: string;
  readonly rows: readonly CaseRow[];
  /** What was measured, in sentences; null while there are too few answers. */
  readonly measured: string | null;
  /** As it is set, or as it was typed. */
  readonly calls: string;
  readonly wrong: string | null;
};

export const stateTones = { open: 'warn', answered: 'good', closed: 'quiet' } as const;

/** What customers wrote, in four lists, and how long answers take. */
export function inboxPage(view: InboxView, needs: PageNeeds): string {
  const { say } = needs;
  const { frame, list, rows, measured } = view;
  const title = list === null ? say('inbox.found', { find: view.find }) : say(`inbox.list.${list}`);
  return staffPage(
    frame,
    needs,
    { title: say('inbox.title'), place: 'inbox' },
    <>
      <p class="soft prose">
        {say('inbox.intro')} {measured ?? say('inbox.measured.none')}
      </p>
      <Find {...view} say={say} />
      <nav aria-label={say('inbox.title')}>
        <ul class="counts">
          {caseLists.map((name) => (
            <li key={name}>
              <a href={`${consolePaths.inbox}?list=${name}`} aria-current={name === list ? 'page' : undefined}>
                {say(`inbox.list.${name}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <h2>{title}</h2>
      <Table
        name={title}
        rows={rows}
        keyOf={({ number }) => number}
        empty={say(list === null ? 'inbox.none.found' : `inbox.none.${list}`)}
        columns={columnsOf(view, say)}
      />
      {slotsForm(view, say)}
    </>,
  );
}

/** A customer at the phone says a number. */
function Find({ find, say }: Pick<InboxView, 'find'> & { readonly say: Say }): VNode {
  return (
    <search>
      <form class="filter" method="get" action={consolePaths.inbox}>
        <p class="wide">
          <label for="find">{say('inbox.find')}</label>
          <input id="find" name="find" type="search" value={find} maxlength={100} autocomplete="off" dir="auto" />
        </p>
        <p class="act">
          <button class="button quiet" type="submit">
            {say('inbox.find.do')}
          </button>
        </p>
      </form>
    </search>
  );
}

function columnsOf({ frame, list }: InboxView, say: Say): readonly Column<CaseRow>[] {
  const word = (name: string, code: string): string => sayCaseCode(frame.language, name, code);
  const first: Column<CaseRow> = {
    label: say('inbox.case'),
    cell: ({ number, topic }) => (
      <>
        <a href={consolePaths.case(number)} dir="ltr">
          {number}
        </a>
        <small class="soft block">{word('topic', topic)}</small>
      </>
    ),
  };
  const question: Column<CaseRow> = { label: say('inbox.question'), cell: questionOf };
  const call: Column<CaseRow> = { label: say('inbox.call'), cell: (row) => callOf(row, say) };
  if (list === 'calls') {
    return [first, question, call, { label: say('inbox.asked'), cell: ({ asked }) => <When moment={asked} exact /> }];
  }
  if (list === 'open') {
    return [first, question, { label: say('inbox.waits'), cell: ({ waits }) => waitsOf(waits) }, call];
  }
  return [
    first,
    question,
    {
      label: say('inbox.state'),
      cell: ({ state }) => <Tag tone={stateTones[state]} text={word('state', state)} />,
    },
    { label: say('inbox.last'), cell: ({ last }) => <When moment={last} exact /> },
  ];
}

function questionOf({ name, order, begins }: CaseRow): VNode {
  const about = [name, order].filter((part) => part !== null);
  return (
    <>
      {begins === null ? '–' : <bdi>{begins}</bdi>}
      {about.length === 0 ? null : (
        <small class="soft block">
          {about.map((part, at) => (
            <>
              {at === 0 ? '' : ' · '}
              <bdi>{part}</bdi>
            </>
          ))}
        </small>
      )}
    </>
  );
}

function waitsOf(waits: CaseRow['waits']): VNode | string {
  if (waits === null) return '–';
  return (
    <>
      <When moment={waits.since} exact />
      {waits.open === null ? null : <small class="soft block">{waits.open}</small>}
    </>
  );
}

function callOf({ call }: CaseRow, say: Say): VNode | string {
  if (call === null) return '–';
  return (
    <>
      {call.slot} {call.isCalled ? <Tag tone="good" text={say('case.called')} /> : null}
      {call.isOver && !call.isCalled ? <Tag tone="bad" text={say('inbox.call.over')} /> : null}
    </>
  );
}

function slotsForm({ calls, wrong }: InboxView, say: Say): VNode {
  return (
    <details class="card fold-form" open={wrong !== null}>
      <summary>
        <h2>{say('inbox.slots')}</h2>
      </summary>
      <form class="form" method="post" action={consolePaths.callsPerSlot}>
        {wrong === null ? null : (
          <p class="wrong" role="alert">
            {wrong}
          </p>
        )}
        <p>
          <label for="calls">{say('inbox.slots')}</label>
          <input
            id="calls"
            name="calls"
            type="text"
            inputmode="numeric"
            maxlength={3}
            value={calls}
            autocomplete="off"
          />
          <small class="soft block">{say('inbox.slots.note')}</small>
        </p>
        <p>
          <button class="button" type="submit">
            {say('inbox.slots.save')}
          </button>
        </p>
      </form>
    </details>
  );
}
