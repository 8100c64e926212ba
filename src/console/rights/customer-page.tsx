import type { VNode } from 'preact';
import { exportFormats, type HeldCategory, type SayRights } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';

export type CustomerView = {
  readonly frame: StaffFrame;
  readonly customerId: string;
  readonly orderNumber: string;
  /** Open ones of theirs, at the desk. */
  readonly requests: readonly { readonly url: string; readonly kind: string }[];
  readonly heldBack: HeldBackView;
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

type HeldBackView = {
  /** Since when; null while their data is used. */
  readonly restricted: string | null;
  readonly purposes: readonly { readonly purpose: string; readonly label: string; readonly since: string | null }[];
  /** To be told of a restriction, by name. */
  readonly recipients: readonly string[];
  /** Those that hold. */
  readonly consents: readonly { readonly id: string; readonly label: string; readonly given: string }[];
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
      <Asked view={view} />
      <Held view={view} />
      <Copy view={view} />
      <Correct view={view} />
      <HeldBack view={view} />
      <section class="card" aria-labelledby="erase">
        <h2 id="erase">{sayRights('screen.erase')}</h2>
        <p>{sayRights('screen.erase.text')}</p>
        <p class="ways">
          <a href={consolePaths.customerErase(view.customerId)}>{sayRights('screen.erase.look')}</a>
        </p>
      </section>
    </>,
  );
}

function Asked({ view }: { readonly view: CustomerView }): VNode | null {
  const { requests, sayRights } = view;
  if (requests.length === 0) return null;
  return (
    <p>
      {sayRights('screen.asked')}{' '}
      {requests.map(({ url, kind }, at) => (
        <span key={url}>
          {at === 0 ? null : ', '}
          <a href={url}>{kind}</a>
        </span>
      ))}
    </p>
  );
}

type HeldBackRow = {
  readonly label: string;
  readonly note: string;
  readonly values: Readonly<Record<string, string>>;
  readonly act: string;
};

function heldBackRows({ heldBack, sayRights }: CustomerView): readonly HeldBackRow[] {
  const { restricted, purposes, consents } = heldBack;
  const isOn = restricted !== null;
  return [
    {
      label: sayRights('screen.restrict.all'),
      note: isOn ? sayRights('screen.restricted', { time: restricted }) : sayRights('screen.restrict.text'),
      values: { act: 'restrict', on: isOn ? 'no' : 'yes' },
      act: sayRights(isOn ? 'screen.restrict.lift' : 'screen.restrict'),
    },
    ...purposes.map(({ purpose, label, since }) => ({
      label,
      note: since === null ? '–' : sayRights('screen.objected', { time: since }),
      values: { act: 'object', purpose, on: since === null ? 'yes' : 'no' },
      act: sayRights(since === null ? 'screen.object' : 'screen.object.lift'),
    })),
    ...consents.map(({ id, label, given }) => ({
      label,
      note: sayRights('screen.consent.given', { time: given }),
      values: { act: 'withdraw', consent: id },
      act: sayRights('screen.withdraw'),
    })),
  ];
}

/** What persons do on their own page, for those who ask in another way. */
function HeldBack({ view }: { readonly view: CustomerView }): VNode {
  const { sayRights, heldBack } = view;
  const { recipients } = heldBack;
  return (
    <section aria-labelledby="held-back">
      <h2 id="held-back">{sayRights('screen.held_back')}</h2>
      <p class="soft prose">{sayRights('screen.held_back.text')}</p>
      {heldBack.restricted === null || recipients.length === 0 ? null : (
        <p>{sayRights('screen.recipients', { recipients: recipients.join(', ') })}</p>
      )}
      <Table
        name={sayRights('screen.held_back')}
        rows={heldBackRows(view)}
        keyOf={({ values }) => Object.values(values).join(' ')}
        empty=""
        columns={[
          { label: sayRights('screen.use'), cell: ({ label }) => label },
          { label: sayRights('screen.state'), cell: ({ note }) => note },
          {
            label: sayRights('screen.act'),
            cell: (row) => pressOf(view, row),
          },
        ]}
      />
    </section>
  );
}

function pressOf(view: CustomerView, { label, values, act }: HeldBackRow): VNode {
  return (
    <form method="post" action={`${consolePaths.customerRestrain(view.customerId)}#held-back`}>
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class="button quiet" type="submit">
        {act}
        <span class="unseen">: {label}</span>
      </button>
    </form>
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
  const { sayRights, customerId } = view;
  return (
    <section class="card" aria-labelledby="copy">
      <h2 id="copy">{sayRights('screen.copy')}</h2>
      <p>{sayRights('screen.copy.text')}</p>
      <div class="ways">
        {exportFormats.toReversed().map((format) => (
          <form key={format} method="post" action={consolePaths.customerCopy(customerId)}>
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
  const { sayRights, customerId, emailWaiting } = view;
  return (
    <section class="card" aria-labelledby="correct">
      <h2 id="correct">{sayRights('screen.correct')}</h2>
      <p>{sayRights('screen.correct.text')}</p>
      {emailWaiting === null ? null : <p>{sayRights('screen.waiting', { time: emailWaiting })}</p>}
      <form class="form" method="post" action={consolePaths.customerCorrect(customerId)}>
        <Input field="name" label={sayRights('field.name')} view={view} />
        <Input field="email" label={sayRights('field.email')} view={view} />
        <Input field="phone" label={sayRights('field.phone')} view={view} />
        <p class="check">
          <label>
            <input type="checkbox" name="remove_phone" value="yes" /> {sayRights('screen.correct.no_phone')}
          </label>
        </p>
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
