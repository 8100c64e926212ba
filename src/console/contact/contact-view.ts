import {
  choices,
  contactGroups,
  longFields,
  sayContact,
  sayContactChoice,
  sayContactField,
  sayContactNote,
  sayFact,
  weekdays,
  type Checked,
  type ContactField,
  type ContactGroup,
  type ContactSettings,
} from '#service';
import type { StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';
import type { StaleField } from '../parts/stale.tsx';

export type ContactInput = {
  readonly name: ContactField;
  readonly label: string;
  readonly note: string | null;
  readonly value: string;
  readonly wrong: string | null;
  readonly kind: 'line' | 'lines' | { readonly choices: readonly { readonly value: string; readonly label: string }[] };
};

export type CheckedRow = {
  readonly fact: string;
  readonly label: string;
  readonly law: string;
  readonly standing: 'given' | 'missing' | 'optional';
  /** Where to say it. */
  readonly field: ContactField;
};

export type ContactView = {
  readonly frame: StaffFrame;
  readonly groups: readonly {
    readonly key: ContactGroup;
    readonly title: string;
    readonly fields: readonly ContactInput[];
  }[];
  readonly seen: string;
  readonly rows: readonly CheckedRow[];
  readonly missing: number;
  readonly country: string;
  readonly wrong: number;
  readonly stale: readonly StaleField[];
  readonly previewUrl: string;
};

type Given = {
  readonly frame: StaffFrame;
  readonly say: Say;
  readonly current: ContactSettings;
  readonly typed: ContactSettings;
  readonly checked: readonly Checked[];
  readonly wrong: ReadonlyMap<ContactField, string>;
  readonly stale: ContactView['stale'];
  readonly previewUrl: string;
};

export function contactView(given: Given): ContactView {
  const { frame, current, wrong } = given;
  const { language } = frame;
  const rows = given.checked.flatMap(({ fact, law, standing, field }) =>
    standing === 'free' ? [] : [{ fact, label: sayFact(language, fact), law, standing, field }],
  );
  return {
    frame,
    groups: contactGroups.map(({ key, fields }) => ({
      key,
      title: sayContact(language, `group.${key}`),
      fields: fields.map((field) => inputOf(given, field)),
    })),
    seen: JSON.stringify(current),
    rows: rows.toSorted((one, other) => order[one.standing] - order[other.standing]),
    missing: rows.filter(({ standing }) => standing === 'missing').length,
    country:
      current.country === ''
        ? ''
        : (new Intl.DisplayNames([language, 'en'], { type: 'region' }).of(current.country) ?? ''),
    wrong: wrong.size,
    stale: given.stale,
    previewUrl: given.previewUrl,
  };
}

/** What is missing stands first. */
const order = { missing: 0, optional: 1, given: 2 } as const;

const days: ReadonlySet<ContactField> = new Set(weekdays);

function inputOf({ frame, say, typed, wrong }: Given, field: ContactField): ContactInput {
  const { language } = frame;
  const note = sayContactNote(language, field);
  return {
    name: field,
    label: sayContactField(language, field),
    // The first day says how hours are written.
    note: days.has(field) && field !== 'mon' ? null : note,
    value: field === 'exceptions' ? spokenDays(typed[field], language) : typed[field],
    wrong: wrong.get(field) ?? null,
    kind: kindOf(field, (value) =>
      value === '' ? say('contact.choice.none') : sayContactChoice(language, field, value),
    ),
  };
}

/** A closed day in the reader's language; both are read. */
function spokenDays(text: string, language: string): string {
  return language === 'de' ? text.replaceAll(/ closed(?= #|$)/gm, ' geschlossen') : text;
}

function kindOf(field: ContactField, label: (value: string) => string): ContactInput['kind'] {
  const chosen = choices[field];
  if (chosen === undefined) return longFields.has(field) ? 'lines' : 'line';
  return { choices: ['', ...chosen].map((value) => ({ value, label: label(value) })) };
}
