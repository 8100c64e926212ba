import type { ToldFact } from '#notices';
import type { HeldCategory } from '#rights';
import type { Say, TrackingWord } from '../words.ts';

import { maskOf, readableOf } from './mask.ts';
import { fieldLabel } from './recipients.ts';
import type { HeldLine, HeldView } from './view.ts';

const valuesMax = 5;
const valueLengthMax = 200;

/** What the page counts instead of showing: it stands elsewhere on the customer's pages, and whole in the download. */
const counted: ReadonlySet<string> = new Set(['scan', 'message', 'consent_words']);

const headings = ['person', 'orders', 'parcels', 'messages', 'decisions', 'consents', 'disclosures', 'proofs'] as const;

/** What is held, each kind once, masked unless the page is open. */
export function heldViewsOf(say: Say, categories: readonly HeldCategory[], isOpen: boolean): readonly HeldView[] {
  return categories.flatMap(({ heading, entries }) => {
    const known = headings.find((one) => one === heading);
    if (known === undefined || entries.length === 0) return [];
    return [
      {
        heading: say(`data.heading.${known}`),
        why: say(`data.why.${known}`),
        kept: [...new Set(entries.map(({ keptFor }) => keptOf(say, keptFor)))].slice(0, valuesMax),
        count: entries.length,
        lines: linesOf(say, entries, isOpen),
      },
    ];
  });
}

function linesOf(say: Say, entries: HeldCategory['entries'], isOpen: boolean): readonly HeldLine[] {
  const byField = new Map<string, Set<string>>();
  for (const { field, value, unreadable } of entries.flatMap(({ items }) => items)) {
    if (field === null || counted.has(field) || (value === null && !unreadable)) continue;
    const values = byField.get(field) ?? new Set();
    byField.set(field, values.add(value === null ? say('data.held.unreadable') : shownOf(field, value, isOpen)));
  }
  return [...byField].map(([field, values]) => ({
    label: fieldLabel(say, field),
    values: [...values].slice(0, valuesMax),
    more: Math.max(0, values.size - valuesMax),
  }));
}

function shownOf(field: string, value: string, isOpen: boolean): string {
  const text = isOpen ? readableOf(field, value) : maskOf(field, value);
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)} …` : text;
}

function keptOf(say: Say, keptFor: string): string {
  const days = /^(\d{1,5}) days$/.exec(keptFor)?.[1];
  if (days !== undefined) return say('data.kept.days', { days });
  if (keptFor === 'until erased') return say('data.kept.until_erased');
  return keptFor === 'a moment' ? say('data.kept.moment') : say('data.kept.other', { clock: keptFor });
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
