import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { milestones } from '#carriers';
import { standingAfter, type FoldScan } from './fold.ts';

const minute = 60_000;
const day = 86_400_000;

let next = 0;
function scan(at: number, subStatus: string | null, more: Partial<FoldScan> = {}): FoldScan {
  const state = subStatus === null ? 'unknown' : subStatus.slice(0, subStatus.indexOf('.'));
  const milestone = [...milestones, 'info' as const].find((one) => one === state) ?? 'unknown';
  const leg = milestone === 'returning' || milestone === 'returned' ? 'return' : 'outbound';
  next += 1;
  return { scanId: String(next), at, milestone, subStatus, retracts: false, leg, ...more };
}

const stand = (...scans: readonly FoldScan[]) => standingAfter(scans, 0).subStatus;

const anyScan: fc.Arbitrary<FoldScan> = fc.record({
  scanId: fc.integer({ min: 0, max: 40 }).map(String),
  at: fc.integer({ min: 0, max: 60 }).map((step) => step * day * 0.5),
  milestone: fc.constantFrom(...milestones, 'info' as const),
  subStatus: fc.constantFrom('a.x', 'b.y', 'c.z', null),
  retracts: fc.boolean().map((yes) => yes && true),
  leg: fc.constantFrom('outbound', 'return'),
});

// One identity has one content: what differs under the same id is not a repetition.
const anyHistory = fc.uniqueArray(anyScan, { selector: (one) => one.scanId, maxLength: 30 });

test('any order and any repetition of the same scans gives the same standing', () => {
  fc.assert(
    fc.property(
      anyHistory.chain((scans) =>
        fc.tuple(fc.constant(scans), fc.shuffledSubarray([...scans, ...scans], { minLength: scans.length * 2 })),
      ),
      fc.integer({ min: 0, max: 30 * day }),
      ([scans, shuffled], shipFrom) => {
        assert.deepEqual(standingAfter(shuffled, shipFrom), standingAfter(scans, shipFrom));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a parcel stands where its youngest progress is', () => {
  const sign = standingAfter(
    [scan(1, 'announced.data_received'), scan(3, 'in_transit.sorted'), scan(2, 'accepted.picked_up')],
    0,
  );
  assert.equal(sign.subStatus, 'in_transit.sorted');
  assert.equal(sign.at, 3);
});

test('a late scan never takes a parcel back', () => {
  assert.equal(stand(scan(10, 'delivered.neighbour'), scan(20, 'in_transit.sorted')), 'delivered.neighbour');
  assert.equal(stand(scan(5, 'in_transit.sorted'), scan(9, 'announced.data_received')), 'in_transit.sorted');
});

test('in the same minute what is further along comes later', () => {
  assert.equal(stand(scan(5, 'delivered.recipient'), scan(5, 'out_for_delivery.loaded')), 'delivered.recipient');
});

test('an unknown code and a note keep the last milestone, and count as signs of life', () => {
  const standing = standingAfter([scan(1, 'in_transit.sorted'), scan(2, null), scan(3, 'info.note')], 0);
  assert.equal(standing.subStatus, 'in_transit.sorted');
  assert.equal(standing.lastSignAt, 3);
  assert.equal(standingAfter([scan(1, null)], 0).milestone, 'unknown');
});

test('a retraction takes back the progress before it, and only that', () => {
  const taken = [scan(1, 'out_for_delivery.loaded'), scan(2, 'delivered.recipient')];
  assert.equal(stand(...taken, scan(3, 'info.event_retracted', { retracts: true })), 'out_for_delivery.loaded');
  assert.equal(
    stand(...taken, scan(3, 'info.event_retracted', { retracts: true }), scan(4, 'delivered.safe_place')),
    'delivered.safe_place',
  );
});

test('a delivery on the way back is one to the sender', () => {
  const standing = standingAfter(
    [scan(1, 'delivery_failed.refused'), scan(2, 'returning.refused'), scan(3, 'delivered.recipient')],
    0,
  );
  assert.equal(standing.milestone, 'returned');
  assert.equal(standing.leg, 'return');
  assert.equal(
    standingAfter([scan(1, 'delivered.recipient'), scan(2, 'returning.by_recipient')], 0).milestone,
    'returning',
  );
});

test('attempts are counted', () => {
  const standing = standingAfter([scan(1, 'delivery_failed.not_home'), scan(2, 'delivery_failed.not_home')], 0);
  assert.equal(standing.attempts, 2);
});

test('a number that is used again tells of the parcel whose label is ours', () => {
  const first = [scan(0, 'announced.data_received'), scan(day, 'delivered.recipient')];
  const second = [scan(40 * day, 'announced.data_received'), scan(41 * day, 'in_transit.sorted')];
  assert.equal(standingAfter([...first, ...second], 0).subStatus, 'delivered.recipient');
  assert.equal(standingAfter([...first, ...second], 39 * day).subStatus, 'in_transit.sorted');
});

test('a note of the label that comes shortly after the delivery opens no new life', () => {
  const scans = [
    scan(0, 'in_transit.sorted'),
    scan(day, 'delivered.recipient'),
    scan(day + minute, 'announced.data_received'),
  ];
  assert.equal(standingAfter(scans, 0).subStatus, 'delivered.recipient');
});
