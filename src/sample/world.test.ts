import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderBody } from '#orders';
import type { SimulatedParcel } from './simulator.ts';
import { gs1CheckDigit, s10CheckDigit, upsCheckDigit } from './world/numbers.ts';
import { isDay } from './world/schedule.ts';
import { zoneOf } from './world/towns.ts';
import { guidedWay, sampleWorld } from './world.ts';

const now = Temporal.Instant.from('2026-11-24T14:20:00Z');
const dayMs = 24 * 3_600_000;

/** All days of the week and hours of the day through a year, and some moments that calendars make difficult. */
const moments = [
  ...Array.from({ length: 60 }, (_, index) => now.add({ hours: index * 149 })),
  ...[
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:30:00Z',
    '2026-12-24T23:00:00Z',
    '2026-12-27T12:00:00Z',
    '2027-03-28T01:00:00Z',
  ].map((moment) => Temporal.Instant.from(moment)),
];

type Event = SimulatedParcel['events'][number];
const eventsOf = (parcel: SimulatedParcel): readonly Event[] => parcel.events;
const saidOf = (event: Event) => ('type' in event ? `${event.type} ${event.code} ${event.statusCode}` : event.status);
const hasArrived = (event: Event) => ('type' in event ? event.type === 'D' : event.statusCode === 'delivered');
const zoneAt = (event: Event) => ('type' in event ? event.zone : zoneOf(event.place));

const isPast = (at: Temporal.Instant, moment: Temporal.Instant) => Temporal.Instant.compare(at, moment) <= 0;

test('the sample world is the same for the same moment', () => {
  assert.equal(JSON.stringify(sampleWorld(now)), JSON.stringify(sampleWorld(Temporal.Instant.from(now.toString()))));
});

test('the sample world holds about sixty orders and eighty parcels, one to four in each', () => {
  const { orders, parcels } = sampleWorld(now);
  const boxes = orders.map(({ body }) => body.parcels?.length ?? 0);
  assert.equal(orders.length, 65);
  assert.equal(
    boxes.reduce((sum, count) => sum + count, 0),
    83,
  );
  assert.equal(parcels.length, 82, 'one parcel has no number yet');
  assert.deepEqual(
    [...new Set(boxes)].toSorted((one, other) => one - other),
    [1, 2, 3, 4],
  );
  assert.equal(new Set(orders.map(({ number }) => number)).size, orders.length);
  assert.deepEqual(
    orders.map(({ number }) => number),
    orders.map(({ number }) => number).toSorted((one, other) => one.localeCompare(other)),
  );
});

test('every order of the sample world is one that the API takes', () => {
  const { orders, guided } = sampleWorld(now);
  for (const { body } of [...orders, guided.order]) orderBody.parse(body);
});

test('numbers of the sample world are all different and carry the right check digits', () => {
  const { parcels, guided } = sampleWorld(now);
  const numbers = [...parcels, guided.parcel].map(({ number }) => number);
  assert.equal(new Set(numbers).size, numbers.length);
  const sscc = numbers.filter((number) => /^00\d{18}$/.test(number));
  assert.ok(sscc.length > 10);
  for (const number of sscc) assert.equal(Number(number.at(-1)), gs1CheckDigit(number.slice(2, -1)));
  const postal = numbers.filter((number) => /^RX\d{9}DE$/.test(number));
  assert.ok(postal.length > 3);
  for (const number of postal) assert.equal(Number(number.charAt(10)), s10CheckDigit(number.slice(2, 10)));
  const ups = numbers.filter((number) => number.startsWith('1Z'));
  assert.equal(ups.length, 6);
  for (const number of ups) assert.equal(Number(number.at(-1)), upsCheckDigit(number.slice(2, -1)));
  assert.equal(upsCheckDigit('999AA1012345678'), 4);
  assert.equal(gs1CheckDigit('34043416109401590'), 2);
  assert.equal(s10CheckDigit('47312482'), 9);
});

test('nobody in the sample world can be reached: addresses and telephone numbers are those kept free for examples', () => {
  const { orders, shop, guided } = sampleWorld(now);
  const all = [...orders, guided.order].map(({ body }) => body.customer);
  for (const { email, phone } of all) {
    assert.match(`${email}`, /@(?:[a-z-]+\.example|example\.(?:com|net|org))$/);
    if (typeof phone === 'string')
      assert.match(phone, /^\+49 171 39200|^\+49 176 040690|^\+49 30 23125 |^\+44 7700 900/);
  }
  assert.match(`${shop.face.contact.email}`, /\.example$/);
  assert.match(`${shop.face.contact.phone}`, /^\+49 40 66969 /);
  assert.ok(all.some(({ name }) => /\p{Script=Arabic}/u.test(`${name}`)));
});

