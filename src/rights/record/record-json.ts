import type { RecordOfProcessing } from './record.ts';
import { otherPlaces, sayBasis, sayMeasure, sayRecord, sayThirdCountries } from './words.ts';

/** The record as programs read it: codes, and sentences in one language. */
export function recordJson(record: RecordOfProcessing, language: string) {
  const say = (list: string, code: string): string => sayRecord(language, list, code);
  return {
    made_at: record.madeAt.round('second').toString(),
    language,
    controller: record.controller,
    activities: record.activities.map(({ purpose, bases, about, fields, tables, recipients, clocks }) => ({
      purpose,
      said: say('purpose', purpose),
      bases: bases.map((basis) => ({ basis, said: sayBasis(language, basis) })),
      persons: about.map((code) => ({ code, said: say('about', code) })),
      data: fields.map((field) => ({ field, said: say('field', field) })),
      tables,
      recipients: recipients.map(({ kind, names, fields: going, basis, sources }) => ({
        kind,
        said: say('recipient', kind),
        names,
        fields: going,
        basis,
        sources,
      })),
      kept: clocks.map(({ name, days, from }) => ({
        clock: name,
        said: say('clock', name),
        days,
        from: say('from', from),
      })),
    })),
    third_countries: sayThirdCountries(language),
    measures: record.measures.map((measure) => ({ measure: measure.measure, said: sayMeasure(language, measure) })),
    clocks: record.clocks.map(({ name, days, houseDays, isOwn, from, limits, source }) => ({
      clock: name,
      said: say('clock', name),
      days,
      house_days: houseDays,
      own: isOwn,
      from: say('from', from),
      at_least: limits?.atLeast ?? null,
      at_most: limits?.atMost ?? null,
      source,
      why: say('source', name),
    })),
    other_places: otherPlaces.map((place) => ({ place, said: say('place', place) })),
    columns: record.columns.map(({ table, column, holds, about, purposes, basis, recipients, keptFor, as }) => ({
      table,
      column,
      holds,
      about,
      purposes,
      basis,
      recipients,
      kept_for: keptFor,
      kept_as: as,
    })),
  };
}
