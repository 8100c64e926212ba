import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { connectors } from '#carriers';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { serveApi } from '../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});

const { key } = await served.api.keys.create(ground.shop.shopId, 'test', ['all'], 'test');
const json = { 'content-type': 'application/json' };
const post = (scans: unknown) =>
  served.ask('POST', '/v1/scans', { key, body: JSON.stringify({ scans }), headers: json });

const known = connectors.map(({ manifest }) => manifest.id).join(', ');

let count = 0;
function aNumber(): string {
  count += 1;
  return `00340434163${String(count).padStart(9, '0')}`;
}

/** Puts an order with one parcel of this number; answers the parcel's address. */
async function parcelOf(number: string): Promise<string> {
  const body = exampleOrder({ parcels: [{ carrier: 'dhl', tracking_number: number }] });
  const answered = await served.ask('PUT', `/v1/orders/${number}`, { key, body });
  return `/v1/parcels/${(answered.json as { parcels: readonly { id: string }[] }).parcels[0]?.id}`;
}

type Parcel = { readonly milestone: string; readonly sub_status: string | null; readonly scans: readonly object[] };
const parcelAt = async (path: string) => (await served.ask('GET', path, { key })).json as Parcel;

const scanOf = (tracking_number: string, more: object = {}) => ({
  carrier: 'dhl',
  tracking_number,
  code: 'parcel-de:EE',
  local_time: '2026-11-20T07:00:00',
  offset: '+01:00',
  ...more,
});

test('a scan moves its parcel once, however often and in whatever company it comes', async () => {
  const number = aNumber();
  const path = await parcelOf(number);
  const scan = scanOf(number);
  const first = await served.caused(async () => {
    const answered = await post([scan, scan, { ...scan, tracking_number: number.replaceAll(/(\d{4})/g, '$1 ') }]);
    assert.equal(answered.status, 200, answered.text);
    assert.deepEqual(answered.json, { accepted: 1, duplicates: 2, rejected: [] });
  });
  assert.deepEqual(first, { facts: ['parcel.moved'], audits: [], disclosures: 0 });
  const again = await served.caused(async () => {
    assert.deepEqual((await post([{ ...scan, text: 'Other words' }])).json, {
      accepted: 0,
      duplicates: 1,
      rejected: [],
    });
  });
  assert.deepEqual(again, { facts: [], audits: [], disclosures: 0 });
  const note = await served.caused(() =>
    post([scanOf(number, { code: 'parcel-de:DD', local_time: '2026-11-20T07:10' })]),
  );
  assert.deepEqual(note, { facts: ['parcel.scanned'], audits: [], disclosures: 0 });
  const parcel = await parcelAt(path);
  assert.deepEqual([parcel.milestone, parcel.scans.length], ['in_transit', 2]);
});

test('what cannot be taken is named by its place and holds up nothing else', async () => {
  const number = aNumber();
  const path = await parcelOf(number);
  const answered = await post([
    null,
    scanOf(number),
    scanOf(number, { carrier: 'pigeon' }),
    scanOf(number, { local_time: '2026-11-23T07:00:00' }),
    scanOf(number, { metadata: 1, code: null }),
    'scan',
    scanOf(number, { code: 'ZU', local_time: '2026-11-20T08:30:00' }),
  ]);
  assert.equal(answered.status, 200);
  assert.deepEqual(answered.json, {
    accepted: 2,
    duplicates: 0,
    rejected: [
      { index: 0, code: 'invalid', message: 'scan: Expected object.' },
      { index: 2, code: 'unknown_carrier', message: `carrier: There is no such carrier here. Known: ${known}.` },
      { index: 3, code: 'in_the_future', message: 'local_time: Lies more than a day ahead.' },
      { index: 4, code: 'invalid', message: 'code: Is missing. metadata: There is no such field.' },
      { index: 5, code: 'invalid', message: 'scan: Expected object.' },
    ],
  });
  assert.equal((await parcelAt(path)).milestone, 'delivered');
});

test('scans that come before their order are accepted and take effect with it', async () => {
  const number = aNumber();
  const scan = scanOf(number, { code: 'delivered' });
  const waiting = await served.caused(async () => {
    assert.deepEqual((await post([scan])).json, { accepted: 1, duplicates: 0, rejected: [] });
    assert.deepEqual((await post([scan])).json, { accepted: 0, duplicates: 1, rejected: [] });
  });
  assert.deepEqual(waiting, { facts: [], audits: [], disclosures: 0 });
  assert.deepEqual((await parcelAt(await parcelOf(number))).milestone, 'delivered');
});

