/** How long rows are kept, in words that pages and exports say: `kept.<word>`. */
export const keptWords = ['until erased', '120 days', 'a moment'] as const;
export type KeptFor = (typeof keptWords)[number];

const others: Readonly<Record<string, KeptFor>> = {
  'mail.sent': '120 days',
  'mail.bounce': '120 days',
  'privacy.ledger_waiting': 'a moment',
};

/** How long the rows of a table are kept where nobody else says it. */
export function keptForOf(table: string): KeptFor {
  return others[table] ?? 'until erased';
}
