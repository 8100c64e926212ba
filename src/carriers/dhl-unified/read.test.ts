import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ReadScan } from '../contract.ts';
import { read } from './read.ts';
import { zoneAt } from './shipment.ts';

const ok = { status: 200, retryAfter: null };
const sample = (name: string) => readFileSync(new URL(`./samples/${name}.json`, import.meta.url));
const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function onlyParcel(bytes: Uint8Array) {
  const { parcels } = read(bytes, ok);
  assert.equal(parcels.length, 1);
  const [parcel] = parcels;
  assert.ok(parcel);
  return parcel;
}

const brief = ({ localTime, subStatus, zone, place }: ReadScan) =>
  [localTime, subStatus, zone, place?.name ?? null].map(String).join(' ');

test('a parcel that a neighbour took reads from the announcement to the neighbour', () => {
  const parcel = onlyParcel(sample('parcel-de-neighbour'));
  assert.equal(parcel.number, '00340000000000000017');
  assert.deepEqual(parcel.arrival, { from: '2026-11-20', until: '2026-11-20', kind: 'date' });
  assert.deepEqual(parcel.scans.map(brief), [
    '2026-11-18T22:01:00 announced.data_received Europe/Berlin null',
    '2026-11-19T18:30:00 in_transit.sorted Europe/Berlin Beispielstadt',
    '2026-11-20T03:17:00 in_transit.at_delivery_depot Europe/Berlin Musterhausen',
    '2026-11-20T09:05:00 info.preferred_location_set Europe/Berlin null',
    '2026-11-20T09:05:00 out_for_delivery.loaded Europe/Berlin null',
    '2026-11-20T15:42:00 delivered.neighbour Europe/Berlin Germany',
  ]);
});

test('a parcel around the world has each local time in its own zone', () => {
  const { scans, arrival, number } = onlyParcel(sample('express-world'));
  assert.equal(number, '1000000017');
  assert.equal(arrival?.kind, 'window');
  assert.deepEqual(scans.map(brief), [
    '2026-11-18T14:00:00 announced.data_received null null',
    '2026-11-18T17:02:00 accepted.picked_up America/Los_Angeles Los Angeles Gateway, CA',
    '2026-11-18T20:35:00 in_transit.other America/New_York Cincinnati Hub, OH',
    '2026-11-19T04:12:00 in_transit.departed America/New_York Cincinnati Hub, OH',
    '2026-11-19T23:10:00 in_transit.customs_cleared Europe/Berlin Leipzig',
    '2026-11-20T03:55:00 in_transit.departed Europe/Berlin Leipzig',
    '2026-11-20T06:40:00 in_transit.at_delivery_depot Europe/Amsterdam Amsterdam',
    '2026-11-20T08:51:00 out_for_delivery.loaded Europe/Amsterdam Amsterdam',
    '2026-11-20T11:24:00 delivered.recipient Europe/Amsterdam Amsterdam',
  ]);
  assert.deepEqual(scans.map(({ offset, timeConfidence }) => [offset, timeConfidence]).slice(0, 2), [
    ['+00:00', 'exact'],
    [null, 'located'],
  ]);
});

test('nothing of a person, a signature or a reference gets in', () => {
  for (const name of ['express-world', 'parcel-de-neighbour']) {
    const text = JSON.stringify(read(sample(name), ok));
    for (const secret of ['ERIKA', 'Erika', 'Muster Shop', 'Beispielweg', 'signatureUrl', '4711', 'JD0000']) {
      assert.ok(!text.includes(secret), `${secret} in ${name}`);
    }
  }
});

test('the driver takes back an attempt, and the parcel is delivered after all', () => {
  const { scans } = onlyParcel(sample('parcel-de-codes'));
  assert.deepEqual(
    scans.slice(-3).map(({ subStatus, retracts }) => [subStatus, retracts]),
    [
      ['delivery_failed.not_home', false],
      ['info.event_retracted', true],
      ['delivered.recipient', false],
    ],
  );
});

test('what DHL calls delivered and went back is returned', () => {
  const { scans } = onlyParcel(sample('svb-returned'));
  assert.deepEqual(
    scans.map(({ milestone, leg, timeConfidence }) => `${milestone} ${leg} ${timeConfidence}`),
    [
      'accepted outbound date_only',
      'in_transit outbound assumed',
      'ready_for_pickup outbound assumed',
      'returning return assumed',
      'returned return assumed',
    ],
  );
});

test('without a service two parcels may have one number; each keeps its service', () => {
  const { parcels } = read(sample('two-services'), ok);
  assert.deepEqual(
    parcels.map(({ number, service }) => [number, service]),
    [
      ['3000000017', 'parcel-nl'],
      ['3000000017', 'ecommerce'],
    ],
  );
});

test('a status without events is the one scan; a newer one than all events comes last', () => {
  assert.deepEqual(onlyParcel(sample('status-only')).scans.map(brief), [
    '2026-11-20T07:00:00 announced.data_received Europe/Berlin null',
  ]);
  assert.equal(onlyParcel(sample('status-newer')).scans.at(-1)?.subStatus, 'delivered.recipient');
});

