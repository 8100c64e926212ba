import type { VNode } from 'preact';
import { exportFormats, type HeldCategory, type SayRights } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';

export type CustomerView = {
  readonly frame: StaffFrame;
  readonly parcelId: string;
  readonly orderNumber: string;
  readonly categories: readonly HeldCategory[];
  /** Until when a new e-mail address can be confirmed. */
  readonly emailWaiting: string | null;
  /** After a correction: what was done, or what was wrong, in sentences. */
  readonly done: readonly string[];
  readonly wrong: readonly string[];
  /** What was typed, when it was wrong. */
  readonly typed: Readonly<Partial<Record<CorrectionField, string>>>;
  readonly sayRights: SayRights;
};

export const correctionFields = ['name', 'email', 'phone', 'street', 'postcode', 'city', 'country'] as const;
export type CorrectionField = (typeof correctionFields)[number];

/** What is held about the buyer of a parcel's order: as counts, and who they are; the rest is in the copy. */
export function customerPage(view: CustomerView, needs: PageNeeds): string {
  const { sayRights, orderNumber } = view;
  return staffPage(
    view.frame,
    needs,
    { title: sayRights('screen.title', { order: orderNumber }), place: 'parcels' },
    <>
      {view.done.map((line) => (
        <output key={line} class="done">
          {line}
        </output>
      ))}
      {view.wrong.length === 0 ? null : (
        <p class="failed" role="alert">
          {view.wrong.join(' ')}
        </p>
      )}
      <p>
        {sayRights('screen.intro')} <a href={consolePaths.holds}>{sayRights('screen.holds.title')}</a>
      </p>
      <Held view={view} />
      <Copy view={view} />
      <Correct view={view} />
      <section class="card" aria-labelledby="erase">
        <h2 id="erase">{sayRights('screen.erase')}</h2>
        <p>{sayRights('screen.erase.text')}</p>
        <p class="ways">
          <a href={consolePaths.customerErase(view.parcelId)}>{sayRights('screen.erase.look')}</a>
        </p>
      </section>
    </>,
  );
}

function Held({ view }: { readonly view: CustomerView }): VNode {
  const { sayRights, categories } = view;
  return (
    <section aria-labelledby="held">
      <h2 id="held">{sayRights('screen.held')}</h2>
      <Table
        name={sayRights('screen.held')}
        rows={categories}
        keyOf={({ heading }) => heading}
        empty={sayRights('empty')}
        columns={[
          { label: sayRights('screen.heading'), cell: ({ heading }) => sayRights(`staff.${heading}`) },
          { label: sayRights('screen.entries'), cell: ({ entries }) => sayRights('count', { count: entries.length }) },
        ]}
      />
    </section>
  );
}

function Copy({ view }: { readonly view: CustomerView }): VNode {
  const { sayRights, parcelId } = view;
  return (
    <section class="card" aria-labelledby="copy">
      <h2 id="copy">{sayRights('screen.copy')}</h2>
      <p>{sayRights('screen.copy.text')}</p>
      <div class="ways">
        {exportFormats.toReversed().map((format) => (
          <form key={format} method="post" action={consolePaths.customerCopy(parcelId)}>
            <button class="button" type="submit" name="format" value={format}>
              {sayRights(`screen.copy.${format}`)}
            </button>
          </form>
        ))}
      </div>
    </section>
  );
}

function Correct({ view }: { readonly view: CustomerView }): VNode {
  const { sayRights, parcelId, emailWaiting } = view;
  return (
    <section class="card" aria-labelledby="correct">
      <h2 id="correct">{sayRights('screen.correct')}</h2>
      <p>{sayRights('screen.correct.text')}</p>
      {emailWaiting === null ? null : <p>{sayRights('screen.waiting', { time: emailWaiting })}</p>}
      <form class="form" method="post" action={consolePaths.customerCorrect(parcelId)}>
        <Input field="name" label={sayRights('field.name')} view={view} />
        <Input field="email" label={sayRights('field.email')} view={view} />
        <Input field="phone" label={sayRights('field.phone')} view={view} />
        <fieldset>
          <legend>{sayRights('screen.correct.address')}</legend>
          <Input field="street" label={sayRights('screen.street')} view={view} />
          <Input field="postcode" label={sayRights('field.postcode')} view={view} />
          <Input field="city" label={sayRights('screen.city')} view={view} />
          <Input field="country" label={sayRights('screen.country')} view={view} />
        </fieldset>
        <button class="button" type="submit">
          {sayRights('screen.correct.save')}
        </button>
      </form>
    </section>
  );
}

/** As long as the longest of them may be. */
const charactersMax = 300;

function Input(props: { readonly field: CorrectionField; readonly label: string; readonly view: CustomerView }): VNode {
  const { field, label, view } = props;
  return (
    <p>
      <label for={field}>{label}</label>
      <input
        id={field}
        type="text"
        name={field}
        dir="auto"
        autocomplete="off"
        maxlength={charactersMax}
        value={view.typed[field] ?? ''}
      />
    </p>
  );
}
