import { harmless } from '#shops';
import { statements } from '../store.ts';
import type { Reason, Refused } from './check-draft.ts';
import type { ImportRow, ImportsNeeds, Sealed } from './kept-import.ts';

/** So many refused orders of an import are kept with their rows. */
export const refusedKeptMax = 10_000;
const charactersPerOrderMax = 64 * 1024;
const reportCharactersMax = 16 * 1024 * 1024;

type Kept = Pick<Refused, 'reasons'> & {
  readonly rows: readonly (readonly [line: number, cells: readonly string[]])[];
};

/** In the language of whoever reads it. */
export type ReportWords = {
  readonly line: string;
  readonly reason: string;
  readonly why: (reason: Reason) => string;
};

/** What is kept of a refused order, as text to be sealed. */
export function keptOf({ lines, reasons, rows }: Refused): string {
  const whole: Kept = { reasons, rows: rows.map(({ line, cells }) => [line, cells]) };
  const text = JSON.stringify(whole);
  return text.length <= charactersPerOrderMax ? text : JSON.stringify({ reasons, rows: [[lines.first, []]] });
}

/** The refused rows with their lines and reasons before what stood in them; no cell of it is a formula. */
export async function refusedReport(
  { database, privacy }: Pick<ImportsNeeds, 'database' | 'privacy'>,
  { importId, shopId }: ImportRow,
  { columns, separator }: Sealed,
  words: ReportWords,
): Promise<string> {
  const rowOf = (cells: readonly string[]): string => `${cells.map(harmless).join(separator)}\r\n`;
  // The mark tells spreadsheets that this is UTF-8.
  let report = `\uFEFF${rowOf([words.line, words.reason, ...columns])}`;
  for (let place = 0; report.length < reportCharactersMax;) {
    const rows = await database.rows<{ place: number; sealed: Buffer }>(statements.refusals, [importId, place]);
    for (const row of rows) {
      const bound = `api.import_refusal|${importId}|${row.place}`;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by `keptOf`, and nobody else can
      const kept = JSON.parse(privacy.openForShop(shopId, 'imports', row.sealed, bound)) as Kept;
      const why = kept.reasons.map(words.why).join(' ');
      report += kept.rows.map(([line, cells]) => rowOf([String(line), why, ...cells])).join('');
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    place = last.place;
  }
  return report;
}
