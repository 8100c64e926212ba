import { types } from 'pg';
import type { Value } from './shapes.ts';

type Scalar = Exclude<Value, readonly unknown[]>;
type Parse = (text: string) => unknown;

const textListOid = 1009;

/** What comes back as something else than the driver would make of it: each type, and the list of it. */
const own: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [20, Number],
  [1016, (text) => readList(text, Number)],
  [1082, readDay],
  [1182, (text) => readList(text, readDay)],
  [1184, readInstant],
  [1185, (text) => readList(text, readInstant)],
]);

/** Type parsers of this program's connections only; other users of the driver keep its own. */
export const parsers = {
  getTypeParser: (oid: number, format: 'text' | 'binary' = 'text'): Parse => own.get(oid) ?? driversParser(oid, format),
};

function driversParser(oid: number, format: 'text' | 'binary'): Parse {
  const parse: unknown = types.getTypeParser(oid, format);
  return isParse(parse) ? parse : String;
}

function isParse(value: unknown): value is Parse {
  return typeof value === 'function';
}

function readList(text: string, read: Parse): unknown {
  const items = driversParser(textListOid, 'text')(text);
  const readItem = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(readItem);
    return typeof item === 'string' ? read(item) : null;
  };
  return readItem(items);
}

function readInstant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text.replace(' ', 'T'));
}

function readDay(text: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(text);
}

function toParameter(value: Scalar): unknown {
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate) return value.toString();
  if (value instanceof Uint8Array) return Buffer.isBuffer(value) ? value : Buffer.from(value);
  return value;
}

function isList(value: Value): value is readonly Scalar[] {
  return Array.isArray(value);
}

/**
 * A list as PostgreSQL reads it ("Array Input and Output Syntax" of its documentation). Batches consist of lists of a
 * thousand; the driver's own way takes twice as long.
 */
function listLiteral(values: readonly Scalar[]): string {
  let literal = '{';
  let before: Scalar | undefined;
  let element = '';
  for (const value of values) {
    // Times and words repeat along a batch.
    if (value !== before) element = elementOf(value);
    before = value;
    literal += literal.length === 1 ? element : `,${element}`;
  }
  return `${literal}}`;
}

const special = /["\\]/;

function elementOf(value: Scalar): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `"${special.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array)
    return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}"`;
  return `"${value.toString()}"`;
}

export function toParameters(values: readonly Value[]): unknown[] {
  return values.map((value) => (isList(value) ? listLiteral(value) : toParameter(value)));
}
