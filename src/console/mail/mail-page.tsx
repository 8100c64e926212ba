import type { VNode } from 'preact';
import type { CheckedRecord, MailWord, RecordsReport, TriedMail } from '#mail';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type SuppressedRow = {
  readonly personId: string;
  readonly orderNumber: string;
  /** Null when the order was erased. */
  readonly email: string | null;
  readonly weight: 'hard' | 'soft';
  readonly code: string;
  readonly at: Moment;
  /** The person has another address by now and gets mails again. */
  readonly corrected: boolean;
};

export type MailRoomView = {
  readonly frame: StaffFrame;
  readonly sender: string;
  readonly mailServer: string | null;
  /** How it stands with signatures; null when every mail is signed. */
  readonly unsigned: string | null;
  readonly hasDomain: boolean;
  readonly bounceAddress: string;
  readonly suppressed: readonly SuppressedRow[];
  /** After a check. */
  readonly report: RecordsReport | null;
  /** After a test. */
  readonly tried: TriedMail | null;
  /** What was wrong with a form, in a sentence. */
  readonly wrong: string | null;
  readonly sayMail: (word: MailWord, values?: Readonly<Record<string, string>>) => string;
};

/** How the shop's mails go out, what DNS says of them, and who gets none. */
export function mailRoomPage(view: MailRoomView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('mail.title'), place: 'mailRoom' },
    <>
      {view.wrong === null ? null : (
        <p class="failed" role="alert">
          {view.wrong}
        </p>
      )}
      {sending(view, say)}
      {recordsOf(view, say)}
      {bounces(view, say)}
    </>,
  );
}

function sending(view: MailRoomView, say: Say): VNode {
  return (
    <section class="card" aria-labelledby="sending">
      <h2 id="sending">{say('mail.sending')}</h2>
      <p>
        {say('mail.from')} <b dir="ltr">{view.sender}</b> ·{' '}
        {view.mailServer === null ? say('mail.inside') : say('mail.server', { server: view.mailServer })}
      </p>
      <p>
        <Tag
          tone={view.unsigned === null ? 'good' : 'warn'}
          text={say(view.unsigned === null ? 'mail.signed' : 'mail.unsigned')}
        />{' '}
        {view.unsigned ?? say('mail.signed.text')}
      </p>
      <form class="form" method="post" action={consolePaths.tryMail}>
        <p>
          <label for="try">{say('mail.try')}</label>
          <input
            class="mail-address"
            id="try"
            name="address"
            type="email"
            required
            maxlength={254}
            autocomplete="email"
            aria-describedby="try-note"
          />
        </p>
        <p class="soft small" id="try-note">
          {say('mail.try.note')}
        </p>
        <button class="button" type="submit">
          {say('mail.try.do')}
        </button>
      </form>
      {view.tried === null ? null : stepsOf(view.tried, view, say)}
    </section>
  );
}

function stepsOf(tried: TriedMail, view: MailRoomView, say: Say): VNode {
  return (
    <output class="steps-of">
      <h3>{say(tried.sent ? 'mail.tried.sent' : 'mail.tried.not')}</h3>
      <ol>
        {tried.steps.map(({ word, values, good }) => (
          <li key={word}>
            {good ? null : <Tag tone="warn" text={say('mail.look')} />} {view.sayMail(word, values)}
          </li>
        ))}
      </ol>
    </output>
  );
}

function recordsOf(view: MailRoomView, say: Say): VNode {
  return (
    <section aria-labelledby="records">
      <h2 id="records">{say('mail.records')}</h2>
      <p class="soft">{say('mail.records.intro')}</p>
      {view.hasDomain ? (
        <div class="ways">
          <form method="post" action={consolePaths.mailRecords}>
            <button class="button" type="submit">
              {say('mail.records.check')}
            </button>
          </form>
          <details class="sure">
            <summary>{say('mail.rotate')}</summary>
            <form method="post" action={consolePaths.mailRotate}>
              <p class="small">{say('mail.rotate.sure')}</p>
              <button class="small-button" type="submit">
                {say('mail.rotate.do')}
              </button>
            </form>
          </details>
        </div>
      ) : (
        <p class="empty">{say('mail.records.no_domain')}</p>
      )}
      {view.report === null ? null : recordList(view.report.records, view, say)}
    </section>
  );
}

const tones = { ok: 'good', missing: 'bad', wrong: 'bad', unanswered: 'warn' } as const;

/** Cards, not a table: what has to be copied is long, and stands whole on every screen. */
function recordList(records: readonly CheckedRecord[], view: MailRoomView, say: Say): VNode {
  return (
    <ul class="records">
      {records.map((record) => (
        <li class="card" key={`${record.type} ${record.name}`}>
          <h3>
            {view.sayMail(`record.${record.key}`)}{' '}
            <Tag tone={tones[record.state]} text={view.sayMail(`state.${record.state}`)} />
          </h3>
          <p>{view.sayMail(record.todo)}</p>
          <dl>
            <Fact label={say('mail.record.name')}>
              <code class="whole" dir="ltr">
                {record.name}
              </code>
            </Fact>
            {record.state === 'ok' ? null : (
              <Fact label={say('mail.record.value', { type: record.type })}>
                <code class="whole" dir="ltr">
                  {record.value}
                </code>
              </Fact>
            )}
            {record.found.length === 0 || (record.state === 'ok' && record.key.startsWith('dkim')) ? null : (
              <Fact label={say('mail.record.found')}>
                <code class="whole" dir="ltr">
                  {record.found.join(' · ')}
                </code>
              </Fact>
            )}
          </dl>
        </li>
      ))}
    </ul>
  );
}

function bounces(view: MailRoomView, say: Say): VNode {
  return (
    <section aria-labelledby="bounces">
      <h2 id="bounces">{say('mail.bounces')}</h2>
      <p class="soft">{say('mail.bounces.intro')}</p>
      <form class="form card" method="post" action={consolePaths.mailBounces}>
        <p>
          <label for="bounce">{say('mail.bounce_address')}</label>
          <input
            class="mail-address"
            id="bounce"
            name="address"
            value={view.bounceAddress}
            maxlength={254}
            aria-describedby="bounce-note"
          />
        </p>
        <p class="soft small" id="bounce-note">
          {say('mail.bounce_address.note')}
        </p>
        <button class="button" type="submit">
          {say('mail.bounce_address.do')}
        </button>
      </form>
      <h3>{say('mail.suppressed')}</h3>
      <Table
        name={say('mail.suppressed')}
        rows={view.suppressed}
        keyOf={({ personId, code, at }) => `${personId} ${code} ${at.iso}`}
        empty={say('mail.suppressed.none')}
        columns={[
          { label: say('parcels.order'), cell: ({ orderNumber }) => <bdi>{orderNumber}</bdi> },
          { label: say('mail.suppressed.address'), cell: ({ email }) => <bdi dir="ltr">{email ?? '–'}</bdi> },
          { label: say('mail.suppressed.why'), cell: ({ weight, code }) => say(`mail.weight.${weight}`, { code }) },
          { label: say('page.when'), cell: ({ at }) => <When moment={at} /> },
          {
            label: say('mail.lift'),
            unseen: true,
            cell: (row) =>
              row.corrected ? (
                <span class="soft">{say('mail.corrected')}</span>
              ) : (
                <form method="post" action={consolePaths.mailLift}>
                  <input type="hidden" name="person" value={row.personId} />
                  <button class="small-button" type="submit">
                    {say('mail.lift')}
                  </button>
                </form>
              ),
          },
        ]}
      />
    </section>
  );
}
