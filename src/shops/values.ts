/** A price in the smallest unit of its currency, or why it is none. */
export type NoPrice = 'no_price' | 'unclear_price';

const digits = new Map<string, number>();

/** How many decimals a currency has (ISO 4217, as ICU knows it); 2 for what is no currency. */
function decimalsOf(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    known = 2;
    if (/^[A-Z]{3}$/.test(currency)) {
      known = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    }
    if (digits.size < 1_000) digits.set(currency, known);
  }
  return known;
}

/** `1.234,50 €` or `1,234.50`. Where `1.234` could be either, the mapping must say which sign is the decimal one. */
export function readPrice(cell: string, decimal: 'comma' | 'point' | null, currency: string): number | NoPrice {
  const text = cell.replaceAll(/[\s'\u2019\u00a0\u202f]|[A-Za-z]{3}|\p{Sc}/gu, '');
  if (!/^-?\d[\d.,]*$/.test(text)) return 'no_price';
  const mark = decimal === null ? markOf(text) : marks[decimal];
  if (mark === 'unclear') return 'unclear_price';
  const groups = mark === 'none' ? [text.replaceAll(/[.,]/g, '')] : text.split(mark);
  const [whole = '', part = ''] = groups;
  if (groups.length > 2 || /[.,]/.test(part)) return 'no_price';
  const decimals = decimalsOf(currency);
  if (part.slice(decimals).replaceAll('0', '') !== '') return roundedOf(whole, part, decimals);
  return Number(`${whole.replaceAll(/[.,]/g, '')}${part.slice(0, decimals).padEnd(decimals, '0')}`);
}

const marks = { comma: ',', point: '.' } as const;

/** Shop systems keep net prices with four decimals and more. */
function roundedOf(whole: string, part: string, decimals: number): number {
  return Math.round(Number(`${whole.replaceAll(/[.,]/g, '')}.${part}`) * 10 ** decimals);
}

function markOf(text: string): ',' | '.' | 'none' | 'unclear' {
  const found = text.replaceAll(/[^.,]/g, '');
  if (found === '') return 'none';
  const last = found.endsWith(',') ? ',' : '.';
  if (found.includes(',') && found.includes('.')) return last;
  if (found.length > 1) return 'none';
  const [whole, part] = text.split(last);
  return part?.length === 3 && whole !== '0' ? 'unclear' : last;
}

/** A whole number, also as `2.0`; null when it is none. */
export function readWhole(cell: string): number | null {
  const [, whole] = /^(\d{1,9})(?:[.,]0*)?$/.exec(cell.trim()) ?? [];
  return whole === undefined ? null : Number(whole);
}

const yes = /^(?:1|y|yes|true|ja|j|wahr|x|accepted|granted)$/i;

export function isYes(cell: string): boolean {
  return yes.test(cell.trim());
}

let countries: ReadonlyMap<string, string> | null = null;

/** The code of a country that is written by its name in German or English; what is unknown stays as it is. */
export function countryOf(cell: string): string {
  if (/^[A-Za-z]{2}$/.test(cell)) return cell;
  countries ??= countryNames();
  return countries.get(cell.normalize('NFKC').trim().toLowerCase()) ?? cell;
}

function countryNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>([
    ['uk', 'GB'],
    ['england', 'GB'],
    ['usa', 'US'],
    ['brd', 'DE'],
    ['holland', 'NL'],
  ]);
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  for (const language of ['en', 'de']) {
    const shown = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
      // Codes of countries that are no more are shown under the name of what came after them.
      const isToday = new Intl.Locale(`und-${code}`).region === code;
      const name = isToday ? shown.of(code) : undefined;
      if (name !== undefined && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), code);
    }
  }
  return names;
}

/** Several numbers in one cell, as shop systems write them when an order left in several parcels. */
export function numbersIn(cell: string): readonly string[] {
  return cell
    .split(/[,;|\r\n]+/)
    .map((number) => number.trim())
    .filter((number) => number !== '');
}

/**
 * A cell as it was meant. A spreadsheet's sign for "this is text" stands before what would else be a formula: it belongs
 * to the file, not to the value.
 */
export function meantBy(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1).trim() : cell.trim();
}

/** A cell that no spreadsheet takes for a formula. `meantBy` takes the sign away again. */
export function harmless(cell: string): string {
  const text = /^[\s]*[=+\-@]/.test(cell) ? `'${cell.trimStart()}` : cell;
  return /["\r\n,;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
