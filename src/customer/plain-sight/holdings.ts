import type { ToldFact } from '#notices';
import type { HeldCategory } from '#rights';
import type { Say, TrackingWord } from '../words.ts';

import { maskOf, readableOf } from './mask.ts';
import { fieldLabel } from './recipients.ts';
import type { HeldLine, HeldView } from './view.ts';

const valuesMax = 5;
const valueLengthMax = 160;

/** What the page counts instead of showing: it stands elsewhere on the customer's pages, and whole in the download. */
const counted: ReadonlySet<string> = new Set(['scan', 'message', 'consent_words']);

/** What is held, each kind once; masked for the order of a link, whole for none, when the page is open. */
export function heldViewsOf(
  say: Say,
  categories: readonly HeldCategory[],
  linkOrderId: string | null,
): readonly HeldView[] {
  const show = linkOrderId === null ? readable : maskedFor(categories, linkOrderId);
  return categories.flatMap(({ heading, entries }) => {
    if (entries.length === 0) return [];
    return [
      {
        heading: say(`data.heading.${heading}`),
        why: say(`data.why.${heading}`),
        kept: keptOf(say, new Set(entries.map(({ keptFor }) => keptFor))),
        count: entries.length,
        lines: linesOf(say, entries, show),
      },
    ];
  });
}

type Entry = HeldCategory['entries'][number];
/** How a value is shown on this page. */
type Show = (field: string, value: string, entry: Entry) => string;

const readable: Show = (field, value) => readableOf(field, value);

/** Masked, but for the numbers that the link's own page shows: of its order and of the parcels in it. */
function maskedFor(categories: readonly HeldCategory[], orderId: string): Show {
  const entries = categories.flatMap((category) => category.entries);
  const ofOrder = entries.filter((entry) => columnOf(entry, 'order_id') === orderId);
  const parcelIds = new Set(ofOrder.flatMap((entry) => columnOf(entry, 'parcel_id') ?? []));
  return (field, value, entry) =>
    maskOf(field, value, columnOf(entry, 'order_id') === orderId || parcelIds.has(columnOf(entry, 'parcel_id') ?? ''));
}

function columnOf({ items }: Entry, name: string): string | null {
  return items.find(({ column }) => column === name)?.value ?? null;
}

function linesOf(say: Say, entries: HeldCategory['entries'], show: Show): readonly HeldLine[] {
  const byField = new Map<string, Set<string>>();
  for (const entry of entries) {
    for (const { field, value, unreadable } of entry.items) {
      if (field === null || counted.has(field) || (value === null && !unreadable)) continue;
      const values = byField.get(field) ?? new Set();
      byField.set(field, values.add(value === null ? say('data.held.unreadable') : cut(show(field, value, entry))));
    }
  }
  return [...byField].map(([field, values]) => ({
    label: fieldLabel(say, field),
    values: [...values].slice(0, valuesMax),
    more: Math.max(0, values.size - valuesMax),
  }));
}

function cut(text: string): string {
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)} …` : text;
}

/** Of what goes by days, the longest: nobody plans by the days of each row. */
function keptOf(say: Say, clocks: ReadonlySet<string>): readonly string[] {
  const days = [...clocks].flatMap((clock) => /^(\d{1,5}) days$/.exec(clock)?.[1] ?? []).map(Number);
  return [
    ...(clocks.has('until erased') ? [say('data.kept.until_erased')] : []),
    ...(days.length > 0 ? [longestOf(say, Math.max(...days))] : []),
    ...(clocks.size === 1 && clocks.has('a moment') ? [say('data.kept.moment')] : []),
  ];
}

const daysOf = { year: 365.25, month: 30.44 };

/** In the largest unit that says it without a rest worth speaking of. */
function longestOf(say: Say, days: number): string {
  const years = Math.round(days / daysOf.year);
  if (years >= 1 && Math.abs(days - years * daysOf.year) < 2) return say('data.kept.years', { count: years });
  if (days >= 60) return say('data.kept.months', { count: Math.round(days / daysOf.month) });
  return say('data.kept.days', { count: days });
}

type Decided = Extract<TrackingWord, `data.decided.${'told' | 'waiting' | 'old' | 'overtaken' | 'undone' | 'unsent'}`>;

/** What the program decided about telling, in one line for each verdict. */
export function decidedOf(say: Say, told: readonly ToldFact[]): readonly string[] {
  const byWord = Map.groupBy(told, wordOf);
  const order: readonly Decided[] = [
    'data.decided.told',
    'data.decided.waiting',
    'data.decided.old',
    'data.decided.overtaken',
    'data.decided.undone',
    'data.decided.unsent',
  ];
  return order.flatMap((word) => {
    const count = byWord.get(word)?.length ?? 0;
    return count === 0 ? [] : [say(word, { count })];
  });
}

function wordOf({ verdict, outcome }: ToldFact): Decided {
  if (verdict === 'old') return 'data.decided.old';
  if (verdict === 'overtaken' || verdict === 'passed') return 'data.decided.overtaken';
  if (verdict === 'withdrawn' || verdict === 'corrected') return 'data.decided.undone';
  if (outcome === null) return 'data.decided.waiting';
  return outcome === 'sent' ? 'data.decided.told' : 'data.decided.unsent';
}
