import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { milestones } from '#carriers';
import { firstIdAt } from '#kit/ids';
import { handedAt, nextAsk, outOfTheNight, type Asking } from './next-ask.ts';

const zones = [
  'Europe/Berlin',
  'UTC',
  'America/New_York',
  'America/Santiago',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
];
const morning = Temporal.Instant.from('2026-11-20T08:00:00Z');

const asking: Asking = {
  parcelId: '019a9f00-0000-7000-8000-000000000001',
  milestone: 'in_transit',
  milestoneAt: morning.subtract({ hours: 3 }),
  lastSignAt: morning.subtract({ hours: 1 }),
  handedAt: morning.subtract({ hours: 20 }),
  retentionDays: 90,
  subscribed: false,
  zone: 'Europe/Berlin',
};

const anyNow = fc
  .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2029, 0, 1) })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
const minutesAgo = (days: number) => fc.integer({ min: 0, max: days * 1_440 });

const anyCase = fc
  .record({
    now: anyNow,
    parcelId: fc.uuid(),
    milestone: fc.constantFrom(...milestones),
    milestoneAgo: fc.option(minutesAgo(10)),
    signAgo: fc.option(minutesAgo(120)),
    handedAgo: minutesAgo(120),
    retentionDays: fc.integer({ min: 1, max: 120 }),
    subscribed: fc.boolean(),
    zone: fc.constantFrom(...zones),
  })
  .map(({ now, milestoneAgo, signAgo, handedAgo, ...rest }) => {
    const ago = (minutes: number | null) => (minutes === null ? null : now.subtract({ minutes }));
    const whole: Asking = {
      ...rest,
      milestoneAt: ago(milestoneAgo),
      lastSignAt: ago(signAgo),
      handedAt: now.subtract({ minutes: handedAgo }),
    };
    return { now, asking: whole };
  });

function minutesUntilNext(more: Partial<Asking>, now = morning): number {
  const next = nextAsk({ ...asking, ...more }, now);
  assert.ok(next);
  return next.since(now).total('minutes');
}

function assertBetween(minutes: number, least: number, most: number): void {
  assert.ok(minutes >= least && minutes <= most, `${minutes} minutes, not ${least} to ${most}`);
}

test('The next question always lies in the future, and never more than ten days away.', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const next = nextAsk(one.asking, one.now);
      if (next === null) return;
      assertBetween(next.since(one.now).total('minutes'), 1, 10 * 1_440);
    }),
    { numRuns: 1_000 },
  );
});

test('Nobody is asked at night, wherever it is night, and whenever its clocks are changed.', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const next = nextAsk(one.asking, one.now);
      if (next === null) return;
      const { hour } = next.toZonedDateTimeISO(one.asking.zone);
      assert.ok(hour >= 6 && hour < 22, next.toZonedDateTimeISO(one.asking.zone).toString());
    }),
    { numRuns: 1_000 },
  );
});

test('Asking ends only a day after the way has ended, or when the carrier has forgotten the parcel.', () => {
  const ends = new Set(['delivered', 'returned', 'cancelled']);
  fc.assert(
    fc.property(anyCase, ({ asking: one, now }) => {
      const olderThan = (at: Temporal.Instant | null, hours: number) =>
        at !== null && Temporal.Instant.compare(at.add({ hours }), now) < 0;
      const isForgotten = olderThan(one.lastSignAt ?? one.handedAt, one.retentionDays * 24);
      const isAtItsEnd = ends.has(one.milestone) && olderThan(one.milestoneAt, 24);
      assert.equal(nextAsk(one, now) === null, isForgotten || isAtItsEnd);
    }),
    { numRuns: 1_000 },
  );
});

test('A parcel is asked about at the same time however often that is worked out.', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      assert.deepEqual(nextAsk({ ...one.asking }, one.now), nextAsk(one.asking, one.now));
    }),
  );
});

// What waits for the morning is spread over an hour, so that what comes due just after the night may go before it.
test('A carrier that tells by itself is not asked sooner than one that does not, but for the hour of the morning.', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const alone = nextAsk({ ...one.asking, subscribed: false }, one.now);
      const told = nextAsk({ ...one.asking, subscribed: true }, one.now);
      assert.equal(alone === null, told === null);
      if (alone !== null && told !== null) assert.ok(told.since(alone).total('minutes') >= -60);
    }),
    { numRuns: 500 },
  );
});

test('Out for delivery is asked about every quarter of an hour, a parcel on its way every three hours.', () => {
  assertBetween(minutesUntilNext({ milestone: 'out_for_delivery' }), 13.5, 16.5);
  assertBetween(minutesUntilNext({ milestone: 'in_transit' }), 162, 198);
});

test('A carrier that tells by itself is asked an eighth as often.', () => {
  assertBetween(minutesUntilNext({ milestone: 'out_for_delivery', subscribed: true }), 108, 132);
});

