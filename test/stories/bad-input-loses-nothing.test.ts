import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { exampleOrder } from '../ground.ts';
import { callerOf, parcelsIn, pathOfCustomer, type Ask, type Reply } from './calls.ts';
import { openHouse } from './house-on-clock.ts';

const house = await openHouse();
after(house.close);
const { call } = house;

type Problem = {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
};

/** A refusal as RFC 9457 has it; `pointers` name the wrong places. */
function refusal(reply: Reply): {
  readonly status: number;
  readonly code: string;
  readonly pointers: readonly string[];
} {
  assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/, reply.text);
  const problem = reply.body as unknown as Problem;
  assert.ok(problem.detail.length > 10 && !problem.detail.includes('undefined'), problem.detail);
  return { status: reply.status, code: problem.code, pointers: (problem.errors ?? []).map(({ pointer }) => pointer) };
}

const put = (body: Ask['body'], headers: Ask['headers'] = {}) =>
  call('PUT', '/v1/orders/X-1', { headers, ...(body === undefined ? {} : { body }) });

async function rowCount(): Promise<number> {
  const { database } = house;
  const tables = [
    'orders.purchase',
    'orders.person',
    'parcels.parcel',
    'parcels.scan',
    'parcels.waiting',
    'facts.fact',
  ];
  let rows = 0;
  for (const table of tables) {
    rows += (await database.one<{ rows: number }>(`select count(*) as rows from ${table}`, []))?.rows ?? 0;
  }
  return rows;
}

test('Every refusal is a problem that names the wrong places, and leaves nothing behind.', async () => {
  const before = await rowCount();
  const tooMany = Array.from({ length: 1_001 }, () => ({}));
  const refusals: readonly (readonly [Promise<Reply>, number, string, ...string[]])[] = [
    [put('{"placed_at": '), 400, 'invalid'],
    [put(''), 400, 'invalid'],
    [put(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])), 400, 'invalid'],
    [put('{"__proto__": {"x": 1}}'), 400, 'invalid'],
    [put('{"\\u005f_proto__": {"x": 1}}'), 400, 'invalid'],
    [put(`"${'x'.repeat(1_100_000)}"`), 413, 'too_large'],
    [put('placed_at=now', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'media_type'],
    [put('{}', { 'content-type': 'application/json; charset=latin1' }), 415, 'media_type'],
    [put('{}', { 'content-encoding': 'gzip' }), 415, 'media_type'],
    [put([]), 422, 'invalid', ''],
    [put(exampleOrder({ placed_at: 'yesterday' })), 422, 'invalid', '/placed_at'],
    [put(exampleOrder({ placed_at: '2026-11-20T10:00:00' })), 422, 'invalid', '/placed_at'],
    [put(exampleOrder({ customer: { email: 'nobody' } })), 422, 'invalid', '/customer/email'],
    [put(exampleOrder({ colour: 'blue' })), 422, 'invalid', '/colour'],
    [
      put(exampleOrder({ address: { city: 'Berlin', country: 'DEU' } })),
      422,
      'invalid',
      '/address/street',
      '/address/country',
    ],
    [
      put(exampleOrder({ parcels: [{ carrier: 'dhl' }, { carrier: 'pony express' }] })),
      400 + 22,
      'invalid',
      '/parcels/1/carrier',
    ],
    [put(exampleOrder({ customer: { name: 'a\0b' } })), 422, 'invalid', '/customer/name'],
    [call('POST', '/v1/scans', { body: { scans: tooMany } }), 422, 'invalid', '/scans'],
    [call('POST', '/v1/scans', { body: { scans: 'many' } }), 422, 'invalid', '/scans'],
    [call('POST', '/v1/scans', { body: 'x'.repeat(4_300_000) }), 413, 'too_large'],
    [call('GET', '/v1/orders/none'), 404, 'not_found'],
    [call('GET', '/v1/parcels/par_1'), 404, 'not_found'],
    [call('GET', '/v1/nothing'), 404, 'not_found'],
    [call('DELETE', '/v1/orders/X-1'), 405, 'method'],
    [callerOf(house.port)('PUT', '/v1/orders/X-1', { body: exampleOrder() }), 401, 'unauthorized'],
    [callerOf(house.port, 'gp_00000000000000000000000000_wrong')('GET', '/v1/orders/X-1'), 401, 'unauthorized'],
  ];
  for (const [reply, status, code, ...pointers] of refusals) {
    assert.deepEqual(refusal(await reply), { status, code, pointers });
  }
  assert.equal(await rowCount(), before);
});

