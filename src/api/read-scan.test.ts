import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { start } from '../../test/ground.ts';
import { readScan } from './read-scan.ts';

const base = { carrier: 'dhl', tracking_number: '00340434161094015902', code: 'ZU', local_time: '2026-11-20T08:54:00' };

function scanIn(more: object) {
  const read = readScan({ ...base, ...more }, start);
  return 'scan' in read ? read.scan : read;
}

type Times = {
  readonly localTime: string;
  readonly offset: string | null;
  readonly zone: string | null;
  readonly timeConfidence: string;
};
const berlin = { place: { name: 'Berlin', country: 'DE' } };

const times: readonly (readonly [sent: object, read: readonly [string, string | null, string | null, string]])[] = [
  [{}, ['2026-11-20T08:54:00', null, null, 'assumed']],
  [berlin, ['2026-11-20T08:54:00', null, 'Europe/Berlin', 'located']],
  [{ code: 'parcel-de:ZU' }, ['2026-11-20T08:54:00', null, 'Europe/Berlin', 'assumed']],
  [{ zone: 'Europe/Rome' }, ['2026-11-20T08:54:00', null, 'Europe/Rome', 'located']],
  [{ zone: 'europe/rome' }, ['2026-11-20T08:54:00', null, 'Europe/Rome', 'located']],
  [{ ...berlin, zone: 'Europe/Rome' }, ['2026-11-20T08:54:00', null, 'Europe/Rome', 'located']],
  [{ offset: '+01:00' }, ['2026-11-20T08:54:00', '+01:00', null, 'exact']],
  [{ offset: '+0100', ...berlin }, ['2026-11-20T08:54:00', '+01:00', 'Europe/Berlin', 'exact']],
  [{ offset: '+01' }, ['2026-11-20T08:54:00', '+01:00', null, 'exact']],
  [{ offset: '-0330' }, ['2026-11-20T08:54:00', '-03:30', null, 'exact']],
  [{ offset: '-00:00' }, ['2026-11-20T08:54:00', '+00:00', null, 'exact']],
  [{ offset: 'z' }, ['2026-11-20T08:54:00', '+00:00', null, 'exact']],
  [{ offset: 'Z', zone: 'Europe/Berlin' }, ['2026-11-20T08:54:00', '+00:00', null, 'exact']],
  [{ offset: '' }, ['2026-11-20T08:54:00', null, null, 'assumed']],
  [{ local_time: '2026-11-20T08:54:00+01:00' }, ['2026-11-20T08:54:00', '+01:00', null, 'exact']],
  [{ local_time: '2026-11-20T08:54:00+01:00', offset: '+0100' }, ['2026-11-20T08:54:00', '+01:00', null, 'exact']],
  [{ local_time: '2026-11-20T07:54:00.123456Z' }, ['2026-11-20T07:54:00', '+00:00', null, 'exact']],
  [{ local_time: '2026-11-20 08:54' }, ['2026-11-20T08:54:00', null, null, 'assumed']],
  [{ local_time: ' 2026-11-20t08:54:07,5 ' }, ['2026-11-20T08:54:07', null, null, 'assumed']],
  [{ local_time: '2026-11-20T08:54:60' }, ['2026-11-20T08:54:59', null, null, 'assumed']],
  [{ local_time: '2026-11-20' }, ['2026-11-20', null, null, 'date_only']],
  [{ local_time: '2026-11-20', offset: '+01:00', ...berlin }, ['2026-11-20', null, 'Europe/Berlin', 'date_only']],
  [{ local_time: '2026-10-25T02:30:00', ...berlin }, ['2026-10-25T02:30:00', null, 'Europe/Berlin', 'located']],
  [{ local_time: '2026-03-29T02:30:00', ...berlin }, ['2026-03-29T02:30:00', null, 'Europe/Berlin', 'located']],
];
suite('a local time stays what was sent', () => {
  for (const [sent, expected] of times) {
    test(JSON.stringify(sent), () => {
      const { localTime, offset, zone, timeConfidence } = scanIn(sent) as Times;
      assert.deepEqual([localTime, offset, zone, timeConfidence], expected);
    });
  }
});

const places: readonly (readonly [sent: unknown, read: object | null])[] = [
  [undefined, null],
  ['', null],
  [{}, null],
  ['Berlin', { name: 'Berlin', country: null }],
  [{ name: ' Berlin ' }, { name: 'Berlin', country: null }],
  [
    { name: 'Berlin', country: 'de' },
    { name: 'Berlin', country: 'DE' },
  ],
  [{ country: 'DE' }, { name: 'Germany', country: 'DE' }],
  [
    { name: '', country: 'DE' },
    { name: 'Germany', country: 'DE' },
  ],
];
for (const [place, expected] of places) {
  test(`the place ${JSON.stringify(place)} is read`, () => {
    const read = scanIn({ place });
    assert.deepEqual('place' in read ? read.place : read, expected);
  });
}

