import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { decodeText, type Encoding } from './decode.ts';

export type Separator = ',' | ';' | '\t' | '|';

/** One row of the file; `line` is where it begins, as an editor counts. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/** Why reading ended before the file did; everything before this line was read. */
export type CsvEnd = { readonly line: number; readonly end: 'quote' | 'length' | 'columns' | 'rows' };

export type CsvFile = {
  readonly encoding: () => Encoding;
  readonly separator: Separator;
  /** Names of the columns: those of the first row, a number behind what stands there twice. */
  readonly columns: readonly string[];
  /** To be read once. Never throws over what stands in the file; an end that came early is the last that it gives. */
  readonly rows: AsyncIterable<CsvRow | CsvEnd>;
};

const rowCharactersMax = 256 * 1024;
const columnsMax = 500;
const rowsMax = 2_000_000;
const sniffedCharacters = 64 * 1024;
const columnNameCharactersMax = 200;

const separators: readonly Separator[] = [';', '\t', ',', '|'];
const separatorLine = /^sep=([,;\t|])(?:\r\n|\r|\n)/i;

/** Reads a CSV file as it comes. `separator` is recognised by the first row when nobody says it. */
export async function openCsv(bytes: AsyncIterable<Uint8Array>, said: Separator | null = null): Promise<CsvFile> {
  const { encoding, text } = decodeText(bytes);
  const { head, rest } = await headOf(text);
  const [line = '', named] = separatorLine.exec(head) ?? [];
  const separator = said ?? separators.find((one) => one === named) ?? sniff(head);
  const rows = readRows(joined(head.slice(line.length), rest), separator, line === '' ? 1 : 2);
  const first = await rows.next();
  if (first.done === true) return { encoding, separator, columns: [], rows };
  if ('end' in first.value) return { encoding, separator, columns: [], rows: only(first.value) };
  return { encoding, separator, columns: columnNames(first.value.cells), rows };
}

/** Enough of the text to see its first row; the rest is not read yet. */
async function headOf(
  text: AsyncIterable<string>,
): Promise<{ readonly head: string; readonly rest: AsyncIterator<string> }> {
  const rest = text[Symbol.asyncIterator]();
  let head = '';
  while (head.length < sniffedCharacters) {
    const next = await rest.next();
    if (next.done === true) break;
    head += next.value;
  }
  return { head, rest };
}

async function* joined(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* only(end: CsvRow | CsvEnd): AsyncGenerator<CsvRow | CsvEnd> {
  yield end;
}

const ends: Readonly<Record<string, CsvEnd['end']>> = {
  CSV_QUOTE_NOT_CLOSED: 'quote',
  CSV_MAX_RECORD_SIZE: 'length',
};

async function* readRows(
  text: AsyncIterable<string>,
  separator: Separator,
  from: number,
): AsyncGenerator<CsvRow | CsvEnd> {
  let code: string | null = null;
  const parser = parse({
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: rowCharactersMax,
    // An error would drop the rows that were read before it and not yet asked for; one that is skipped does not.
    skip_records_with_error: true,
    on_skip: (error) => {
      code ??= error?.code ?? 'unknown';
      return undefined;
    },
  });
  takeAnyLength(parser);
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let line = from;
  let count = 0;
  try {
    for await (const record of parser) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without `columns`, records are lists of texts
      const cells = record as readonly string[];
      count += 1;
      const end = tooMany(cells, count);
      if (end !== null) {
        yield { line, end };
        return;
      }
      const begins = line;
      line += 1 + cells.reduce((sum, cell) => sum + breaksIn(cell), 0);
      if (cells.some((cell) => cell.trim() !== '')) yield { line: begins, cells };
    }
    if (code !== null) yield { line, end: ends[code] ?? 'quote' };
  } finally {
    source.destroy();
  }
}

/**
 * Rows may be of any length here. The parser makes an error for each that is not as long as the first, also where it is
 * told to let it pass, and that takes thirty times as long as the row: so every row is as long as it expects.
 */
function takeAnyLength(parser: object): void {
  const state: unknown = Reflect.get(Object(Reflect.get(parser, 'api')), 'state');
  if (typeof state !== 'object' || state === null || !('record' in state)) return;
  Object.defineProperty(state, 'expectedRecordLength', {
    get: () => (Array.isArray(state.record) ? state.record.length : 0),
    set: () => {},
  });
}

function tooMany(cells: readonly string[], count: number): 'columns' | 'rows' | null {
  if (cells.length > columnsMax) return 'columns';
  return count > rowsMax ? 'rows' : null;
}

/** Line breaks inside a cell, however they are written. */
function breaksIn(cell: string): number {
  if (!cell.includes('\n') && !cell.includes('\r')) return 0;
  return cell.split(/\r\n|\r|\n/).length - 1;
}

/** What separates the cells of the first row: whichever stands there most often outside quotes. */
function sniff(head: string): Separator {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const letter of head.trimStart()) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '\n' || letter === '\r')) break;
    else if (!quoted) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  const most = Math.max(...separators.map((one) => counts.get(one) ?? 0));
  return separators.find((one) => most > 0 && counts.get(one) === most) ?? ',';
}

function columnNames(cells: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, place) => {
    const name = cell.trim().slice(0, columnNameCharactersMax) || `column ${place + 1}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}
