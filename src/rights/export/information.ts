import type { RecordActivity, RecordOfProcessing } from '../record/record.ts';
import { sayBasis, sayRecord, sayThirdCountries } from '../record/words.ts';
import type { Say, Word } from '../words.ts';

/** One thing that a person is told beside the data itself, in sentences. */
export type Told = { readonly article: string; readonly title: string; readonly lines: readonly string[] };

/**
 * What GDPR art. 15(1)(a) to (h) and (2) ask for beside the copy, from the record of processing as it stands: nobody writes
 * it a second time.
 */
export function informationOf(record: RecordOfProcessing, language: string, say: Say): readonly Told[] {
  const activities = record.activities.filter(({ about }) => about.includes('customers'));
  const told = (letter: string, title: Word, lines: readonly string[]): Told => ({
    article: letter === '' ? '' : `art. 15(1)(${letter})`,
    title: say(title),
    lines,
  });
  return [
    told('', 'information.controller', controllerLines(record)),
    told(
      'a',
      'information.purposes',
      activities.map((activity) => purposeLine(activity, language)),
    ),
    told('b', 'information.data', [listOf(unique(activities.flatMap(({ fields }) => fields)), language)]),
    told('c', 'information.recipients', [...recipientLines(activities, language), sayThirdCountries(language)]),
    told('d', 'information.kept', clockLines(activities, language, say)),
    told('e', 'information.rights', [say('information.rights.text')]),
    told('f', 'information.complaint', [say('information.complaint.text')]),
    told('g', 'information.source', [say('information.source.text')]),
    told('h', 'information.automated', [say('why.decisions')]),
  ];
}

function controllerLines({ controller }: RecordOfProcessing): readonly string[] {
  const { name, email, phone, url } = controller;
  return [name, email, phone, url].filter((one) => one !== null);
}

function purposeLine({ purpose, bases }: RecordActivity, language: string): string {
  return `${sayRecord(language, 'purpose', purpose)} (${bases.map((basis) => sayBasis(language, basis)).join(' · ')})`;
}

function listOf(fields: readonly string[], language: string): string {
  return fields.map((field) => sayRecord(language, 'field', field)).join(', ');
}

function recipientLines(activities: readonly RecordActivity[], language: string): readonly string[] {
  const word = (list: string, code: string, values = {}): string => sayRecord(language, list, code, values);
  const lines = activities.flatMap(({ recipients }) =>
    recipients.map(({ kind, names, fields, basis }) => {
      const who =
        names.length === 0 ? word('recipient', 'none_now', { kind: word('recipient', kind) }) : names.join(', ');
      return `${who} — ${listOf(fields, language)} (${sayBasis(language, basis)})`;
    }),
  );
  return lines.length === 0 ? [word('recipient', 'nobody')] : unique(lines);
}

function clockLines(activities: readonly RecordActivity[], language: string, say: Say): readonly string[] {
  const lines = activities.flatMap(({ clocks }) =>
    clocks.map(({ name, days, from }) => {
      const until = `${say('kept.days', { days })} ${sayRecord(language, 'from', from)}`;
      return `${sayRecord(language, 'clock', name)}: ${until}`;
    }),
  );
  return unique(lines);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
