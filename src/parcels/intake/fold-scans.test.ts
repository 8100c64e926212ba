import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { subStatuses } from '#carriers';
import type { FoldScan } from '../fold.ts';
import { readFoldScans, writeFoldScans } from './fold-scans.ts';

const anyScan: fc.Arbitrary<FoldScan> = fc.record({
  scanId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  at: fc.integer({ min: -(2 ** 46), max: 2 ** 46 }),
  milestone: fc.constant('unknown' as const),
  subStatus: fc.constant(null),
  retracts: fc.boolean(),
  leg: fc.constantFrom('outbound', 'return'),
});
const anyMeaning = fc.constantFrom(...subStatuses.map((row) => ({ milestone: row.milestone, subStatus: row.id })), {
  milestone: 'unknown' as const,
  subStatus: null,
});
const scans = fc.array(
  fc.tuple(anyScan, anyMeaning).map(([scan, meaning]): FoldScan => Object.assign({}, scan, meaning)),
  { maxLength: 200 },
);

test('what is remembered of scans comes back as it was', () => {
  fc.assert(fc.property(scans, (given) => assert.deepEqual(readFoldScans(writeFoldScans(given)), given)));
});

test('too many scans, and words that are not the vocabulary’s, are not remembered', () => {
  const one: FoldScan = { scanId: '1', at: 0, milestone: 'unknown', subStatus: null, retracts: false, leg: 'outbound' };
  assert.equal(writeFoldScans(Array.from({ length: 201 }, () => one)), null);
  assert.equal(writeFoldScans([{ ...one, subStatus: 'a.b' }]), null);
});

test('bytes of any kind are read or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      readFoldScans(Buffer.from(bytes));
    }),
  );
});
