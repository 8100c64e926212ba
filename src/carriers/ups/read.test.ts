import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import type { ReadScan } from '../contract.ts';
import { read } from './read.ts';

const ok = { status: 200, retryAfter: null };
const sample = (name: string) => read(readFileSync(new URL(`samples/${name}.json`, import.meta.url)), ok);
const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const number = '1Z0X0X0X6812345678';

/** An answer about one package with this activity and these fields. */
const about = (activity: readonly unknown[], more: object = {}) =>
  read(
    encoded({
      trackResponse: {
        shipment: [{ inquiryNumber: number, package: [{ trackingNumber: number, activity, ...more }] }],
      },
    }),
    ok,
  );
const onlyScan = (activity: object): ReadScan | undefined => about([activity]).parcels[0]?.scans[0];
const told = (scans: readonly ReadScan[] = []) => scans.map(({ subStatus }) => subStatus);

test('a delivery is read with its whole way, oldest first, and nothing of a person', () => {
  const result = sample('delivered-front-door');
  const [parcel, ...others] = result.parcels;
  assert.ok(parcel);
  assert.deepEqual([others.length, result.errors, result.unmapped], [0, [], []]);
  assert.deepEqual(told(parcel.scans), [
    'announced.label_created',
    'in_transit.other',
    'in_transit.departed',
    'in_transit.arrived',
    'in_transit.at_delivery_depot',
    'out_for_delivery.loaded',
    'delivered.safe_place',
  ]);
  assert.deepEqual([parcel.originCountry, parcel.destinationCountry, parcel.arrival], ['DE', 'DE', null]);
  assert.partialDeepStrictEqual(parcel.scans.at(-1), {
    localTime: '2026-11-23T10:15:12',
    offset: '+01:00',
    zone: 'Europe/Berlin',
    timeConfidence: 'exact',
    place: { name: 'Hamburg', country: 'DE' },
  });
  const text = JSON.stringify(result);
  for (const word of ['ERIKA', 'Beispielweg', 'BEISPIELWEG', '20095', 'BESTELLUNG', 'bm8g']) {
    assert.ok(!text.includes(word), word);
  }
});

test('without an offset the place says the zone, and a bare country the zone of everything else in it', () => {
  const { parcels } = sample('united-states-no-offset');
  assert.deepEqual(
    parcels[0]?.scans.map(({ offset, zone, timeConfidence }) => [offset, zone, timeConfidence]),
    [
      [null, null, 'assumed'],
      [null, 'America/Chicago', 'located'],
      [null, 'America/New_York', 'assumed'],
      [null, 'America/New_York', 'assumed'],
      ['-05:00', 'America/New_York', 'exact'],
    ],
  );
  assert.deepEqual(parcels[0]?.arrival, { from: '2026-11-19T13:30:00', until: '2026-11-19T17:30:00', kind: 'window' });
});

test('every package of a shipment is a parcel of its own', () => {
  const { parcels } = sample('two-packages');
  assert.deepEqual(
    parcels.map((parcel) => [parcel.number, told(parcel.scans).at(-1), parcel.arrival]),
    [
      ['1Z0X0X0X6800000011', 'out_for_delivery.loaded', { from: '2026-11-20', until: '2026-11-20', kind: 'date' }],
      ['1Z0X0X0X6800000020', 'in_transit.delayed', { from: '2026-11-23', until: '2026-11-23', kind: 'date' }],
    ],
  );
});

test('what was refused and went back was never delivered to the customer', () => {
  const [parcel] = sample('returned').parcels;
  assert.deepEqual(told(parcel?.scans), ['delivery_failed.refused', 'returning.other', 'returned.to_sender']);
  assert.deepEqual(
    parcel?.scans.map(({ leg }) => leg),
    ['outbound', 'return', 'return'],
  );
});

test('a void and a shop where it waits are what UPS calls them', () => {
  assert.deepEqual(told(sample('voided').parcels[0]?.scans), ['announced.label_created', 'cancelled.by_sender']);
  assert.equal(told(sample('access-point').parcels[0]?.scans).at(-1), 'ready_for_pickup.shop');
});

test('codes that no list has are counted; a type may place them', () => {
  const { parcels, unmapped } = sample('unheard-of');
  assert.deepEqual(told(parcels[0]?.scans), ['accepted.picked_up', 'in_transit.departed', null, 'exception.other']);
  assert.deepEqual(unmapped, [
    { code: 'X:199', text: 'Something that no list has', count: 1 },
    { code: 'ZZ:198', text: 'Nobody knows', count: 1 },
  ]);
});

