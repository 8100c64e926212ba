// Loaded before every test file: to Node's `deepEqual` any two times of one kind are equal, because they keep nothing in
// properties. What it lets pass is looked at once more.
import assert from 'node:assert/strict';

const strictly: typeof assert.deepEqual = assert.deepEqual;

function isTime(value: object): boolean {
  return Object.prototype.toString.call(value).startsWith('[object Temporal.');
}

/** @param seen guards against structures that lead back to themselves */
function assertSameTimes(actual: unknown, expected: unknown, seen = new Set<unknown>()): void {
  if (typeof actual !== 'object' || typeof expected !== 'object') return;
  if (actual === null || expected === null || seen.has(actual) || ArrayBuffer.isView(actual)) return;
  if (isTime(actual)) {
    // oxlint-disable-next-line typescript/no-base-to-string -- a time says itself
    assert.equal(String(actual), String(expected));
    return;
  }
  seen.add(actual);
  const others = new Map(partsOf(expected));
  for (const [name, part] of partsOf(actual)) assertSameTimes(part, others.get(name), seen);
}

function partsOf(value: object): readonly (readonly [unknown, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value);
}

function deepEqual(...given: Parameters<typeof strictly>): void {
  strictly(...given);
  assertSameTimes(given[0], given[1]);
}

Object.assign(assert, { deepEqual, deepStrictEqual: deepEqual });