test('A label that nobody has scanned for two days is asked about six times less often, after two weeks once a day.', () => {
  const fresh = { milestone: 'unknown', handedAt: morning.subtract({ hours: 48 }) } as const;
  const old = { milestone: 'unknown', handedAt: morning.subtract({ hours: 49 }) } as const;
  assertBetween(minutesUntilNext(fresh), 54, 66);
  assertBetween(minutesUntilNext(old), 324, 396);
  const older = { milestone: 'unknown', handedAt: morning.subtract({ hours: 14 * 24 + 1 }) } as const;
  assertBetween(minutesUntilNext(older), 1_296, 1_584);
});

test('What is delivered is asked about once more, and a day later not any more.', () => {
  const delivered = { ...asking, milestone: 'delivered', milestoneAt: morning } as const;
  const first = nextAsk(delivered, morning);
  assert.ok(first);
  assertBetween(first.since(morning).total('minutes'), 1_454, 1_743);
  assert.ok(nextAsk(delivered, morning.add({ hours: 24 })));
  assert.equal(nextAsk(delivered, morning.add({ hours: 24, seconds: 1 })), null);
});

test('The carrier’s memory counts from the last sign of the parcel, not from its label.', () => {
  const old = { ...asking, handedAt: morning.subtract({ hours: 200 * 24 }) };
  assert.ok(nextAsk({ ...old, lastSignAt: morning.subtract({ hours: 89 * 24 }) }, morning));
  assert.equal(nextAsk({ ...old, lastSignAt: morning.subtract({ hours: 91 * 24 }) }, morning), null);
  assert.equal(nextAsk({ ...old, lastSignAt: null }, morning), null);
});

test('The night lasts from ten in the evening until six in the morning.', () => {
  const berlin = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime('Europe/Berlin').toInstant();
  const hourAfter = (local: string) => outOfTheNight(berlin(local), asking).toZonedDateTimeISO('Europe/Berlin');
  for (const day of ['2026-11-20T21:59:59', '2026-11-20T06:00:00', '2026-11-20T12:00:00']) {
    assert.equal(hourAfter(day).toInstant().toString(), berlin(day).toString());
  }
  assert.equal(hourAfter('2026-11-20T22:00:00').toPlainDate().toString(), '2026-11-21');
  assert.equal(hourAfter('2026-11-21T05:59:59').toPlainDate().toString(), '2026-11-21');
  // The nights in which the clocks are changed.
  assert.equal(hourAfter('2026-10-25T02:30:00').toPlainDate().toString(), '2026-10-25');
  assert.equal(hourAfter('2027-03-27T23:30:00').toPlainDate().toString(), '2027-03-28');
});

test('What waited for the morning is spread over its first hour.', () => {
  const night = Temporal.Instant.from('2026-11-20T23:00:00Z');
  const minutes = Array.from({ length: 200 }, (_, index) => {
    const local = outOfTheNight(night, { parcelId: `parcel ${index}`, zone: 'UTC' }).toZonedDateTimeISO('UTC');
    assert.equal(local.toPlainDate().toString(), '2026-11-21');
    return (local.hour - 6) * 60 + local.minute;
  });
  assert.ok(Math.min(...minutes) >= 0 && Math.max(...minutes) <= 60);
  for (const from of [0, 15, 30, 45]) {
    const quarter = minutes.filter((minute) => minute >= from && minute < from + 15).length;
    assertBetween(quarter, 25, 80);
  }
});

test('Parcels that became known at once do not come due at once.', () => {
  const due = Array.from({ length: 200 }, (_, index) =>
    Math.round(minutesUntilNext({ parcelId: `parcel ${index}`, milestone: 'in_transit' })),
  );
  assert.ok(new Set(due).size > 25, `${new Set(due).size} different minutes`);
});

test('What comes with an old order was handed over within a month of it; what is added later, when it was added.', () => {
  const idAt = (at: Temporal.Instant, hours = 0) => firstIdAt(at.add({ hours }));
  const handed = (orderedDaysAgo: number, addedHours = 0) => {
    const shipFrom = morning.subtract({ hours: orderedDaysAgo * 24 });
    const parcel = { orderId: idAt(morning), parcelId: idAt(morning, addedHours), shipFrom };
    return handedAt(parcel).since(morning).total('hours');
  };
  assert.equal(handed(0), 0);
  assert.equal(handed(29), 0);
  assert.equal(handed(31), -24);
  assert.equal(handed(365), -335 * 24);
  assert.equal(handed(365, 23), -335 * 24);
  assert.equal(handed(365, 25), 25);
  const isAsked = (days: number) =>
    nextAsk({ ...asking, lastSignAt: null, handedAt: handedAgo(days) }, morning) !== null;
  const handedAgo = (days: number) => morning.add({ seconds: Math.round(handed(days) * 3_600) });
  assert.deepEqual([isAsked(119), isAsked(121), isAsked(365)], [true, false, false]);
});
