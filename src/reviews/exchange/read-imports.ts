import { openCsv, type CsvRow } from '#shops';

/** A review from elsewhere. Who wrote it is not read: nobody here can answer for that. */
export type ForeignReview = {
  readonly writtenOn: Temporal.PlainDate;
  readonly stars: number;
  readonly sku: string | null;
  readonly title: string;
  readonly text: string;
};

/** Why a row is not taken; `line` as an editor counts. */
export type RowError = {
  readonly line: number;
  readonly code: 'stars' | 'date' | 'long' | 'columns' | 'rows' | 'errors' | 'quote' | 'length';
  readonly message: string;
};

export type ImportsRead = { readonly rows: readonly ForeignReview[]; readonly errors: readonly RowError[] };

const importRowsMax = 5_000;
const errorsMax = 200;
const titleCharactersMax = 300;
const textCharactersMax = 10_000;
const skuCharactersMax = 100;

/** How others name them: in lower case, with spaces, without what stands in brackets. */
const names = {
  stars: ['stars', 'rating', 'score', 'sterne', 'bewertung', 'review rating', 'review score', 'star rating', 'note'],
  date: [
    'date',
    'published at',
    'written on',
    'created at',
    'created',
    'submitted at',
    'datum',
    'bewertungsdatum',
    'review date',
    'review created',
    'review created at',
  ],
  title: ['title', 'titel', 'review title', 'headline', 'überschrift', 'betreff'],
  text: [
    'text',
    'content',
    'review',
    'comment',
    'kommentar',
    'review content',
    'review text',
    'body',
    'bewertungstext',
  ],
  sku: ['sku', 'product sku', 'artikelnummer', 'product id'],
} as const;
type Columns = Readonly<Record<keyof typeof names, number>>;

const messages: Readonly<Record<RowError['code'], string>> = {
  stars: 'The stars must be a whole number from 1 to 5.',
  date: 'The date must be one such as 2026-11-29 or 29.11.2026, and none to come.',
  long: 'The title may have 300 characters, the text 10,000, the SKU 100.',
  columns:
    'There must be a column "stars" (or "rating", "sterne", "bewertung") and a column "date" (or "created at", "datum").',
  rows: `At most ${importRowsMax} rows at once: send the rest as another file.`,
  errors: `More than ${errorsMax} rows cannot be read: nothing from this line on was read.`,
  quote: 'A quotation mark is not closed: nothing after this line was read.',
  length: 'A row is too long: nothing after this line was read.',
};

/** Reads a CSV file of reviews; total: each row is a review or an error with its line. */
export async function readImports(bytes: AsyncIterable<Uint8Array>, now: Temporal.Instant): Promise<ImportsRead> {
  // Wherever it is tomorrow already, somebody may have written today.
  const lastDay = now.add({ hours: 24 }).toZonedDateTimeISO('UTC').toPlainDate();
  const file = await openCsv(bytes);
  const columns = columnsIn(file.columns);
  if (columns.stars < 0 || columns.date < 0) return { rows: [], errors: [errorAt(1, 'columns')] };
  const rows: ForeignReview[] = [];
  const errors: RowError[] = [];
  for await (const row of file.rows) {
    if ('end' in row) {
      errors.push(errorAt(row.line, row.end));
      break;
    }
    if (row.cells.every((cell) => cell.trim() === '')) continue;
    if (rows.length >= importRowsMax || errors.length >= errorsMax) {
      errors.push(errorAt(row.line, rows.length >= importRowsMax ? 'rows' : 'errors'));
      break;
    }
    const read = readRow(row, columns, lastDay);
    if ('code' in read) errors.push(read);
    else rows.push(read);
  }
  return { rows, errors };
}

function errorAt(line: number, code: RowError['code']): RowError {
  return { line, code, message: messages[code] };
}

function columnsIn(columns: readonly string[]): Columns {
  const given = columns.map(plain);
  const placeOf = (known: readonly string[]): number => given.findIndex((column) => known.includes(column));
  return {
    stars: placeOf(names.stars),
    date: placeOf(names.date),
    title: placeOf(names.title),
    // An export of ours has the id in `review`, and the words in `text`.
    text: given.includes('text') ? given.indexOf('text') : placeOf(names.text),
    sku: placeOf(names.sku),
  };
}

/** `Review Created (UTC)` and `review_created` are the same to whoever exports them. */
function plain(column: string): string {
  const [name = ''] = column.split('(');
  return name
    .replaceAll(/[\s_-]+/gu, ' ')
    .trim()
    .toLowerCase();
}

function readRow({ line, cells }: CsvRow, columns: Columns, lastDay: Temporal.PlainDate): ForeignReview | RowError {
  const cellOf = (name: keyof Columns): string => meant(cells[columns[name]] ?? '');
  const stars = /^[1-5](?:[.,]0+)?$/.test(cellOf('stars')) ? Number(cellOf('stars').charAt(0)) : null;
  if (stars === null) return errorAt(line, 'stars');
  const writtenOn = dateIn(cellOf('date'));
  if (writtenOn === null || Temporal.PlainDate.compare(writtenOn, lastDay) > 0) return errorAt(line, 'date');
  const [title, text, sku] = [cellOf('title'), cellOf('text'), cellOf('sku')];
  const isLong = title.length > titleCharactersMax || text.length > textCharactersMax || sku.length > skuCharactersMax;
  return isLong ? errorAt(line, 'long') : { writtenOn, stars, title, text, sku: sku === '' ? null : sku };
}

/** Without the sign that keeps a spreadsheet from taking a text for a formula, and without what no text has. */
function meant(cell: string): string {
  const text = /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
  return text.replaceAll('\0', '').toWellFormed().trim();
}

/** A day in ISO 8601, with or without a time behind it, or as it is written in German. */
function dateIn(text: string): Temporal.PlainDate | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].{0,40})?$/.exec(text) ?? [];
  const [, germanDay, germanMonth, germanYear] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  const parts = {
    year: Number(year ?? germanYear),
    month: Number(month ?? germanMonth),
    day: Number(day ?? germanDay),
  };
  if (!Object.values(parts).every((part) => part > 0)) return null;
  try {
    return Temporal.PlainDate.from(parts, { overflow: 'reject' });
  } catch {
    return null;
  }
}