test('A push that is not signed as agreed is refused like one to nobody, and changes nothing.', async () => {
  const account = await house.connect({ pushToken: 'the-right-token' });
  const path = new URL(house.house.pushUrlOf(account)).pathname;
  const event = { timestamp: '2026-11-20T08:54:00', statusCode: 'transit', status: 'EE', description: 'Arrived.' };
  const body = { shipments: [{ id: '00340434161097000001', service: 'parcel-de', status: event, events: [event] }] };
  const push = (token: string | null, to = path, sent: Ask['body'] = body) =>
    callerOf(house.port)('POST', to, {
      ...(sent === undefined ? {} : { body: sent }),
      headers: token === null ? {} : { 'x-glasspost-push-token': token },
    });
  const before = await rowCount();
  const forged = await Promise.all([push('a-wrong-token'), push(null), push(''), push('the-right-token', `${path}0`)]);
  const [first] = forged;
  for (const one of forged) {
    assert.deepEqual(refusal(one), { status: 401, code: 'unauthorized', pointers: [] });
    assert.equal(one.text, first?.text);
  }
  assert.equal(refusal(await push('the-right-token', path, '{"shipments"')).status, 400);
  assert.equal(refusal(await push('the-right-token', path, 'x'.repeat(2_200_000))).status, 413);
  assert.equal(await rowCount(), before);
  assert.deepEqual((await push('the-right-token')).body, { accepted: 1, duplicates: 0 });
  assert.deepEqual((await push('the-right-token')).body, { accepted: 0, duplicates: 1 });
});

test('Of a batch in which some scans are wrong, the others are taken, and each wrong one is named.', async () => {
  const good = { carrier: 'dhl', tracking_number: '00340434161097000002', code: 'accepted.picked_up' };
  const scans = [
    { ...good, local_time: '2026-11-20T08:00:00' },
    { ...good, local_time: 'this morning' },
    { ...good, local_time: '2026-11-20T08:01:00', carrier: 'pony express' },
    'no scan at all',
    { ...good, local_time: '2036-11-20T08:00:00' },
    { ...good, local_time: '2026-02-30T08:00:00' },
    { ...good, local_time: '2026-11-20T08:02:00', code: 'in\0transit' },
    { ...good, local_time: '0000-01-01T00:00:00' },
    { ...good, local_time: '2026-11-20T08:03:00' },
  ];
  const taken = await call('POST', '/v1/scans', { body: { scans } });
  assert.equal(taken.status, 200, taken.text);
  const body = taken.body as unknown as { accepted: number; rejected: readonly { index: number; code: string }[] };
  assert.equal(body.accepted, 2);
  assert.deepEqual(
    body.rejected.map(({ index, code }) => `${index} ${code}`),
    ['1 invalid', '2 unknown_carrier', '3 invalid', '4 in_the_future', '5 invalid', '6 invalid', '7 invalid'],
  );
});

const strange = [
  `Robert'); drop table orders.purchase; --`,
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '"><b>&amp;\u0027{{7*7}}${7*7}%00%0d%0a',
  'سارة ‮gnihton‬ 👩‍👩‍👧 Ǆ ﷺ',
  'tab\tand\u0001bell\u0007and\u200Bnothing\uFEFF',
  '\\x3c $1 :name ? %s ../../etc/passwd',
];

