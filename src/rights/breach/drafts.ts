import { formatMoment } from '#kit/words';
import type { Shop } from '#orders';
import type { BreachState } from './desk.ts';
import { sayBreach, sayBreachCode, type BreachWord } from './words.ts';

/** A letter to be looked at, filled in and sent by somebody: what nobody but a human knows stands in square brackets. */
export type Draft = {
  readonly subject: string;
  readonly sections: readonly { readonly heading: string | null; readonly lines: readonly string[] }[];
};

type Writing = BreachState & { readonly language: string; readonly shops: readonly Shop[] };

/** @param language German or English; whatever else is asked for is answered in English */
export function draftsOf(
  state: BreachState,
  shops: readonly Shop[],
  language: string,
): { readonly authority: Draft; readonly customers: Draft } {
  const writing = { ...state, shops, language: language.toLowerCase().startsWith('de') ? 'de' : 'en' };
  return { authority: authorityDraft(writing), customers: customersDraft(writing) };
}

/** Text as it is pasted into a form or a mail. */
export function draftText({ subject, sections }: Draft): string {
  return [
    subject,
    ...sections.map(({ heading, lines }) => [...(heading === null ? [] : [heading]), ...lines].join('\n')),
  ].join('\n\n');
}

/** The same as a document of its own, without anything from elsewhere. */
export function draftHtml({ subject, sections }: Draft, language: string): string {
  const parts = sections.map(({ heading, lines }) =>
    [
      ...(heading === null ? [] : [`<h2>${escaped(heading)}</h2>`]),
      ...lines.map((line) => `<p>${escaped(line)}</p>`),
    ].join(''),
  );
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${escaped(subject)}</title><h1>${escaped(subject)}</h1>${parts.join('')}</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Times in UTC, which no change of clocks makes two of. */
function moment({ language }: Writing, at: Temporal.Instant): string {
  return formatMoment(language, at);
}

function blank({ language }: Writing, what: BreachWord): string {
  return sayBreach(language, 'blank', { what: sayBreach(language, what) });
}

function valuesOf(writing: Writing) {
  const { case: of, language, shops } = writing;
  return {
    from: moment(writing, of.from),
    until: moment(writing, of.until),
    aware: moment(writing, of.awareAt),
    suspect: sayBreachCode(language, 'suspect', of.suspect),
    shop: shops.map(({ name }) => name).join(', '),
  };
}

function authorityDraft(writing: Writing): Draft {
  const { case: of, language, assessment, affected, clock } = writing;
  const say = (word: BreachWord, values = {}): string => sayBreach(language, word, values);
  const values = valuesOf(writing);
  const found = of.steps[0]?.words ?? '';
  const late = of.steps.find(({ kind }) => kind === 'authority_told')?.words ?? '';
  const isLate = clock.state === 'late' || clock.state === 'told late';
  return {
    subject: say('authority.subject', values),
    sections: [
      {
        heading: say('authority.head.who'),
        lines: [values.shop, blank(writing, 'blank.controller'), blank(writing, 'blank.officer')],
      },
      {
        heading: say('authority.head.what'),
        lines: [
          say('authority.what', values),
          ...(found === '' ? [] : [say('authority.found', { found })]),
          blank(writing, 'blank.nature'),
        ],
      },
      {
        heading: say('authority.head.persons'),
        lines: [
          say('authority.persons', { count: affected.persons }),
          ...(affected.persons === 0 ? [] : [blank(writing, 'blank.records')]),
          ...categoryLines(writing),
        ],
      },
      {
        heading: say('authority.head.consequences'),
        lines: assessment.consequences.map((one) => sayBreachCode(language, 'consequence', one)),
      },
      {
        heading: say('authority.head.measures'),
        lines: measures(writing),
      },
      ...(isLate
        ? [{ heading: say('authority.head.late'), lines: [late === '' ? blank(writing, 'blank.late') : late] }]
        : []),
      { heading: null, lines: [say('authority.later')] },
    ],
  };
}

/** What was done by what the log says, and what keeps the data unreadable. */
function measures(writing: Writing): readonly string[] {
  const { language, assessment } = writing;
  return [
    sayBreach(language, 'authority.encrypted'),
    sayBreachCode(language, 'readable', readableWord(writing)),
    ...contained(writing),
    assessment.customers === 'judge'
      ? sayBreach(language, 'authority.customers.judge', { decision: blank(writing, 'blank.decision') })
      : sayBreachCode(language, 'customers', assessment.customers),
  ];
}

function contained(writing: Writing): readonly string[] {
  const told = writing.case.steps.filter(({ kind }) => kind === 'contained').map(({ words }) => words);
  return told.length === 0 ? [blank(writing, 'blank.measures')] : told;
}

function readableWord({ assessment }: Writing): 'yes' | 'no' | 'unknown' {
  if (assessment.isReadable === null) return 'unknown';
  return assessment.isReadable ? 'yes' : 'no';
}

function categoryLines({ assessment, language }: Writing): readonly string[] {
  if (assessment.categories.length === 0) return [sayBreach(language, 'authority.no_category')];
  return assessment.categories.map(({ field, as }) =>
    sayBreach(language, 'authority.category', {
      field: sayBreachCode(language, 'field', field),
      as: sayBreachCode(language, 'as', as),
    }),
  );
}

function customersDraft(writing: Writing): Draft {
  const { language, assessment, shops } = writing;
  const say = (word: BreachWord, values = {}): string => sayBreach(language, word, values);
  const values = valuesOf(writing);
  const fields = assessment.categories.map(({ field }) => sayBreachCode(language, 'field', field));
  const advice = assessment.consequences.flatMap((one) =>
    one === 'fraud' || one === 'forged_mail'
      ? [say('customers.you.fraud')]
      : one === 'parcel'
        ? [say('customers.you.parcel')]
        : [],
  );
  return {
    subject: say('customers.subject', values),
    sections: [
      {
        heading: null,
        lines: [
          say('customers.hello'),
          say('customers.what', values),
          blank(writing, 'blank.nature'),
          ...(fields.length === 0 ? [] : [say('customers.fields', { fields: fields.join(', ') })]),
          ...(assessment.isReadable === false && fields.length > 0 ? [say('customers.encrypted')] : []),
        ],
      },
      {
        heading: say('customers.head.consequences'),
        lines: assessment.consequences.map((one) => sayBreachCode(language, 'consequence', one)),
      },
      {
        heading: say('customers.head.measures'),
        lines: contained(writing),
      },
      { heading: say('customers.head.you'), lines: [...advice, blank(writing, 'blank.advice')] },
      {
        heading: say('customers.head.contact'),
        lines: [
          ...shops.flatMap(({ face }) =>
            face.contact.email === null ? [] : [say('customers.contact', { email: face.contact.email })],
          ),
          blank(writing, 'blank.officer'),
        ],
      },
      { heading: null, lines: [say('customers.bye', values)] },
    ],
  };
}