test('a status that repeats the youngest event, even in UTC, is no second scan', () => {
  assert.equal(onlyParcel(sample('documentation-wrapper')).scans.length, 1);
  assert.equal(onlyParcel(sample('express-world')).scans.length, 9);
});

test('a status that says what the youngest event says, a moment or a time zone later, is no second scan', () => {
  const event = { timestamp: '2026-11-20T05:00:00', status: 'OK' };
  const scansWith = (timestamp: string, status = 'OK') =>
    onlyParcel(encoded({ id: 'A1', service: 'express', events: [event], status: { timestamp, status } })).scans.length;
  assert.equal(scansWith('2026-11-20T10:00:00Z'), 1);
  assert.equal(scansWith('2026-11-20T05:00:40'), 1);
  assert.equal(scansWith('2026-11-20T10:00:00'), 2);
  assert.equal(scansWith('2026-11-20T10:07:00Z'), 2);
  assert.equal(scansWith('2026-11-20T10:00:00Z', 'RT'), 2);
});

test('codes that no list knows are reported with how often they came', () => {
  const { unmapped, parcels } = read(sample('unheard-of'), ok);
  assert.deepEqual(
    parcels[0]?.scans.map(({ milestone }) => milestone),
    ['in_transit', 'in_transit', 'unknown', 'unknown'],
  );
  assert.deepEqual(unmapped, [
    { code: 'parcel-de:Q7:in_transit.other', text: null, count: 1 },
    { code: 'parcel-de:QQ', text: null, count: 1 },
    { code: 'parcel-de:unknown', text: 'Die Drohne ist gelandet.', count: 1 },
  ]);
});

test('a broken event takes no other along, and a shipment without a number is an error', () => {
  const { parcels, errors } = read(sample('broken-fields'), ok);
  assert.deepEqual(
    parcels[0]?.scans.map(({ localTime }) => localTime),
    ['2026-11-20T10:00:00', '2026-11-20T11:00:00'],
  );
  assert.deepEqual(
    errors.map(({ kind, number }) => [kind, number]),
    [['upstream', null]],
  );
});

test('a shipment none of whose events can be read says so with its number', () => {
  const { parcels, errors } = read(
    encoded({ shipments: [{ id: 'A1', service: 'express', events: [{ timestamp: 'x' }] }] }),
    ok,
  );
  assert.deepEqual(parcels[0]?.scans, []);
  assert.deepEqual(
    errors.map(({ kind, number }) => [kind, number]),
    [['upstream', 'A1']],
  );
});

test('the shipment may stand bare, in a list, or in one of the wrappers', () => {
  const bare = { id: 'A1', service: 'express', events: [{ timestamp: '2026-11-20T10:00:00', status: 'OK' }] };
  const wrapped = [
    bare,
    [bare],
    { shipments: [bare] },
    { trackingResponse: { shipments: [bare] } },
    { TrackingResponse: { shipments: [bare] } },
  ];
  for (const wire of wrapped) assert.equal(onlyParcel(encoded(wire)).scans.length, 1);
});

test('an event in a country of many zones, whose town tells nothing, has no zone', () => {
  assert.deepEqual(zoneAt({ name: 'Springfield', country: 'US' }, 'parcel-de:AA'), {
    zone: null,
    timeConfidence: 'assumed',
  });
  assert.deepEqual(zoneAt(null, 'parcel-de:AA'), { zone: 'Europe/Berlin', timeConfidence: 'assumed' });
  assert.deepEqual(zoneAt(null, 'express:AF'), { zone: null, timeConfidence: 'assumed' });
  assert.deepEqual(zoneAt({ name: 'Wien', country: 'AT' }, 'parcel-de:AA'), {
    zone: 'Europe/Vienna',
    timeConfidence: 'located',
  });
});

const errorsOf = (bytes: Uint8Array, status: number, retryAfter: string | null = null) =>
  read(bytes, { status, retryAfter }).errors.map((error) => [error.kind, error.number, error.retryAfterSeconds]);

test('errors are told apart, with the number they are about and the time to wait', () => {
  assert.deepEqual(errorsOf(sample('not-found'), 404), [['not_found', '00340000000000000086', null]]);
  assert.deepEqual(errorsOf(sample('not-found'), 200), [['not_found', '00340000000000000086', null]]);
  assert.deepEqual(errorsOf(sample('quota-used-up'), 429, '60'), [['rate_limited', null, 60]]);
  assert.deepEqual(errorsOf(encoded({ title: 'Unauthorized', status: 401 }), 401), [['auth', null, null]]);
  assert.deepEqual(errorsOf(encoded({ title: 'Bad Request', status: 400 }), 400), [['bad_input', null, null]]);
  assert.deepEqual(errorsOf(new TextEncoder().encode('<html>502</html>'), 502), [['upstream', null, null]]);
  assert.deepEqual(errorsOf(new TextEncoder().encode('<html>hello</html>'), 200), [['upstream', null, null]]);
  assert.deepEqual(errorsOf(new Uint8Array(), 200), [['upstream', null, null]]);
  assert.deepEqual(errorsOf(encoded({ shipments: [] }), 200), [['not_found', null, null]]);
});