suite('times', () => {
  const base = { date: '20260210', time: '071356', status: { type: 'I', statusCode: '005' } };
  const rows: readonly (readonly [
    name: string,
    more: object,
    localTime: string,
    offset: string | null,
    how: string,
  ])[] = [
    ['a dropped leading zero', { time: '74700' }, '2026-02-10T07:47:00', null, 'assumed'],
    ['a number', { date: 20_260_210, time: 700 }, '2026-02-10T00:07:00', null, 'assumed'],
    ['midnight', { time: '0' }, '2026-02-10T00:00:00', null, 'assumed'],
    ['no time', { time: '' }, '2026-02-10', null, 'date_only'],
    ['an impossible time', { time: '246060' }, '2026-02-10', null, 'date_only'],
    ['an offset', { gmtOffset: '-05:00' }, '2026-02-10T07:13:56', '-05:00', 'exact'],
    ['an offset with a dot', { gmtOffset: '+05.30' }, '2026-02-10T07:13:56', '+05:30', 'exact'],
    ['an offset without a sign', { gmtOffset: '05:00' }, '2026-02-10T07:13:56', null, 'assumed'],
    ['an impossible offset', { gmtOffset: '-95:00' }, '2026-02-10T07:13:56', null, 'assumed'],
    [
      'GMT beside it makes no offset',
      { gmtDate: '20260210', gmtTime: '121356' },
      '2026-02-10T07:13:56',
      null,
      'assumed',
    ],
    [
      'GMT alone',
      { date: '', time: '', gmtDate: '20260210', gmtTime: '74700' },
      '2026-02-10T07:47:00',
      '+00:00',
      'exact',
    ],
  ];
  for (const [name, more, localTime, offset, how] of rows) {
    test(name, () => {
      const scan = onlyScan({ ...base, ...more });
      assert.deepEqual([scan?.localTime, scan?.offset, scan?.timeConfidence], [localTime, offset, how]);
    });
  }

  test('an activity without a day is none, and the others stay', () => {
    const { parcels, errors } = about([{ ...base, date: '20261340' }, base]);
    assert.deepEqual([parcels[0]?.scans.length, errors.length], [1, 0]);
    assert.equal(about([{ ...base, date: '' }]).errors[0]?.kind, 'upstream');
  });
});

suite('when it will arrive', () => {
  const day = (type: string, date = '20260210') => ({ type, date });
  const rows: readonly (readonly [name: string, more: object, arrival: unknown])[] = [
    [
      'by the end of a day',
      { deliveryDate: [day('SDD')], deliveryTime: { type: 'EOD' } },
      ['2026-02-10', '2026-02-10', 'date'],
    ],
    [
      'by a time that was promised',
      { deliveryDate: [day('SDD')], deliveryTime: { type: 'CMT', endTime: '93000' } },
      ['2026-02-10T09:30:00', '2026-02-10T09:30:00', 'commit'],
    ],
    [
      'in a window',
      { deliveryDate: [day('SDD')], deliveryTime: { type: 'EDW', startTime: '093000', endTime: '113000' } },
      ['2026-02-10T09:30:00', '2026-02-10T11:30:00', 'window'],
    ],
    [
      'half a window is a day',
      { deliveryDate: [day('SDD')], deliveryTime: { type: 'CDW', endTime: '113000' } },
      ['2026-02-10', '2026-02-10', 'date'],
    ],
    ['rescheduled', { deliveryDate: [day('SDD'), day('RDD', '20260212')] }, ['2026-02-12', '2026-02-12', 'date']],
    ['delivered', { deliveryDate: [day('SDD'), day('DEL')], deliveryTime: { type: 'DEL', endTime: '093000' } }, null],
    ['no day', { deliveryTime: { type: 'EDW', startTime: '093000', endTime: '113000' } }, null],
  ];
  for (const [name, more, expected] of rows) {
    test(name, () => {
      const arrival = about([], more).parcels[0]?.arrival ?? null;
      assert.deepEqual(arrival === null ? null : [arrival.from, arrival.until, arrival.kind], expected);
    });
  }
});

suite('what is no parcel', () => {
  const error = (code: string, status = 200) =>
    read(encoded({ response: { errors: [{ code, message: 'Said by UPS' }] } }), { status, retryAfter: '30' }).errors[0];
  const rows: readonly (readonly [code: string, status: number, kind: string])[] = [
    ['250002', 401, 'auth'],
    ['250002', 200, 'auth'],
    ['251004', 401, 'auth'],
    ['10429', 429, 'rate_limited'],
    ['TW0001', 404, 'not_found'],
    ['TV1002', 400, 'bad_input'],
    ['10004', 500, 'upstream'],
    ['VSS100', 500, 'upstream'],
    ['999', 403, 'auth'],
    ['999', 503, 'upstream'],
  ];
  for (const [code, status, kind] of rows) {
    test(`${code} with ${status}: ${kind}`, () => {
      assert.deepEqual([error(code, status)?.kind, error(code, status)?.retryAfterSeconds], [kind, 30]);
    });
  }

  test('a warning that nothing was found names the number, and no warning refuses the account', () => {
    const [warning] = sample('warning-not-found').errors;
    assert.deepEqual([warning?.kind, warning?.number], ['not_found', '1Z0X0X0X6800000075']);
    const shipment = {
      inquiryNumber: number,
      warnings: [{ code: '250003', message: 'Invalid Access License number' }],
    };
    assert.equal(read(encoded({ trackResponse: { shipment: [shipment] } }), ok).errors[0]?.kind, 'upstream');
  });

  test('errors without a response around them are read as well', () => {
    assert.equal(read(encoded({ errors: [{ code: 'UJ0001', message: 'x' }] }), ok).errors[0]?.kind, 'auth');
  });
});

