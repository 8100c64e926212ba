import type { HeldEntry } from '../held/held.ts';
import type { Say } from '../words.ts';
import type { Whole } from './whole.ts';
import { zip, type ZipFile } from './zip.ts';

/** The mark tells spreadsheets that this is UTF-8. */
const mark = '\uFEFF';

/** Everything as tables: an archive with one CSV file (RFC 4180) for each table, and the proofs as files of their own. */
export function exportCsv(whole: Whole, say: Say): Buffer {
  const { held, ledger, receipts, madeAt, shop, information } = whole;
  const entries = held.categories.flatMap((category) => category.entries);
  const byTable = [...Map.groupBy(entries, (entry) => entry.table)];
  const files: ZipFile[] = [
    { name: 'README.txt', text: `${say('title')}\n${say('made', { time: madeAt.toString(), shop: shop.name })}\n` },
    { name: 'information.txt', text: `${information.map(toldText).join('\n\n')}\n` },
    ...byTable.map(([table, rows]) => ({ name: `${table}.csv`, text: tableOf(rows) })),
  ];
  if (ledger !== null) {
    const head = ['number', 'id', 'kind', 'index', 'shown', 'details', 'nonce', 'text'];
    const rows = ledger.entries.map((one) => [
      String(one.number),
      one.entryId,
      one.kind,
      one.index === null ? '' : String(one.index),
      JSON.stringify(one.shown),
      JSON.stringify(one.details),
      one.nonce,
      one.text,
    ]);
    files.push({ name: 'ledger/entries.csv', text: csv([head, ...rows]) });
    files.push({ name: 'ledger/policy.txt', text: ledger.policy });
    for (const { number, proof } of ledger.entries) {
      if (proof !== null) files.push({ name: `ledger/${number}.tlog-proof`, text: proof });
    }
  }
  for (const { consentId, receipt } of receipts) {
    if (receipt !== null) files.push({ name: `receipts/${consentId}.jws`, text: receipt });
  }
  return zip(files, madeAt);
}

function toldText({ article, title, lines }: Whole['information'][number]): string {
  return [article === '' ? title : `${title} (${article})`, ...lines].join('\n');
}

/** Rows of one table; a column that only some have is empty in the others. */
function tableOf(rows: readonly HeldEntry[]): string {
  const columns = [...new Set(rows.flatMap(({ items }) => items.map(({ column }) => column)))];
  const lines = rows.map(({ items, keptFor }) => {
    const cells = new Map(items.map(({ column, value, unreadable }) => [column, unreadable ? '(unreadable)' : value]));
    return [...columns.map((column) => cells.get(column) ?? ''), keptFor];
  });
  return csv([[...columns, 'kept_for'], ...lines]);
}

function csv(rows: readonly (readonly string[])[]): string {
  return `${mark}${rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')}`;
}

/** A spreadsheet must not take a stranger's text for a formula; a phone number or an amount is none. */
function cellOf(text: string): string {
  const isFormula = /^\s*[=@+\-＝＠＋－]/.test(text) && !/^[+-][\d\s()./-]*$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
