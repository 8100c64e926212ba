import type { CsvEnd, CsvRow } from './read-csv.ts';
import { consentDetails, type Mapping, type MomentSource, type PriceSource, type Source } from './mapping.ts';
import { readMoment } from './times.ts';
import { countryOf, isYes, meantBy, numbersIn, readPrice, readWhole } from './values.ts';

/** What is wrong with a field: `field` is named as in the mapping, `code` is for words, `message` says it in English. */
export type Wrong = { readonly field: string; readonly code: string; readonly message: string };

/** An order as the file has it: `body` is meant to be the body of `PUT /v1/orders/{number}`, and is not checked yet. */
export type OrderDraft = {
  readonly number: string;
  /** Lines of the file; the rows between them are this order's. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly rows: readonly CsvRow[];
  readonly body: Readonly<Record<string, unknown>>;
  /** What could not even be turned into a body. */
  readonly wrong: readonly Wrong[];
};

/** Rows of one order that stand together; more are not read as one. */
const rowsPerOrderMax = 1_000;
const ordersPerFileMax = 1_000_000;
const wrongMax = 20;

const messages = {
  no_time: 'Is no time in the expected form.',
  no_zone: 'Has no offset; say the time zone in the mapping.',
  no_price: 'Is no price.',
  unclear_price: 'Could mean two prices; say in the mapping whether the comma or the point is decimal.',
  no_quantity: 'Is no whole number.',
  disagree: 'The rows of this order say different things.',
  unreadable: 'Holds letters that could not be read in the encoding of this file.',
  again: 'This order stood further above in the file already; rows of one order must stand together.',
  too_many_rows: `An order has at most ${rowsPerOrderMax} rows.`,
  too_many_orders: `A file has at most ${ordersPerFileMax} orders; split it.`,
  missing: 'Is missing.',
} as const;

function wrongOf(field: string, code: keyof typeof messages): Wrong {
  return { field, code, message: messages[code] };
}

type Read = {
  readonly columns: ReadonlyMap<string, number>;
  readonly mapping: Mapping;
};

/** Rows in, orders out: those of one order that stand together are one. An early end of the file is handed on. */
export async function* readDrafts(
  rows: AsyncIterable<CsvRow | CsvEnd>,
  columns: readonly string[],
  mapping: Mapping,
): AsyncGenerator<OrderDraft | CsvEnd> {
  const read: Read = { mapping, columns: new Map(columns.map((name, place) => [name, place])) };
  const seen = new Set<string>();
  let group: CsvRow[] = [];
  let number = '';
  for await (const row of rows) {
    if ('end' in row) {
      if (group.length > 0) yield draftOf(read, number, group, seen);
      yield row;
      return;
    }
    const next = cellOf(read, row, mapping.order_number);
    if (group.length > 0 && next !== '' && sameNumber(next) === sameNumber(number) && group.length <= rowsPerOrderMax) {
      group.push(row);
      continue;
    }
    if (group.length > 0) yield draftOf(read, number, group, seen);
    group = [row];
    number = next;
  }
  if (group.length > 0) yield draftOf(read, number, group, seen);
}

function sameNumber(number: string): string {
  return number.normalize('NFKC').replaceAll(/\s+/g, ' ').toUpperCase();
}

function draftOf(read: Read, number: string, rows: readonly CsvRow[], seen: Set<string>): OrderDraft {
  const wrong = wrongRows(number, rows, seen);
  const body = wrong.length === 0 ? bodyOf(read, rows, wrong) : {};
  const last = rows.at(-1)?.line ?? 0;
  return { number, lines: { first: rows[0]?.line ?? 0, last }, rows, body, wrong: wrong.slice(0, wrongMax) };
}

/** What is wrong with these rows before they are looked at field by field. */
function wrongRows(number: string, rows: readonly CsvRow[], seen: Set<string>): Wrong[] {
  const field = 'order_number';
  const name = sameNumber(number);
  if (number === '') return [wrongOf(field, 'missing')];
  if (seen.has(name)) return [wrongOf(field, 'again')];
  if (seen.size >= ordersPerFileMax) return [wrongOf(field, 'too_many_orders')];
  seen.add(name);
  if (rows.length > rowsPerOrderMax) return [wrongOf(field, 'too_many_rows')];
  const isUnreadable = rows.some(({ cells }) => cells.some((cell) => cell.includes('\uFFFD')));
  return isUnreadable ? [wrongOf(field, 'unreadable')] : [];
}

function bodyOf(read: Read, rows: readonly CsvRow[], wrong: Wrong[]): Readonly<Record<string, unknown>> {
  const { mapping } = read;
  const once = (field: string, from: Source | undefined): string => onceIn(read, rows, field, from, wrong);
  const customer = {
    id: once('customer.id', mapping.customer.id),
    name: once('customer.name', mapping.customer.name),
    email: once('customer.email', mapping.customer.email),
    phone: once('customer.phone', mapping.customer.phone),
  };
  const recipient = once('recipient.name', mapping.recipient?.name);
  const language = once('language', mapping.language);
  const { address } = mapping;
  return {
    placed_at: momentIn(read, rows, 'placed_at', mapping.placed_at, wrong),
    ...(language === '' ? {} : { language }),
    customer,
    // Who receives what they bought themselves is one person, not two.
    ...(recipient === '' || recipient === customer.name ? {} : { recipient: { name: recipient } }),
    address: {
      street: once('address.street', address.street),
      postcode: once('address.postcode', address.postcode),
      city: once('address.city', address.city),
      country: countryOf(once('address.country', address.country)),
    },
    items: itemsIn(read, rows, wrong),
    parcels: parcelsIn(read, rows),
    consents: consentsIn(read, rows, wrong),
  };
}