const refused: readonly (readonly [sent: object, message: RegExp])[] = [
  [{ local_time: '20.11.2026 08:54' }, /^local_time: Must be a local time such as/],
  [{ local_time: '2026-02-30' }, /^local_time: Must be/],
  [{ local_time: '2026-11-20T25:00' }, /^local_time: Must be/],
  [{ local_time: '2026-11-20T24:00:00' }, /^local_time: Must be/],
  [{ local_time: '1763625240' }, /^local_time: Must be/],
  [{ local_time: 1763625240 }, /^local_time: Expected string/],
  [{ local_time: '0000-01-01' }, /^local_time: Must lie in 1990 to 2099/],
  [{ local_time: '1970-01-01T00:00:00' }, /^local_time: Must lie/],
  [{ local_time: '2026-11-20T08:54:00Z', offset: '+01:00' }, /^offset: Is not the one/],
  [{ offset: 'CET' }, /^offset: Must be/],
  [{ offset: '+15:00' }, /^offset: Must be/],
  [{ offset: '+01:60' }, /^offset: Must be/],
  [{ offset: 60 }, /^offset: Expected string/],
  [{ zone: 'Mars/Olympus' }, /^zone: Must be/],
  [{ zone: '+01:00' }, /^zone: Must be/],
  [{ place: 'x'.repeat(201) }, /^place.name: Must have at most 200/],
  [{ place: { name: 'Berlin', country: 'Germany' } }, /^place.country: Must be a country code/],
  [{ place: { name: 'Berlin', postcode: '10115' } }, /^place.postcode: There is no such field/],
  [{ place: 5 }, /^place: Expected object/],
  [{ code: 'a\0b' }, /^code: Must not hold/],
  [{ code: '' }, /^code: Must not be empty/],
  [{ code: -1 }, /^code: Expected string/],
  [{ tracking_number: 2 ** 58 }, /^tracking_number: Expected string/],
  [{ tracking_number: 'x'.repeat(61) }, /^tracking_number: Must have at most 60/],
  [{ text: 'x'.repeat(2_001) }, /^text: Must have at most 2000/],
  [{ metadata: {} }, /^metadata: There is no such field/],
];
for (const [sent, message] of refused) {
  test(`${JSON.stringify(sent).slice(0, 60)} is refused by name`, () => {
    const read = readScan({ ...base, ...sent }, start);
    assert.ok('message' in read);
    assert.equal(read.code, 'invalid');
    assert.match(read.message, message);
  });
}

test('a clock may be a day ahead and no more', () => {
  const [soon, late] = [26, 27].map((hours) => scanIn({ local_time: start.add({ hours }).toString() }).code);
  assert.deepEqual([soon, late], ['ZU', 'in_the_future']);
});

const anyTime = fc.oneof(
  fc
    .date({ min: new Date('1980-01-01'), max: new Date('2101-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.stringMatching(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?)?$/),
  fc.string(),
);
const anyOffset = fc.oneof(
  fc.constantFrom('Z', 'z', '', '+01:00', '-0930', '+14:00', '+05'),
  fc.stringMatching(/^[+-]\d\d:?\d\d$/),
  fc.string(),
);
const anyPlace = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.record(
    { name: fc.string({ unit: 'binary' }), country: fc.constantFrom('DE', 'us', 'ZZ', 'xx', 'IT', '1') },
    { requiredKeys: [] },
  ),
);
const anyCode = fc.oneof(
  fc.constantFrom(
    'ZU',
    'parcel-de:PO',
    'delivered',
    'returning.refused',
    'express:OK',
    'ecommerce:600',
    'info.event_retracted',
  ),
  fc.string({ unit: 'binary' }),
  fc.nat(),
);
const anySent = fc.record(
  {
    carrier: fc.constantFrom('dhl', 'dhl-unified', 'DHL Paket', 'pigeon'),
    tracking_number: fc.oneof(fc.string({ minLength: 1 }), fc.double(), fc.nat()),
    code: anyCode,
    local_time: anyTime,
    offset: anyOffset,
    zone: fc.oneof(fc.constantFrom('Europe/Berlin', 'Pacific/Kiritimati', 'UTC', '', 'etc/gmt+12'), fc.string()),
    place: anyPlace,
    text: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['carrier', 'tracking_number', 'code', 'local_time'] },
);

const goodSent = fc.record(
  {
    carrier: fc.constant('dhl'),
    tracking_number: fc.stringMatching(/^[A-Z0-9]{1,30}$/),
    code: fc.oneof(
      fc.constantFrom('ZU', 'parcel-de:PO', 'delivered', 'unheard'),
      fc.stringMatching(/^[a-z-]{1,10}:[A-Z]{2}$/),
    ),
    local_time: fc
      .date({ min: new Date('1990-01-02'), max: new Date('2026-11-20'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19)),
    offset: fc.constantFrom('Z', '+0100', '-03:30', '+05'),
    zone: fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata'),
    place: fc.oneof(
      fc.constantFrom('Berlin', 'Rom, IT'),
      fc.record({ name: fc.constantFrom('Bonn', 'Oslo'), country: fc.constantFrom('DE', 'no') }),
    ),
    text: fc.string(),
  },
  { requiredKeys: ['carrier', 'tracking_number', 'code', 'local_time'] },
);

test('whatever comes in, the reader answers with a scan or with a sentence about a field', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anySent, goodSent, fc.jsonValue()), (sent) => {
      const read = readScan(sent, start);
      if ('scan' in read) taken += 1;
      else assert.match(read.message, /^\S[^]*: [A-Z]/);
    }),
    { numRuns: 5_000 },
  );
  assert.ok(taken > 500, `${taken} were scans`);
});

test('a scan that was taken means the same when it is sent again as it was read', () => {
  fc.assert(
    fc.property(goodSent, (sent) => {
      const first = scanIn(sent);
      assert.ok('localTime' in first, JSON.stringify(first));
      const { code, localTime, offset, zone, place, text } = first;
      const again = scanIn({
        code,
        local_time: localTime,
        ...(offset === null ? {} : { offset }),
        ...(zone === null ? {} : { zone }),
        ...(place === null
          ? {}
          : { place: place.country === null ? place.name : { name: place.name, country: place.country } }),
        ...(text === null ? {} : { text }),
      });
      assert.ok('localTime' in again);
      // A zone that was taken for likely is a sent one the second time.
      assert.deepEqual({ ...again, timeConfidence: '' }, { ...first, timeConfidence: '' });
    }),
    { numRuns: 2_000 },
  );
});
