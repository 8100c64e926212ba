import type { ComponentChildren, VNode } from 'preact';
import { phoneUrl } from '#kit/html';
import { sayCaseCode } from '#service';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { State, Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Milestone, Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';
import { stateTones, type CaseRow } from './inbox-page.tsx';

/** What staff may do to a case. */
export const caseActs = ['answer', 'elsewhere', 'called', 'not_reached', 'close', 'reopen', 'erase'] as const;
export type CaseActName = (typeof caseActs)[number];

export type CaseView = {
  readonly frame: StaffFrame;
  readonly row: Omit<CaseRow, 'name' | 'order' | 'begins'>;
  readonly name: string | null;
  /** Where the answer goes; null where nobody is reached. */
  readonly email: string | null;
  /** The answer goes elsewhere than to the order's address, or nobody has proven who they are. */
  readonly caution: 'other' | 'page' | null;
  readonly order: string | null;
  readonly orderSaid: string | null;
  readonly phone: string | null;
  readonly parcels: readonly {
    readonly id: string;
    readonly position: number;
    readonly milestone: Milestone;
    readonly subStatus: string | null;
    readonly lastSign: Moment | null;
  }[];
  readonly entries: readonly {
    readonly at: Moment;
    readonly kind: string;
    readonly actor: string;
    readonly words: string | null;
    /** What became of the mail to the service address; null for what needs none. */
    readonly forwarded: 'sent' | 'refused' | 'no_address' | 'withheld' | 'waits' | null;
  }[];
  /** Nothing but this conversation is held about the customer. */
  readonly mayErase: boolean;
  readonly wrong: { readonly message: string; readonly text: string } | null;
};

/** A question with its order and parcels beside it, what was said, and what can be done next. */
export function casePage(view: CaseView, needs: PageNeeds): string {
  const { say } = needs;
  const { row, frame } = view;
  const word = (list: string, code: string): string => sayCaseCode(frame.language, list, code);
  return staffPage(
    frame,
    needs,
    { title: say('case.title', { number: row.number, topic: word('topic', row.topic) }), place: 'inbox' },
    <>
      <dl class="facts">
        <Fact label={say('inbox.state')}>
          <Tag tone={stateTones[row.state]} text={word('state', row.state)} />
        </Fact>
        {row.waits === null ? null : (
          <Fact label={say('inbox.waits')}>
            <When moment={row.waits.since} exact /> {row.waits.open}
          </Fact>
        )}
        <Fact label={say('case.person')}>
          {view.name === null ? <span class="soft">{say('case.person.none')}</span> : <bdi>{view.name}</bdi>}
        </Fact>
        <Fact label={say('case.to')}>
          {view.email === null ? say('case.to.none') : <bdi dir="ltr">{view.email}</bdi>}
        </Fact>
        {orderFact(view, say)}
        {callFact(view, say)}
      </dl>
      {view.caution === null ? null : <p class="failed">{say(`case.to.${view.caution}`)}</p>}
      {parcelsOf(view, say)}
      <h2>{say('case.words')}</h2>
      <Table
        name={say('case.words')}
        rows={view.entries}
        keyOf={(_, index) => String(index)}
        empty=""
        columns={[
          { label: say('case.step'), cell: ({ kind, forwarded }) => kindOf(word('kind', kind), forwarded, say) },
          { label: say('case.said'), cell: ({ words }) => wordsOf(words) },
          { label: say('audit.actor'), cell: ({ actor }) => actorOf(actor, say) },
          { label: say('page.when'), cell: ({ at }) => <When moment={at} exact /> },
        ]}
      />
      {answerForm(view, say)}
      {otherActs(view, say)}
    </>,
  );
}

/** A key and the command line are called what the audit calls them. */
function actorOf(actor: string, say: Say): string {
  if (actor === 'customer') return say('case.person');
  return actor === 'staff' ? say('case.staff') : actor;
}

function wordsOf(words: string | null): VNode | string {
  if (words === null) return '–';
  return (
    <span class="said" dir="auto">
      {words}
    </span>
  );
}

function kindOf(kind: string, forwarded: CaseView['entries'][number]['forwarded'], say: Say): VNode {
  return (
    <>
      {kind}
      {forwarded === null ? null : <small class="soft block">{say(`case.forwarded.${forwarded}`)}</small>}
    </>
  );
}

function orderFact({ order, orderSaid }: CaseView, say: Say): VNode {
  return (
    <Fact label={say('case.order')}>
      {order === null ? <span class="soft">{say('case.order.none')}</span> : <bdi>{order}</bdi>}
      {orderSaid === null ? null : (
        <small class="soft block">
          {say('case.order.said')}: <bdi>{orderSaid}</bdi>
        </small>
      )}
    </Fact>
  );
}

function callFact({ row, phone }: CaseView, say: Say): VNode | null {
  if (row.call === null) return null;
  const url = phoneUrl(phone);
  return (
    <Fact label={say('case.call')}>
      {row.call.slot} {row.call.isCalled ? <Tag tone="good" text={say('case.called')} /> : null}
      <small class="block">
        {say('case.call.number')}:{' '}
        {phone === null ? say('case.call.gone') : url === null ? phone : <a href={url}>{phone}</a>}
      </small>
    </Fact>
  );
}

function parcelsOf({ parcels }: CaseView, say: Say): VNode | null {
  if (parcels.length === 0) return null;
  return (
    <Table
      name={say('parcels.title')}
      rows={parcels}
      keyOf={({ id }) => id}
      empty=""
      columns={[
        {
          label: say('case.parcels'),
          cell: ({ id, position }) => <a href={consolePaths.parcel(id)}>{say('case.parcel', { position })}</a>,
        },
        {
          label: say('parcels.state'),
          cell: ({ milestone, subStatus }) => <State milestone={milestone} subStatus={subStatus} say={say} />,
        },
        {
          label: say('parcels.sign'),
          cell: ({ lastSign }) =>
            lastSign === null ? <span class="soft">{say('case.parcel.none')}</span> : <When moment={lastSign} exact />,
        },
        {
          label: say('case.person'),
          cell: ({ id }) => <a href={consolePaths.customer(id)}>{say('case.customer')}</a>,
        },
      ]}
    />
  );
}

function answerForm({ row, wrong, email, entries }: CaseView, say: Say): VNode | null {
  if (email === null) return null;
  return (
    <section class="card" aria-labelledby="answer">
      <h2 id="answer">{say('case.answer')}</h2>
      <form class="form" method="post" action={`${consolePaths.case(row.number)}#answer`}>
        <input type="hidden" name="act" value="answer" />
        <input type="hidden" name="seen" value={entries.length} />
        {wrong === null ? null : (
          <p class="wrong" role="alert">
            {wrong.message}
          </p>
        )}
        <p>
          <label for="text">{say('case.answer.text')}</label>
          <textarea id="text" name="text" rows={8} maxlength={4_000} required dir="auto">
            {wrong?.text ?? ''}
          </textarea>
          <small class="soft block">{say('case.answer.note')}</small>
        </p>
        <p>
          <button class="button" type="submit">
            {say('case.answer.send')}
          </button>
        </p>
      </form>
    </section>
  );
}

function otherActs({ row, mayErase }: CaseView, say: Say): VNode {
  const isCallDue = row.call !== null && !row.call.isCalled;
  return (
    <section class="card">
      <div class="ways">
        {isCallDue ? <Press number={row.number} act="called" text={say('case.called')} /> : null}
        {isCallDue ? <Press number={row.number} act="not_reached" text={say('case.not_reached')} /> : null}
        <Press number={row.number} act="elsewhere" text={say('case.elsewhere')} />
        {row.state === 'closed' ? (
          <Press number={row.number} act="reopen" text={say('case.reopen')} />
        ) : (
          <Press number={row.number} act="close" text={say('case.close')} />
        )}
      </div>
      <p class="soft small">{say('case.elsewhere.note')}</p>
      <p>
        <a href={`${consolePaths.requests}?case=${encodeURIComponent(row.number)}#add`}>{say('case.request')}</a>
      </p>
      {mayErase ? (
        <details class="sure">
          <summary>{say('case.erase')}</summary>
          <p class="soft">{say('case.erase.note')}</p>
          <Press number={row.number} act="erase" text={say('case.erase.sure')} />
        </details>
      ) : null}
    </section>
  );
}

function Press(props: { readonly number: string; readonly act: CaseActName; readonly text: ComponentChildren }): VNode {
  const { number, act, text } = props;
  return (
    <form method="post" action={consolePaths.case(number)}>
      <input type="hidden" name="act" value={act} />
      <button class={act === 'erase' ? 'button danger' : 'button quiet'} type="submit">
        {text}
      </button>
    </form>
  );
}
