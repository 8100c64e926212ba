import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decidedAt, standingOf, type Box } from './standing.ts';

const day = (of: number) => Temporal.Instant.from('2026-11-01T12:00:00Z').add({ hours: of * 24 });
const parcelId = '019a3f00-0000-7000-8000-000000000000';
const box = (milestone: Box['milestone'], of: number, subStatus: string | null = null): Box => ({
  ...{ parcelId, milestone, subStatus, milestoneAt: day(of), lastSignAt: day(of + 1) },
});
const settings = { delayDays: 3, fallbackDays: 21 };

test('an order stands as its parcels do, and is decided on when that is clear', () => {
  const rows: readonly (readonly [boxes: readonly Box[], stands: string | null, decided: number])[] = [
    [[], null, 0],
    [[box('delivered', 2)], 'delivered', 5],
    [[box('delivered', 2), box('delivered', 4)], 'delivered', 7],
    [[box('delivered', 2), box('cancelled', 4)], 'delivered', 5],
    [[box('delivered', 2), box('in_transit', 3)], 'on its way', 25],
    [[box('delivered', 2), box('ready_for_pickup', 3)], 'stuck', 94],
    [[box('exception', 3)], 'stuck', 94],
    [[box('exception', 3, 'exception.lost'), box('delivered', 2)], 'lost', 25],
    [[box('returned', 3), box('delivered', 2)], 'returned', 25],
    [[box('cancelled', 3)], 'cancelled', 25],
    [[box('unknown', 0)], 'on its way', 22],
  ];
  for (const [boxes, stands, decided] of rows) {
    const standing = standingOf(boxes);
    const word = standing?.is === 'over' ? standing.reason : (standing?.is ?? null);
    assert.equal(word, stands, JSON.stringify(boxes));
    if (standing !== null)
      assert.equal(decidedAt(standing, settings).toString(), day(decided).toString(), stands ?? '');
  }
  const silent: Box = { ...box('announced', 0), milestoneAt: null, lastSignAt: null };
  assert.equal(standingOf([silent])?.since.toString().slice(0, 10), '2025-11-01', 'since it was known here');
});
