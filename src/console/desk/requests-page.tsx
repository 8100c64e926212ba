import type { VNode } from 'preact';
import { evidences, requestKinds, sayRequestCode, type Urgency } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type RequestRow = {
  readonly id: string;
  readonly kind: string;
  readonly via: string;
  readonly evidence: string;
  readonly received: Moment;
  /** The end of the last day on which it is in time. */
  readonly due: Moment;
  readonly urgency: Urgency;
  readonly extended: boolean;
  readonly outcome: string | null;
  readonly ended: Moment | null;
  /** The person is known here. */
  readonly person: string | null;
};

export type RequestsView = {
  readonly frame: StaffFrame;
  /** The order number that was searched for; empty when none was. */
  readonly order: string;
  /** False: there is no order of that number. */
  readonly isFound: boolean;
  readonly open: readonly RequestRow[];
  readonly ended: readonly RequestRow[];
  /** What stands in the form: as it was typed, or as a conversation says it (`case` is its number). */
  readonly typed: Readonly<Record<string, string>>;
  /** What was wrong with it. */
  readonly wrong: string | null;
};

export const tones = { overdue: 'bad', soon: 'warn', open: 'quiet', ended: 'good' } as const;

/** What persons have asked for: what is due first comes first; a search by order number, and a form for letters and calls. */
export function requestsPage(view: RequestsView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('requests.title'), place: 'requests' },
    <>
      <p class="soft prose">{say('requests.intro')}</p>
      {searchOf(view, say)}
      <h2>{say('requests.open')}</h2>
      {tableOf(view.open, view, say, false)}
      <h2>{say('requests.ended')}</h2>
      {tableOf(view.ended, view, say, true)}
      {formOf(view, say)}
    </>,
  );
}

function searchOf({ order, isFound }: RequestsView, say: Say): VNode {
  return (
    <search>
      <form class="form" method="get" action={consolePaths.requests}>
        <p>
          <label for="search-order">{say('requests.search')}</label>
          <input
            id="search-order"
            name="order"
            type="search"
            value={order}
            maxlength={100}
            autocomplete="off"
            dir="auto"
          />
        </p>
        <p>
          <button class="button quiet" type="submit">
            {say('requests.search.do')}
          </button>
        </p>
        {order !== '' && !isFound ? (
          <p class="wrong" role="alert">
            {say('requests.search.none')}
          </p>
        ) : null}
      </form>
    </search>
  );
}

function tableOf(rows: readonly RequestRow[], { frame }: RequestsView, say: Say, isEnded: boolean): VNode {
  const word = (list: string, code: string): string => sayRequestCode(frame.language, list, code);
  return (
    <Table
      name={say(isEnded ? 'requests.ended' : 'requests.open')}
      rows={rows}
      keyOf={({ id }) => id}
      empty={say(isEnded ? 'requests.ended.none' : 'requests.open.none')}
      columns={[
        {
          label: say('requests.kind'),
          cell: ({ id, kind, via }) => (
            <>
              <a href={consolePaths.request(id)}>{word('kind', kind)}</a>
              <small class="soft block">{word('via', via)}</small>
            </>
          ),
        },
        { label: say('requests.received'), cell: ({ received }) => <When moment={received} exact /> },
        isEnded
          ? { label: say('requests.outcome'), cell: ({ outcome }: RequestRow) => word('outcome', outcome ?? '') }
          : {
              label: say('requests.due'),
              cell: ({ due, urgency }: RequestRow) => (
                <>
                  <Tag tone={tones[urgency]} text={word('urgency', urgency)} /> <When moment={due} exact />
                </>
              ),
            },
        { label: say('requests.evidence'), cell: ({ evidence }) => word('evidence', evidence) },
      ]}
    />
  );
}

function formOf({ frame, wrong, typed: stands }: RequestsView, say: Say): VNode {
  const word = (list: string, code: string): string => sayRequestCode(frame.language, list, code);
  const typed = (name: string): string => stands[name] ?? '';
  const from = typed('case');
  return (
    <section class="card" aria-labelledby="add">
      <h2 id="add">{say('requests.add')}</h2>
      <p class="soft prose">{say('requests.add.note')}</p>
      {wrong === null ? null : (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      <form class="form" method="post" action={`${consolePaths.requests}#add`}>
        {from === '' ? null : (
          <p>
            <input type="hidden" name="case" value={from} />
            {say('requests.add.case')} <a href={consolePaths.case(from)}>{from}</a>
          </p>
        )}
        <p>
          <label for="add-kind">{say('requests.kind')}</label>
          <select id="add-kind" name="kind">
            {Object.keys(requestKinds).map((kind) => (
              <option key={kind} value={kind} selected={typed('kind') === kind}>
                {word('kind', kind)}
              </option>
            ))}
          </select>
        </p>
        <p>
          <label for="add-order">{say('requests.add.order')}</label>
          <input
            id="add-order"
            name="order"
            type="text"
            value={typed('order')}
            maxlength={100}
            autocomplete="off"
            dir="auto"
          />
        </p>
        {circumstancesOf(word, typed, say)}
        <p>
          <label for="add-note">{say('requests.note')}</label>
          <textarea id="add-note" name="note" rows={4} maxlength={4_000} dir="auto">
            {typed('note')}
          </textarea>
        </p>
        <p>
          <button class="button" type="submit">
            {say('requests.add.do')}
          </button>
        </p>
      </form>
    </section>
  );
}

function circumstancesOf(
  word: (list: string, code: string) => string,
  typed: (name: string) => string,
  say: Say,
): VNode {
  return (
    <>
      <p>
        <label for="add-received">{say('requests.add.received')}</label>
        <input id="add-received" name="received" type="date" value={typed('received')} />
      </p>
      <p>
        <label for="add-evidence">{say('requests.evidence')}</label>
        <select id="add-evidence" name="evidence">
          {evidences.toReversed().map((evidence) => (
            <option key={evidence} value={evidence} selected={typed('evidence') === evidence}>
              {word('evidence', evidence)}
            </option>
          ))}
        </select>
      </p>
    </>
  );
}
