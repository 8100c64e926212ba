import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { Console } from 'node:console';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import * as fc from 'fast-check';
import { purposes, mayOpen, type Inside, type Purpose } from './purposes.ts';
import { Sealed, fields, sealed, textOf } from './sealed.ts';

const secret = 'ada@kunde.example';

/** Everything by which a value usually gets into a log, a page or an answer. */
function printed(value: Sealed): string {
  let out = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      out += String(chunk);
      done();
    },
  });
  const screen = new Console(stream, stream);
  screen.log(value, { deep: { deeper: [value] } });
  screen.error('%s %o %j %O', value, value, value, value);
  screen.table([{ value }]);
  screen.dir(value, { depth: null, showHidden: true });
  return [
    out,
    // oxlint-disable-next-line typescript/restrict-template-expressions -- what must not be done is what is tried here
    `${value}`,
    String(value),
    JSON.stringify({ value, list: [value] }),
    inspect(value, { showHidden: true, getters: true, depth: null }),
    inspect(new Map([[value, value]]), { showHidden: true }),
    inspect(value, { customInspect: false, showHidden: true }),
    format('%s %d %i %f %j %o %O %c', value, value, value, value, value, value, value, value),
    new Error(`about ${String(value)}`, { cause: value }).stack,
    inspect(new Error('about', { cause: value })),
    Object.entries(value).flat().join(' '),
    inspect(structuredClone(Object.entries(value))),
    [value, 1].join(' '),
  ].join('\n');
}

test('whatever prints a sealed value prints what it is and not what it says', () => {
  const value = sealed('email', secret);
  const text = printed(value);
  assert.ok(!text.includes('ada'), text);
  for (const one of [String(value), value.toString(), inspect(value), JSON.parse(JSON.stringify(value)) as string]) {
    assert.equal(one, '[sealed email]');
  }
  assert.equal(textOf(value), secret);
});

test('a sealed value cannot be made into another kind, nor opened by a copy of it', () => {
  const value = sealed('email', secret);
  assert.throws(() => Object.assign(value, { field: 'scan' }), TypeError);
  assert.throws(() => Object.defineProperty(value, 'toString', { value: () => secret }), TypeError);
  assert.throws(
    () => textOf(Object.create(Sealed.prototype, { field: { value: 'email' } }) as Sealed),
    /nothing is sealed/,
  );
  assert.throws(() => textOf(Object.assign({}, value)), /nothing is sealed/);
});

test('any text stays what it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => textOf(sealed('message', text)) === text));
});

test('a value opens only for a purpose that covers its kind, before eyes that the purpose names', () => {
  const inside: readonly Inside[] = ['customer', 'staff', 'shop'];
  const opens = fields.flatMap((field) =>
    (Object.keys(purposes) as Purpose[]).flatMap((purpose) =>
      inside.filter((reader) => mayOpen(field, purpose, reader)).map((reader) => `${reader} ${purpose}: ${field}`),
    ),
  );
  const kinds = (reader: Inside, purpose: Purpose) =>
    opens.filter((line) => line.startsWith(`${reader} ${purpose}: `)).map((line) => line.split(': ')[1]);
  assert.deepEqual(new Set(kinds('customer', 'tracking page')), new Set(['order_number', 'tracking_number', 'scan']));
  assert.deepEqual(kinds('staff', 'tracking page'), []);
  assert.deepEqual(kinds('shop', 'support'), []);
  assert.ok(!kinds('shop', 'notice').includes('address'));
  assert.ok(kinds('staff', 'support').length === fields.length);
  assert.ok(
    opens.every(
      (line) => !line.startsWith('customer ') || /^customer (?:tracking page|rights of the person): /.test(line),
    ),
  );
});
