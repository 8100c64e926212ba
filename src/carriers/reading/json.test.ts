import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, field, parseJson, textOf } from './json.ts';
import { kindOfStatus, secondsToWait } from './problems.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a parcel number too long for a double keeps its last digits', () => {
  assert.deepEqual(parseJson(bytes('{"id": 340434161094015902, "note": "x: 1234567890123456789, y"}')), {
    id: '340434161094015902',
    note: 'x: 1234567890123456789, y',
  });
});

test('what is not JSON, or too much of it, is undefined and no error', () => {
  assert.equal(parseJson(bytes('<html></html>')), undefined);
  assert.equal(parseJson(bytes('')), undefined);
  assert.equal(parseJson(bytes(`[${' '.repeat(5 * 1024 * 1024)}]`)), undefined);
  assert.equal(parseJson(bytes('[['.repeat(200_000))), undefined);
  assert.deepEqual(parseJson(bytes('\uFEFF{"a":1}')), { a: 1 });
});

test('fields of other kinds than expected are not there', () => {
  assert.equal(field([1], 'length'), undefined);
  assert.equal(field({}, 'constructor'), undefined);
  assert.equal(at({ a: { b: 'c' } }, 'a', 'b'), 'c');
  assert.equal(at({ a: null }, 'a', 'b'), undefined);
});

test('text is text or a number, trimmed; an empty record is nothing', () => {
  assert.equal(textOf(' a \n b ', 10), 'a b');
  assert.equal(textOf(7, 10), '7');
  for (const nothing of [{}, [], null, undefined, true, '', '  ', Number.NaN]) assert.equal(textOf(nothing, 10), null);
});

test('a bad status has a kind, and a wait is told in seconds or not at all', () => {
  const kinds = [404, 410, 401, 403, 429, 400, 422, 408, 500, 503, 302].map(kindOfStatus);
  assert.deepEqual(kinds.slice(0, 5), ['not_found', 'not_found', 'auth', 'auth', 'rate_limited']);
  assert.deepEqual(kinds.slice(5), ['bad_input', 'bad_input', 'upstream', 'upstream', 'upstream', 'upstream']);
  assert.equal(secondsToWait(' 120 '), 120);
  assert.equal(secondsToWait('999999999'), 604_800);
  assert.equal(secondsToWait('Fri, 20 Nov 2026 10:00:00 GMT'), null);
  assert.equal(secondsToWait(null), null);
});