test('SQL, markup and control characters are text like any other, in and out.', async () => {
  for (const [at, text] of strange.entries()) {
    const number = `${at} ${text}`.slice(0, 100).trim();
    const path = `/v1/orders/${encodeURIComponent(number)}`;
    const tracking = `0034043416109800${at}`;
    const body = exampleOrder({
      customer: { id: text, name: text, email: `strange-${at}@kunde.example`, phone: text.slice(0, 40) },
      address: { street: text, postcode: '10115', city: text, country: 'DE' },
      items: [{ sku: text, title: text, quantity: 1, price_minor: 1, currency: 'EUR' }],
      parcels: [{ carrier: 'dhl', tracking_number: tracking }],
    });
    const taken = await call('PUT', path, { body });
    assert.equal(taken.status, 200, taken.text);
    await house.postScans({
      ...{ tracking_number: tracking, code: 'in_transit.sorted', local_time: '2026-11-20T08:00:00', offset: '+01:00' },
      ...{ place: { name: text, country: 'DE' }, text },
    });
    const read = await call('GET', path);
    assert.equal(read.body?.['order_number'], number);
    const page = await house.page(pathOfCustomer(read));
    assert.ok(!/<script(?! type="module"| src=)/.test(page) && !page.includes('<img'), text);
    const parcel = (await call('GET', `/v1/parcels/${parcelsIn(read)[0]?.id}`)).body as unknown as {
      scans: readonly { text: string }[];
    };
    assert.equal(parcel.scans[0]?.text, text.trim());
    await house.settle();
  }
  const purchases = await house.database.one<{ rows: number }>('select count(*) as rows from orders.purchase', []);
  assert.ok((purchases?.rows ?? 0) >= strange.length, 'no table was dropped');
});

/** Values that have broken other programs. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    ...['', ' ', '\0', '\u{1F4E6}', '\ud800', 'null', '-1', '1e400', 'x'.repeat(5_000), '0000-01-01T00:00:00Z'],
    ...['-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z', '2026-02-30T25:61:61Z', '2026-11-20T10:00:00+23:59'],
    ...['9999-12-31T23:59:60+00:00', '0001-01-01', '0000-02-30', 'de-DE-DE-x', 'zz-aa-bb', 'a@b', 'dhl', 'constructor'],
    ...[null, true, 0, -0, -1, 1.5, 2 ** 53, 1e308, [], {}, [[[[]]]], { toString: null }, { length: -1 }],
  ),
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

function mutated(value: unknown, path: readonly number[], instead: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return instead;
  const entries = Object.entries<unknown>({ ...value });
  const chosen = entries.length === 0 ? -1 : first % entries.length;
  const changed = entries.map(
    ([key, inner], at) => [key, at === chosen ? mutated(inner, rest, instead) : inner] as const,
  );
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

const consent = { purpose: 'x', recipient: 'y', fields: ['email'], given_at: '2026-11-20T08:00:00Z', text: 'Ja' };
const wholeOrder = exampleOrder({ recipient: { name: 'Jon' }, consents: [consent] });
const wholeScans = {
  scans: [
    {
      ...{ carrier: 'dhl', tracking_number: '00340434161094015902', code: 'parcel-de:EE', text: 'Arrived.' },
      ...{ local_time: '2026-11-20T08:54:00', offset: '+01:00', zone: 'Europe/Berlin' },
      place: { name: 'Kassel', country: 'DE' },
    },
  ],
};
const changes = fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 4 }), odd), {
  minLength: 1,
  maxLength: 3,
});

test('Whatever is wrong with an order or a scan, it is said; nothing breaks over it.', async (t) => {
  let taken = 0;
  let asked = 0;
  const outcome = async (
    method: string,
    path: string,
    whole: object,
    edits: readonly (readonly [number[], unknown])[],
  ) => {
    const body = edits.reduce<unknown>((now, [at, instead]) => mutated(now, at, instead), whole);
    const reply = await call(method, path, { body: JSON.stringify(body) ?? 'null' });
    asked += 1;
    taken += reply.status === 200 ? 1 : 0;
    assert.ok(reply.status < 500, `${reply.status} for ${JSON.stringify(body)}`);
    if (reply.status !== 200) refusal(reply);
  };
  await fc.assert(
    fc.asyncProperty(changes, fc.nat({ max: 50 }), async (edits, at) => {
      await outcome('PUT', `/v1/orders/F-${at}`, wholeOrder, edits);
      await outcome('POST', '/v1/scans', wholeScans, edits);
    }),
    { numRuns: 300 },
  );
  await house.settle();
  await house.pass({ minutes: 5 });
  assert.deepEqual(await house.house.facts.parked(), []);
  t.diagnostic(`${taken} of ${asked} odd inputs were good enough`);
});
