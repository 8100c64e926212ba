import { Fault } from '#kit/fault';
import { parseInput } from '#kit/http';
import { orderNumberText, readOrder, type OrderInput } from '#orders';
import type { CsvRow, Mapping, OrderDraft, Source, Wrong } from '#shops';
import { orderInput, withKnownCarriers } from '../order-body.ts';
import { withoutNulls } from '../text.ts';

/** Why an order of a file was not taken. `columns` are those of the mapping; empty where no column is to blame. */
export type Reason = Wrong & { readonly columns: readonly string[] };

export type Refused = {
  readonly number: string;
  readonly lines: OrderDraft['lines'];
  readonly reasons: readonly Reason[];
  readonly rows: readonly CsvRow[];
};

/** The order that a draft means, checked exactly as the API checks its body; or why it is none. */
export function checkDraft(draft: OrderDraft, mapping: Mapping): OrderInput | Refused {
  if (draft.wrong.length > 0) return refusedFor(draft, draft.wrong, mapping);
  const number = orderNumberText.safeParse(draft.number);
  if (!number.success) {
    const wrong = { field: 'order_number', code: 'invalid', message: 'Must have 1 to 100 characters.' };
    return refusedFor(draft, [wrong], mapping);
  }
  try {
    return readOrder(number.data, withKnownCarriers(parseInput(orderInput, withoutNulls(draft.body))));
  } catch (error) {
    if (error instanceof Fault && error.code === 'invalid') return refusedFor(draft, wrongIn(error), mapping);
    throw error;
  }
}

export function refusedFor(draft: OrderDraft, wrong: readonly Wrong[], mapping: Mapping): Refused {
  const reasons = wrong.map((one) => ({ ...one, columns: columnsFor(mapping, one.field) }));
  return { number: draft.number, lines: draft.lines, rows: draft.rows, reasons };
}

function wrongIn({ errors, publicText }: Fault): readonly Wrong[] {
  if (errors.length === 0) return [{ field: '', code: 'invalid', message: publicText }];
  const wrong = errors.map(({ pointer, code, message }) => ({ field: fieldOf(pointer), code, message }));
  return wrong.filter((one, place) => wrong.findIndex((other) => other.field === one.field) === place);
}

/** `/items/3/price_minor` is the mapping's `items.price`. */
function fieldOf(pointer: string): string {
  const parts = pointer.split('/').filter((part) => part !== '' && !/^\d+$/.test(part));
  return parts.join('.').replace('price_minor', 'price');
}

/** The columns that a field comes from, in words that whoever has the file knows. */
function columnsFor(mapping: Mapping, field: string): readonly string[] {
  const [first = '', ...rest] = field.split('.').filter((part) => !/^\d+$/.test(part));
  const among: unknown = Reflect.get(mapping, first);
  const places: readonly unknown[] = Array.isArray(among) ? among : [among];
  const sources = places.map((place) => rest.reduce<unknown>(inner, place)).map((at) => inner(at, 'from') ?? at);
  return [...new Set(sources.flatMap(namesIn))];
}

function inner(at: unknown, name: string): unknown {
  return typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined;
}

function namesIn(source: unknown): readonly string[] {
  if (isSource(source)) return 'columns' in source ? source.columns : [];
  const column = inner(source, 'column');
  return typeof column === 'string' ? [column] : [];
}

function isSource(source: unknown): source is Source {
  return Array.isArray(inner(source, 'columns'));
}