suite('messages of Track Alert', () => {
  test('an event is one scan, read by the same table, with the arrival that it tells', () => {
    const [parcel] = sample('push').parcels;
    const [scan] = parcel?.scans ?? [];
    assert.deepEqual(
      [parcel?.number, scan?.code, scan?.localTime, scan?.offset],
      ['1Z0X0X0X6800000093', '021', '2026-11-20T08:15:19', '-05:00'],
    );
    assert.deepEqual([scan?.zone, scan?.place], ['America/New_York', { name: 'Charlotte, NC', country: 'US' }]);
    assert.deepEqual(parcel?.arrival, { from: '2026-11-20T10:30:00', until: '2026-11-20T14:30:00', kind: 'window' });
  });

  test('a day that has passed is no arrival', () => {
    const message = {
      trackingNumber: number,
      localActivityDate: '20261121',
      activityStatus: { type: 'X', code: '7Y' },
    };
    const arrival = (day: string) =>
      read(encoded({ ...message, scheduledDeliveryDate: day }), ok).parcels[0]?.arrival?.from ?? null;
    assert.deepEqual([arrival('20261120'), arrival('20261121')], [null, '2026-11-21']);
  });

  test('a delivery expects nothing any more and names nobody', () => {
    const result = sample('push-delivered');
    assert.deepEqual([told(result.parcels[0]?.scans), result.parcels[0]?.arrival], [['delivered.recipient'], null]);
    assert.ok(!JSON.stringify(result).includes('Erika'));
    assert.ok(!JSON.stringify(result).includes('28209'));
  });

  test('manifests and exceptions are what they are', () => {
    assert.deepEqual(told(sample('push-manifest').parcels[0]?.scans), ['announced.label_created']);
    assert.deepEqual(told(sample('push-exception').parcels[0]?.scans), ['in_transit.delayed_weather']);
  });

  test('D alone is no delivery in a push, for it is the type of a loaded van as well', () => {
    const message = {
      trackingNumber: number,
      localActivityDate: '20261120',
      activityStatus: { type: 'D', code: 'Q1' },
    };
    assert.deepEqual(told(read(encoded(message), ok).parcels[0]?.scans), [null]);
    const delivered = { ...message, actualDeliveryDate: '20261120' };
    assert.deepEqual(told(read(encoded(delivered), ok).parcels[0]?.scans), ['delivered.recipient']);
  });
});

test('names, mail addresses and telephone numbers are cut out of UPS’s sentences', () => {
  const text = (description: string) =>
    onlyScan({ date: '20260210', status: { type: 'D', statusCode: '011', description } })?.text;
  assert.equal(text('DELIVERED , left with: E. BEISPIEL'), 'DELIVERED');
  assert.equal(text('Delivered. Received by: Erika Beispiel'), 'Delivered.');
  assert.equal(text('Returned to Sender by Post Office'), 'Returned to Sender by Post Office');
  assert.equal(
    text('The package was not picked up by the receiver.'),
    'The package was not picked up by the receiver.',
  );
  for (const sentence of [
    'Return Label Left With Customer',
    'A sample of the shipment was taken by Clearing Agency.',
  ]) {
    assert.equal(text(sentence), sentence);
  }
  assert.equal(text('Call +49 30 1234567 or mail a@b.example'), 'Call … or mail …');
});

test('any bytes are read within 50 milliseconds, and never with an exception', () => {
  const pieces = fc.constantFrom(
    '{"trackResponse":',
    '{"shipment":[',
    '"package":[{',
    '"activity":[',
    '{"date":"20260210",',
    '}',
    ']',
    '"',
    ',',
    'null',
    '1',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.array(pieces, { maxLength: 200 }).map((all) => new TextEncoder().encode(all.join(''))),
  );
  read(new Uint8Array(), ok);
  fc.assert(
    fc.property(bytes, fc.integer({ min: 100, max: 599 }), (some, status) => {
      const began = performance.now();
      read(some, { status, retryAfter: null });
      assert.ok(performance.now() - began <= 50);
    }),
    { numRuns: 500 },
  );
});
