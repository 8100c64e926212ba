import type { VNode } from 'preact';
import {
  sayBasis,
  sayMeasure,
  sayRecord,
  sayThirdCountries,
  otherPlaces,
  type RecordActivity,
  type RecordOfProcessing,
} from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type RecordView = { readonly frame: StaffFrame; readonly made: Moment; readonly record: RecordOfProcessing };

/** The record of processing activities as an authority asks for it: one section a purpose, made to be printed. */
export function recordPage(view: RecordView, needs: PageNeeds): string {
  const { say } = needs;
  const { record, frame } = view;
  return staffPage(
    frame,
    needs,
    { title: say('record.title'), place: 'record' },
    <div class="record">
      <p class="soft prose no-print">
        {say('record.intro')} <a href={consolePaths.recordJson}>{say('record.json')}</a>
      </p>
      <section aria-labelledby="controller">
        <h2 id="controller">{say('record.controller')}</h2>
        <dl class="facts">
          <Fact label={say('record.name')}>
            <bdi>{record.controller.name}</bdi>
          </Fact>
          <Fact label={say('record.contact')}>{contactOf(record, say)}</Fact>
          <Fact label={say('record.made')}>
            <time datetime={view.made.iso}>{view.made.at}</time>
          </Fact>
        </dl>
        <p class="soft prose">{say('record.controller.more')}</p>
      </section>
      {record.activities.map((activity) => (
        <Activity key={activity.purpose} activity={activity} language={frame.language} say={say} />
      ))}
      <section aria-labelledby="third">
        <h2 id="third">{say('record.third')}</h2>
        <p class="prose">{sayThirdCountries(frame.language)}</p>
      </section>
      <section aria-labelledby="measures">
        <h2 id="measures">{say('record.measures')}</h2>
        <ul class="prose">
          {record.measures.map((measure) => (
            <li key={measure.measure}>{sayMeasure(frame.language, measure)}</li>
          ))}
        </ul>
      </section>
      {clocksOf(record, frame.language, say)}
      {columnsOf(record, frame.language, say)}
    </div>,
  );
}

function contactOf({ controller }: RecordOfProcessing, say: Say): string {
  const known = [controller.email, controller.phone, controller.url].filter((one) => one !== null);
  return known.length === 0 ? say('record.contact.none') : known.join(' · ');
}

function Activity(props: { readonly activity: RecordActivity; readonly language: string; readonly say: Say }): VNode {
  const { activity, language, say } = props;
  const { purpose, bases, about, fields, recipients, clocks } = activity;
  const word = (list: string, code: string): string => sayRecord(language, list, code);
  const id = `purpose-${purpose.replaceAll(/\W/g, '-')}`;
  return (
    <section class="card activity" aria-labelledby={id}>
      <h2 id={id}>{word('purpose', purpose)}</h2>
      <dl class="facts">
        <Fact label={say('record.basis')}>{bases.map((basis) => sayBasis(language, basis)).join(' · ')}</Fact>
        <Fact label={say('record.about')}>{about.map((one) => word('about', one)).join(' · ')}</Fact>
        <Fact label={say('record.data')}>
          {fields.length === 0 ? word('field', 'none') : fields.map((field) => word('field', field)).join(', ')}
        </Fact>
        <Fact label={say('record.recipients')}>
          {recipients.length === 0 ? word('recipient', 'nobody') : recipientsOf(activity, language)}
        </Fact>
        <Fact label={say('record.kept')}>
          <ul class="plain">
            {clocks.map(({ name, days, from }) => (
              <li key={name}>
                {word('clock', name)}: {say('record.days', { days })} {word('from', from)}
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
    </section>
  );
}

function recipientsOf({ recipients }: RecordActivity, language: string): VNode {
  const word = (list: string, code: string): string => sayRecord(language, list, code);
  return (
    <ul class="plain">
      {recipients.map(({ kind, basis, names, fields }) => (
        <li key={`${kind} ${basis}`}>
          <bdi>
            {names.length === 0
              ? sayRecord(language, 'recipient', 'none_now', { kind: word('recipient', kind) })
              : names.join(', ')}
          </bdi>
          {' — '}
          {fields.map((field) => word('field', field)).join(', ')} ({sayBasis(language, basis)})
        </li>
      ))}
    </ul>
  );
}

function clocksOf({ clocks }: RecordOfProcessing, language: string, say: Say): VNode {
  return (
    <section class="page" aria-labelledby="clocks">
      <h2 id="clocks">{say('record.clocks')}</h2>
      <Table
        name={say('record.clocks')}
        rows={clocks}
        keyOf={({ name }) => name}
        empty=""
        columns={[
          { label: say('retention.clock'), cell: ({ name }) => sayRecord(language, 'clock', name) },
          {
            label: say('retention.days'),
            cell: ({ days, from }) => `${say('record.days', { days })} ${sayRecord(language, 'from', from)}`,
          },
          { label: say('retention.source'), cell: ({ name }) => sayRecord(language, 'source', name) },
        ]}
      />
      <p>{say('record.places')}</p>
      <ul class="prose">
        {otherPlaces.map((place) => (
          <li key={place}>{sayRecord(language, 'place', place)}</li>
        ))}
      </ul>
    </section>
  );
}

/** The data map itself, for whoever wants to know it by the column; folded away on the screen, and printed. */
function columnsOf({ columns }: RecordOfProcessing, language: string, say: Say): VNode {
  const personal = columns.filter(({ as }) => as !== null);
  return (
    <section class="page" aria-labelledby="columns">
      <h2 id="columns">{say('record.columns')}</h2>
      <p class="soft prose">{say('record.columns.note', { personal: personal.length, all: columns.length })}</p>
      <details class="fold">
        <summary>{say('record.columns.show', { count: personal.length })}</summary>
        <Table
          name={say('record.columns')}
          rows={personal}
          keyOf={({ table, column }) => `${table}.${column}`}
          empty=""
          columns={[
            {
              label: say('record.column'),
              cell: ({ table, column }) => (
                <code dir="ltr">
                  {table}.<wbr />
                  {column}
                </code>
              ),
            },
            { label: say('record.data'), cell: ({ holds }) => sayRecord(language, 'field', holds) },
            { label: say('record.as'), cell: ({ as }) => say(`record.as.${as ?? 'plain'}`) },
            {
              label: say('record.recipients'),
              cell: ({ recipients }) =>
                recipients.length === 0
                  ? '–'
                  : recipients.map((one) => sayRecord(language, 'recipient', one)).join(', '),
            },
            { label: say('record.kept'), cell: ({ keptFor }) => sayRecord(language, 'clock', keptFor) },
          ]}
        />
      </details>
    </section>
  );
}
