import type { ComponentChildren, VNode } from 'preact';
import { evidences, outcomes, sayRequestCode } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';
import { tones, type RequestRow } from './requests-page.tsx';

export type RequestView = {
  readonly frame: StaffFrame;
  readonly row: RequestRow;
  readonly steps: readonly {
    readonly at: Moment;
    readonly actor: string;
    readonly step: string;
    readonly note: string | null;
  }[];
  /** Where what is held about the person is; null where nobody is known, or only from conversations. */
  readonly customerUrl: string | null;
  /** Within the first month, and not extended yet. */
  readonly mayExtend: boolean;
  readonly wrong: {
    readonly message: string;
    readonly act: string;
    readonly note: string;
    readonly order: string;
  } | null;
};

/** One request: its clock, who it is, what was done, and what can be done next. */
export function requestPage(view: RequestView, needs: PageNeeds): string {
  const { say } = needs;
  const { row, frame } = view;
  const word = (list: string, code: string): string => sayRequestCode(frame.language, list, code);
  return staffPage(
    frame,
    needs,
    { title: word('kind', row.kind), place: 'requests' },
    <>
      <dl class="facts">
        <Fact label={say('requests.state')}>
          <Tag tone={tones[row.urgency]} text={word('urgency', row.urgency)} />{' '}
          {row.outcome === null ? null : word('outcome', row.outcome)}
        </Fact>
        <Fact label={say('requests.received')}>
          <When moment={row.received} exact /> {word('via', row.via)}
        </Fact>
        <Fact label={say('requests.due')}>
          <When moment={row.due} exact /> {row.extended ? word('step', 'extended') : null}
        </Fact>
        <Fact label={say('requests.evidence')}>{word('evidence', row.evidence)}</Fact>
        <Fact label={say('requests.person')}>{personOf(view, say)}</Fact>
      </dl>
      <h2>{say('requests.steps')}</h2>
      <Table
        name={say('requests.steps')}
        rows={view.steps}
        keyOf={(_, index) => String(index)}
        empty=""
        columns={[
          { label: say('requests.step'), cell: ({ step }) => word('step', step) },
          {
            label: say('requests.note'),
            cell: ({ note }) =>
              note === null ? (
                '–'
              ) : (
                <span class="said" dir="auto">
                  {withCases(note)}
                </span>
              ),
          },
          { label: say('audit.actor'), cell: ({ actor }) => actor },
          { label: say('page.when'), cell: ({ at }) => <When moment={at} exact /> },
        ]}
      />
      {row.ended === null ? nextOf(view, say) : null}
    </>,
  );
}

function personOf({ row, customerUrl }: RequestView, say: Say): VNode | string {
  if (row.person === null) return say('requests.person.none');
  if (customerUrl === null) return say('requests.person.no_order');
  return <a href={customerUrl}>{say('requests.person.open')}</a>;
}

/** Numbers of conversations lead there: that is where customers are answered. */
function withCases(note: string): ComponentChildren {
  return note.split(/\b(C-[0-9A-Z]{4}-[0-9A-Z]{4})\b/u).map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={consolePaths.case(part)}>
        {part}
      </a>
    ),
  );
}

function nextOf(view: RequestView, say: Say): VNode {
  const { row, frame } = view;
  const word = (list: string, code: string): string => sayRequestCode(frame.language, list, code);
  return (
    <>
      <Act view={view} act="note" say={say} />
      <Act view={view} act="identify" say={say}>
        {choiceOf('evidence', say('requests.evidence'), evidences, (code) => word('evidence', code), row.evidence)}
        <p>
          <label for="identify-order">{say('requests.identify.order')}</label>
          <input
            id="identify-order"
            name="order"
            type="text"
            value={view.wrong?.order ?? ''}
            maxlength={100}
            autocomplete="off"
            dir="auto"
          />
        </p>
      </Act>
      {view.mayExtend ? <Act view={view} act="extend" say={say} /> : null}
      <Act view={view} act="end" say={say}>
        {choiceOf('outcome', say('requests.outcome'), outcomes, (code) => word('outcome', code), 'done')}
      </Act>
    </>
  );
}

function choiceOf(
  name: string,
  label: string,
  codes: readonly string[],
  said: (code: string) => string,
  chosen: string,
): VNode {
  return (
    <p>
      <label for={`choice-${name}`}>{label}</label>
      <select id={`choice-${name}`} name={name}>
        {codes.map((code) => (
          <option key={code} value={code} selected={code === chosen}>
            {said(code)}
          </option>
        ))}
      </select>
    </p>
  );
}

function Act(props: {
  readonly view: RequestView;
  readonly act: 'note' | 'identify' | 'extend' | 'end';
  readonly say: Say;
  readonly children?: ComponentChildren;
}): VNode {
  const { view, act, say } = props;
  const wrong = view.wrong?.act === act ? view.wrong : null;
  return (
    <details class="card fold-form" open={wrong !== null || act === 'end'}>
      <summary>
        <h2>{say(`requests.${act}`)}</h2>
      </summary>
      <form class="form" method="post" action={consolePaths.request(view.row.id)}>
        <input type="hidden" name="act" value={act} />
        {wrong === null ? null : (
          <p class="wrong" role="alert">
            {wrong.message}
          </p>
        )}
        {props.children}
        <p>
          <label for={`note-${act}`}>{say(`requests.${act}.note`)}</label>
          <textarea
            id={`note-${act}`}
            name="note"
            rows={3}
            maxlength={4_000}
            dir="auto"
            required={act === 'note' || act === 'extend'}
          >
            {wrong?.note ?? ''}
          </textarea>
        </p>
        <p>
          <button class="button" type="submit">
            {say(`requests.${act}`)}
          </button>
        </p>
      </form>
    </details>
  );
}
