import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import { Labelled } from '../shop/face-page.tsx';
import type { Say } from '../words.ts';
import type { CheckedRow, ContactInput, ContactView } from './contact-view.ts';
import { StaleFields } from '../parts/stale.tsx';

type Part = { readonly view: ContactView; readonly say: Say };

/** Who is behind the shop: the form, and what the law of its country wants said. */
export function contactPage(view: ContactView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('contact.title'), place: 'contact' },
    <>
      <p class="soft prose">
        {say('contact.intro')} <a href={view.previewUrl}>{say('contact.preview')}</a>
      </p>
      {view.wrong === 0 ? null : (
        <p class="failed" role="alert">
          {say('contact.wrong', { count: view.wrong })}
        </p>
      )}
      {view.stale.length === 0 ? null : <StaleFields fields={view.stale} say={say} />}
      <div class="beside by-law">
        <FactsForm view={view} say={say} />
        <Law view={view} say={say} />
      </div>
    </>,
  );
}

function FactsForm({ view, say }: Part): VNode {
  return (
    <form class="card facts-form" method="post" action={consolePaths.contact}>
      <input type="hidden" name="seen" value={view.seen} />
      {view.groups.map(({ key, title, fields }) => (
        <fieldset key={key} class="group" id={`group-${key}`}>
          <legend>
            <b>{title}</b>
          </legend>
          <div class="fields">
            {fields.map((field) => (
              <div key={field.name} class={field.kind === 'lines' ? 'long' : undefined}>
                <Field field={field} />
              </div>
            ))}
          </div>
        </fieldset>
      ))}
      <p class="ways">
        <button class="button" type="submit">
          {say('contact.save')}
        </button>
      </p>
    </form>
  );
}

function Field({ field }: { readonly field: ContactInput }): VNode {
  const { name, label, note, wrong } = field;
  const id = `contact-${name}`;
  return (
    <Labelled id={id} label={label} note={note} wrong={wrong}>
      {(described) => <Input field={field} id={id} described={described} />}
    </Labelled>
  );
}

function Input(props: {
  readonly field: ContactInput;
  readonly id: string;
  readonly described: string | undefined;
}): VNode {
  const { field, id, described } = props;
  const { name, value, kind, wrong } = field;
  const more = {
    id,
    name,
    'aria-describedby': described,
    'aria-invalid': wrong === null ? undefined : ('true' as const),
  };
  if (kind === 'lines') return <textarea {...more} rows={name === 'exceptions' ? 6 : 3} dir="auto" value={value} />;
  if (kind === 'line') return <input {...more} type="text" dir="auto" autocomplete="off" value={value} />;
  return (
    <select {...more}>
      {kind.choices.map((choice) => (
        <option key={choice.value} value={choice.value} selected={choice.value === value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

const tones = { given: 'good', missing: 'bad', optional: 'quiet' } as const;

/** Each fact with the article that wants it; what is missing leads to its field. */
function Law({ view, say }: Part): VNode {
  const { rows, missing, country } = view;
  return (
    <section class="column law" aria-labelledby="law">
      <h2 id="law">{country === '' ? say('contact.law') : say('contact.law.of', { country })}</h2>
      <p>
        <Tag tone={missing === 0 ? 'good' : 'bad'} text={say('contact.missing', { count: missing })} />
      </p>
      <ul class="card checked">
        {rows.map((row) => (
          <li key={row.fact}>
            <Wanted row={row} />
            <Tag tone={tones[row.standing]} text={say(`contact.standing.${row.standing}`)} />
            <small class="soft">{row.law}</small>
          </li>
        ))}
      </ul>
      <p class="soft small">{say('contact.law.note')}</p>
    </section>
  );
}

function Wanted({ row }: { readonly row: CheckedRow }): VNode {
  if (row.standing === 'given') return <span>{row.label}</span>;
  return <a href={`#contact-${row.field}`}>{row.label}</a>;
}
