import { z } from 'zod';
import { breachBody, readBreach, type OpenedBreach } from '#rights';

/** Where the shop's people sit: a form tells the time by the clock on the wall. */
const homeZone = 'Europe/Berlin';
const localTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/);

/** What stood in the form, to stand there again. */
export type BreachDraft = Readonly<
  Record<'suspect' | 'key_id' | 'tables' | 'from' | 'until' | 'aware_at' | 'keyring' | 'found', string>
> & { readonly everywhere: boolean };

export function draftIn(form: URLSearchParams): BreachDraft {
  const of = (name: string): string => (form.get(name) ?? '').trim();
  return {
    suspect: of('suspect'),
    key_id: of('key_id'),
    tables: of('tables'),
    from: of('from'),
    until: of('until'),
    aware_at: of('aware_at'),
    keyring: of('keyring'),
    found: of('found'),
    everywhere: form.get('everywhere') === 'yes',
  };
}

function local(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO(homeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
}

export function emptyDraft(now: Temporal.Instant): BreachDraft {
  const window = { from: local(now.subtract({ hours: 24 })), until: local(now), aware_at: local(now) };
  return { suspect: 'unknown', key_id: '', tables: '', keyring: 'unknown', found: '', everywhere: false, ...window };
}

/** Null when a time is none, or when what was said does not make a case. @throws Fault('invalid') that says what is missing */
export function readDraft(draft: BreachDraft, shopId: string, now: Temporal.Instant): OpenedBreach | null {
  const times = [draft.from, draft.until, draft.aware_at].map((text) => instantOf(text));
  const [from, until, aware] = times;
  if (from == null || until == null || aware == null) return null;
  const body = breachBody.safeParse({
    suspect: draft.suspect,
    key_id: draft.key_id === '' ? null : draft.key_id,
    tables: draft.tables.split(/[\s,]+/).filter((table) => table !== ''),
    from: from.toString(),
    until: until.toString(),
    aware_at: (Temporal.Instant.compare(aware, now) > 0 ? now : aware).toString(),
    keyring: draft.keyring,
    found: draft.found,
  });
  return body.success ? readBreach(body.data, draft.everywhere ? null : shopId, now) : null;
}

function instantOf(text: string): Temporal.Instant | null {
  if (!localTime.safeParse(text).success) return null;
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(homeZone).toInstant();
  } catch {
    return null;
  }
}