test('at any moment of the year all twelve milestones are meant to show, the past fits into two weeks and a bit, and the future goes on', () => {
  for (const moment of moments) {
    const { orders, parcels, shows } = sampleWorld(moment);
    assert.equal(new Set(shows.map(({ milestone }) => milestone)).size, 12, moment.toString());
    for (const { placedAt } of orders) {
      assert.ok(isPast(placedAt, moment));
      assert.ok(
        moment.epochMilliseconds - placedAt.epochMilliseconds < 16 * dayMs,
        `${moment.toString()} ${placedAt.toString()}`,
      );
    }
    const events = parcels.flatMap(eventsOf);
    const ahead = events.filter(({ at }) => isPast(moment, at) && isPast(at, moment.add({ hours: 72 })));
    assert.ok(ahead.length > 10, `${ahead.length} events in the three days after ${moment.toString()}`);
    assert.ok(!events.some(({ at }) => isPast(moment, at) && isPast(at, moment.add({ minutes: 2 }))));
  }
});

test('vans drive on delivery days only, in daylight hours, and every way ascends', () => {
  let seen = 0;
  for (const moment of moments) {
    for (const events of sampleWorld(moment).parcels.map(eventsOf)) {
      for (const [place, event] of events.entries()) {
        const before = events[place - 1];
        if (before)
          assert.ok(Temporal.Instant.compare(before.at, event.at) < 0, `${saidOf(event)} ${moment.toString()}`);
        const local = event.at.toZonedDateTimeISO(zoneAt(event)).toPlainDateTime();
        const localTime = local.toString({ smallestUnit: 'second' });
        if ('localTime' in event) assert.equal(event.localTime, localTime);
        if (!hasArrived(event)) continue;
        seen += 1;
        const collected = /collect|Packstation|FETCHED/i.test(`${event.description} ${saidOf(event)}`);
        assert.ok(collected || isDay('delivery', local.toPlainDate()), `${saidOf(event)} on ${localTime}`);
        assert.ok(local.hour >= 9 && local.hour < 21, localTime);
      }
    }
  }
  assert.ok(seen > 2_000);
});

test('a parcel that is on its way has a way before it, and something happens on each of the next three days', () => {
  const { parcels, shows } = sampleWorld(now);
  const events = parcels.flatMap(eventsOf);
  for (const day of [0, 24, 48]) {
    const [from, to] = [now.add({ hours: day }), now.add({ hours: day + 24 })];
    assert.ok(events.filter(({ at }) => isPast(from, at) && isPast(at, to)).length >= 5);
  }
  const ended = new Set(['delivered', 'returned', 'cancelled']);
  for (const { number, milestone } of shows) {
    if (ended.has(milestone)) continue;
    const last = parcels.find((parcel) => parcel.number === number)?.events.at(-1);
    assert.ok(last);
    assert.ok(isPast(now, last.at), `${number} ${milestone}`);
  }
});

test('the silent parcel has been silent for five days', () => {
  const { parcels } = sampleWorld(now);
  const lastHeard = parcels
    .map(eventsOf)
    .filter((events) => events.some(({ at }) => isPast(now, at)) && events.some(({ at }) => isPast(at, now)))
    .map((events) => events.findLast(({ at }) => isPast(at, now))?.at.epochMilliseconds ?? 0);
  assert.ok(Math.min(...lastHeard) <= now.epochMilliseconds - 5 * dayMs);
});

test('six parcels go by UPS, through its hub and in plain letters, each as far as its story says', () => {
  const { parcels, shows } = sampleWorld(now);
  const ups = parcels.filter((parcel) => parcel.carrier === 'ups');
  const told = ups.map(({ number, destination, events }) => {
    const past = events.filter(({ at }) => isPast(at, now));
    const milestone = shows.find((one) => one.number === number)?.milestone;
    return [destination.city, milestone, past.length, past.map(saidOf).at(-1)].join(' ');
  });
  assert.deepEqual(told.toSorted(), [
    'Dortmund delivered 8 D 3H 011',
    'Koblenz out_for_delivery 7 I OT 021',
    'Luebeck ready_for_pickup 10 D 2Q 161',
    'Magdeburg delivered 8 D KB 011',
    'Mainz in_transit 5 I DP 005',
    'Strasbourg exception 7 X OJ 050',
  ]);
  for (const { events } of ups) assert.ok(events.some(({ place }) => place.city === 'Koeln'));
});

test('the guided parcel is announced at once and delivered within three minutes', () => {
  const { order, parcel } = guidedWay(now);
  const seconds = parcel.events.map(({ at }) => (at.epochMilliseconds - now.epochMilliseconds) / 1_000);
  assert.deepEqual(seconds, [0, 20, 45, 75, 105, 130, 170]);
  assert.deepEqual([parcel.events[0]?.status, parcel.events.at(-1)?.status], ['VA', 'ZU']);
  assert.equal(parcel.events.at(-1)?.localTime, '2026-11-24T15:22:50');
  assert.equal(order.body.parcels?.[0]?.tracking_number, parcel.number);
});