/** The text of one row: its cells joined, or the constant; empty where there is none. */
function cellOf({ columns }: Read, row: CsvRow, from: Source | undefined): string {
  if (from === undefined) return '';
  if ('value' in from) return from.value;
  const text = from.columns
    .map((column) => meantBy(row.cells[columns.get(column) ?? -1] ?? ''))
    .filter((cell) => cell !== '')
    .join(' ');
  return from.values === null || !Object.hasOwn(from.values, text) ? text : (from.values[text] ?? text);
}

/** What the rows of an order say of it as a whole: exports leave later rows empty, or repeat the first. */
function onceIn(read: Read, rows: readonly CsvRow[], field: string, from: Source | undefined, wrong: Wrong[]): string {
  if (from === undefined || 'value' in from) return from?.value ?? '';
  let said = '';
  for (const row of rows) {
    const text = cellOf(read, row, from);
    if (text === '' || text === said) continue;
    if (said !== '') {
      wrong.push(wrongOf(field, 'disagree'));
      break;
    }
    said = text;
  }
  return said;
}

function momentIn(
  read: Read,
  rows: readonly CsvRow[],
  field: string,
  { column, format, zone }: MomentSource,
  wrong: Wrong[],
): string | undefined {
  const cell = onceIn(read, rows, field, { columns: [column], values: null }, wrong);
  if (cell === '') return undefined;
  const at = readMoment(cell, format, zone);
  if (typeof at !== 'string') return at.toString();
  wrong.push(wrongOf(field, at));
  return undefined;
}

function itemsIn(read: Read, rows: readonly CsvRow[], wrong: Wrong[]): readonly object[] {
  return read.mapping.items.flatMap((item, place) =>
    rows.flatMap((row) => {
      const field = `items.${place}`;
      const title = cellOf(read, row, item.title);
      const sku = cellOf(read, row, item.sku);
      const price = cellOf(read, row, item.price.from);
      // A constant alone makes no item: a row that names none has none.
      const isNamed = [item.title, item.sku, item.price.from].some(
        (from) => from !== undefined && 'columns' in from && cellOf(read, row, from) !== '',
      );
      if (!isNamed) return [];
      const currency = onceOrHere(read, rows, row, item.currency).toUpperCase();
      const quantity = readWhole(cellOf(read, row, item.quantity) || '1');
      if (quantity === null) wrong.push(wrongOf(`${field}.quantity`, 'no_quantity'));
      const minor = minorOf(item.price, price, currency, `${field}.price`, wrong);
      return [{ sku, title, quantity: quantity ?? 1, price_minor: minor, currency }];
    }),
  );
}

/** The currency often stands in the first row only. */
function onceOrHere(read: Read, rows: readonly CsvRow[], row: CsvRow, from: Source): string {
  const here = cellOf(read, row, from);
  if (here !== '') return here;
  return rows.map((one) => cellOf(read, one, from)).find((text) => text !== '') ?? '';
}

function minorOf({ decimal }: PriceSource, cell: string, currency: string, field: string, wrong: Wrong[]): number {
  if (cell === '') {
    wrong.push(wrongOf(field, 'missing'));
    return 0;
  }
  const price = readPrice(cell, decimal, currency);
  if (typeof price === 'number') return price;
  wrong.push(wrongOf(field, price));
  return 0;
}

/** A row without a number has no parcel; the same number of the same carrier is one parcel. */
function parcelsIn(read: Read, rows: readonly CsvRow[]): readonly object[] {
  const parcels = new Map<string, object>();
  for (const parcel of read.mapping.parcels) {
    for (const row of rows) {
      const service = cellOf(read, row, parcel.service);
      const carrier = cellOf(read, row, parcel.carrier);
      for (const number of numbersIn(cellOf(read, row, parcel.tracking_number))) {
        parcels.set(`${carrier} ${number}`, {
          carrier,
          tracking_number: number,
          ...(service === '' ? {} : { service }),
        });
      }
    }
  }
  return [...parcels.values()];
}

function consentsIn(read: Read, rows: readonly CsvRow[], wrong: Wrong[]): readonly object[] {
  return read.mapping.consents.flatMap((consent, place) => {
    const field = `consents.${place}`;
    const once = (name: string, from: Source): string => onceIn(read, rows, `${field}.${name}`, from, wrong);
    if (consent.given !== undefined && !isYes(once('given', consent.given))) return [];
    return [
      {
        purpose: once('purpose', consent.purpose),
        recipient: once('recipient', consent.recipient),
        fields: consent.fields,
        given_at: momentIn(read, rows, `${field}.given_at`, consent.given_at, wrong),
        text: once('text', consent.text),
        ...detailsIn(consent, once),
        ...(consent.until === undefined
          ? {}
          : { until: momentIn(read, rows, `${field}.until`, consent.until, wrong) ?? null }),
      },
    ];
  });
}

/** An empty cell says nothing. */
function detailsIn(
  consent: Mapping['consents'][number],
  once: (name: string, from: Source) => string,
): Readonly<Record<string, string>> {
  const told: [string, string][] = consentDetails.map((name) => {
    const from = consent[name];
    return [name, from === undefined ? '' : once(name, from)];
  });
  return Object.fromEntries(told.filter(([, text]) => text !== ''));
}