test('an unknown code is accepted, kept and moves nothing', async () => {
  const number = aNumber();
  const path = await parcelOf(number);
  await post([scanOf(number)]);
  const answered = await post([scanOf(number, { code: 'parcel-de:QQ', local_time: '2026-11-20T08:00:00' })]);
  assert.deepEqual(answered.json, { accepted: 1, duplicates: 0, rejected: [] });
  const parcel = await parcelAt(path);
  assert.deepEqual([parcel.milestone, parcel.scans.length], ['in_transit', 2]);
});

test('the coarse words of a carrier count as well as its codes', async () => {
  const codes: readonly (readonly [code: unknown, milestone: string])[] = [
    ['ZU', 'delivered'],
    ['parcel-de:ZU', 'delivered'],
    ['delivered', 'delivered'],
    ['DELIVERED', 'delivered'],
    ['transit', 'in_transit'],
    ['pre-transit', 'announced'],
    [600, 'delivered'],
    ['unheard of', 'unknown'],
  ];
  for (const [code, milestone] of codes) {
    const number = aNumber();
    const path = await parcelOf(number);
    assert.deepEqual((await post([scanOf(number, { code })])).json, { accepted: 1, duplicates: 0, rejected: [] });
    assert.equal((await parcelAt(path)).milestone, milestone, String(code));
  }
});

test('a thousand scans are taken in one call, of the longest too; one more is refused as a whole', async () => {
  const number = aNumber();
  const path = await parcelOf(number);
  const scans = Array.from({ length: 1_001 }, (_, index) =>
    scanOf(number, {
      code: `parcel-de:${String(index).padStart(190, 'X')}`,
      text: 'x'.repeat(2_000),
      place: { name: 'y'.repeat(200), country: 'DE' },
    }),
  );
  const refused = await post(scans);
  assert.equal(refused.status, 422);
  assert.deepEqual((refused.json as { errors: unknown }).errors, [
    { pointer: '/scans', code: 'too_big', message: 'Must hold at most 1000 scans.' },
  ]);
  assert.equal((await parcelAt(path)).scans.length, 0);
  const taken = await post(scans.slice(1));
  assert.deepEqual([taken.status, taken.json], [200, { accepted: 1_000, duplicates: 0, rejected: [] }]);
  assert.deepEqual((await post(scans.slice(1))).json, { accepted: 0, duplicates: 1_000, rejected: [] });
  assert.deepEqual((await post([])).json, { accepted: 0, duplicates: 0, rejected: [] });
});

test('calls and orders with the same numbers in other sequences at the same time all come through', async () => {
  const numbers = Array.from({ length: 12 }, aNumber);
  const scans = numbers.flatMap((number) => [
    scanOf(number),
    scanOf(number, { code: 'parcel-de:PO', local_time: '2026-11-20T07:30:00' }),
  ]);
  const shuffled = (by: number) => scans.map((_, index) => scans[(index * by) % scans.length]);
  const answers = await Promise.all([
    ...[1, 5, 7, 11, 13, 17, 19, 23].map((by) => post(shuffled(by))),
    ...numbers.map(parcelOf),
  ]);
  const taken = answers.filter((one) => typeof one !== 'string');
  assert.ok(taken.every(({ status }) => status === 200));
  const accepted = taken.reduce((sum, one) => sum + (one.json as { accepted: number }).accepted, 0);
  assert.equal(accepted, scans.length);
  for (const path of answers.filter((one) => typeof one === 'string')) {
    assert.deepEqual([(await parcelAt(path)).milestone, (await parcelAt(path)).scans.length], ['out_for_delivery', 2]);
  }
});

suite('bodies that are none', () => {
  const bodies: readonly (readonly [body: string, status: number, pointer: string | null])[] = [
    ['', 400, null],
    ['{"scans":[', 400, null],
    ['{}', 422, '/scans'],
    ['{"scans":null}', 422, '/scans'],
    ['{"scans":{}}', 422, '/scans'],
    ['[]', 422, ''],
    ['{"scans":[],"extra":1}', 422, '/extra'],
    [`{"scans":["${'x'.repeat(4 * 1024 * 1024)}"]}`, 413, null],
  ];
  for (const [body, status, pointer] of bodies) {
    test(`${body.slice(0, 30)} is refused with ${status}`, async () => {
      const answered = await served.ask('POST', '/v1/scans', { key, body, headers: json });
      const problem = answered.json as { status: number; errors?: readonly { pointer: string }[] };
      assert.deepEqual([answered.status, problem.status], [status, status]);
      assert.match(String(answered.headers.get('content-type')), /^application\/problem\+json/);
      assert.equal(problem.errors?.[0]?.pointer ?? null, pointer);
    });
  }
});
