import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { readId } from '#kit/ids';
import { exampleFace, exampleOrder, openGround } from '../../test/ground.ts';
import { serveApi } from '../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});

const { key } = await served.api.keys.create(ground.shop.shopId, 'test', ['all'], 'test');
const put = (number: string, body: object | string, more: object = {}) =>
  served.ask('PUT', `/v1/orders/${encodeURIComponent(number)}`, { key, body, ...more });
const get = (number: string) => served.ask('GET', `/v1/orders/${encodeURIComponent(number)}`, { key });

type OrderAnswer = {
  readonly id: string;
  readonly order_number: string;
  readonly parcels: readonly { readonly id: string; readonly tracking_number: string | null }[];
  readonly links: { readonly customer: string };
};
const orderIn = (answered: { readonly json: unknown }) => answered.json as OrderAnswer;

let count = 0;
function aNumber(): string {
  count += 1;
  return `00340434162${String(count).padStart(9, '0')}`;
}
const boxes = (...numbers: readonly (string | null)[]) => ({
  parcels: numbers.map((tracking_number) => ({ carrier: 'dhl', tracking_number })),
});

test('an order goes in, comes back the same, and its link leads to it', async () => {
  const number = aNumber();
  let answered = await get('none');
  const caused = await served.caused(async () => {
    answered = await put('A-1', exampleOrder(boxes(number)));
  });
  assert.deepEqual(caused, { facts: ['parcel.registered'], audits: [], disclosures: 0 });
  const order = orderIn(answered);
  assert.equal(answered.status, 200);
  assert.match(String(answered.headers.get('content-type')), /^application\/json/);
  assert.deepEqual(answered.json, {
    id: order.id,
    order_number: 'A-1',
    parcels: [
      {
        id: order.parcels[0]?.id,
        carrier: 'dhl-unified',
        tracking_number: number,
        milestone: 'unknown',
        sub_status: null,
      },
    ],
    links: { customer: order.links.customer },
  });
  assert.match(order.id, /^ord_[0-9a-z]{26}$/);
  assert.match(order.parcels[0]?.id ?? '', /^par_[0-9a-z]{26}$/);

  let again = answered;
  const reading = await served.caused(async () => {
    again = await get('A-1');
  });
  assert.deepEqual(reading, { facts: [], audits: [], disclosures: 0 });
  assert.deepEqual(again.json, answered.json);
  assert.equal(again.status, 200);

  const token = new URL(order.links.customer).pathname.split('/').at(-1) ?? '';
  const target = await ground.orders.links.find(ground.database, token);
  assert.equal(target?.orderId, readId('ord', order.id));
  assert.equal(target?.shopId, ground.shop.shopId);
});

test('a parcel is read with its scans', async () => {
  const number = aNumber();
  const order = orderIn(await put('A-2', exampleOrder(boxes(number))));
  const scan = { carrier: 'dhl', tracking_number: number, code: 'ZU', local_time: '2026-11-20T08:54', place: 'Berlin' };
  await served.ask('POST', '/v1/scans', { key, body: { scans: [scan] } });
  const answered = await served.ask('GET', `/v1/parcels/${order.parcels[0]?.id}`, { key });
  assert.equal(answered.status, 200);
  assert.deepEqual(answered.json, {
    id: order.parcels[0]?.id,
    carrier: 'dhl-unified',
    tracking_number: number,
    milestone: 'delivered',
    sub_status: 'delivered.recipient',
    order_id: order.id,
    service: null,
    leg: 'outbound',
    last_sign_at: '2026-11-20T08:54:00Z',
    arrival: null,
    scans: [
      {
        code: 'ZU',
        milestone: 'delivered',
        sub_status: 'delivered.recipient',
        local_time: '2026-11-20T08:54:00',
        offset: null,
        zone: null,
        time_confidence: 'assumed',
        place: { name: 'Berlin', country: null },
        text: null,
      },
    ],
  });
  assert.equal(orderIn(await get('A-2')).parcels.length, 1);
});

suite('the same again', () => {
  test('changes nothing, twice and with twenty at once', async () => {
    const body = exampleOrder(boxes(aNumber(), aNumber()));
    const first = await put('B-1', body);
    const caused = await served.caused(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => put('B-1', body)));
      for (const answered of answers) assert.deepEqual([answered.status, answered.json], [200, first.json]);
    });
    assert.deepEqual(caused, { facts: [], audits: [], disclosures: 0 });
  });

  test('makes one order of twenty that come at once, and one person', async () => {
    const body = exampleOrder({ customer: { email: 'new@kunde.example' }, ...boxes(aNumber()) });
    const caused = await served.caused(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => put('B-2', body)));
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
      assert.equal(answers[0]?.status, 200);
    });
    assert.deepEqual(caused.facts, ['parcel.registered']);
  });

  test('twenty orders of one new customer at once belong to one person', async () => {
    const body = exampleOrder({ customer: { email: 'many@kunde.example' }, parcels: [] });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => put(`B-3-${index}`, body)));
    assert.ok(answers.every(({ status }) => status === 200));
    const orders = await Promise.all(
      answers.map((_, index) => ground.orders.find(ground.database, ground.shop.shopId, `B-3-${index}`)),
    );
    assert.equal(new Set(orders.map((order) => order?.personId)).size, 1);
  });

  test('keeps a parcel when its number comes later or another parcel comes beside it', async () => {
    const [one, two] = [aNumber(), aNumber()];
    const before = orderIn(await put('B-4', exampleOrder(boxes(null))));
    assert.equal(before.parcels[0]?.tracking_number, null);
    const later = orderIn(await put('B-4', exampleOrder(boxes(one, two))));
    assert.deepEqual(
      later.parcels.map((parcel) => parcel.tracking_number),
      [one, two],
    );
    assert.equal(later.parcels[0]?.id, before.parcels[0]?.id);
    assert.equal(later.id, before.id);
    assert.equal(later.links.customer, before.links.customer);
  });
});

suite('order numbers', () => {
  const numbers = [
    'A 17',
    'A/18',
    'Ä-ß-19',
    '🎁20',
    'a?b#c&d=e%21',
    '../22',
    '%2F',
    'x'.repeat(100),
    'Zürich № ٣',
    "'; --",
  ];
  for (const number of numbers) {
    test(`${number.slice(0, 20)} goes in and comes back as it is`, async () => {
      const answered = await put(number, exampleOrder({ parcels: [] }));
      assert.equal(answered.status, 200, answered.text);
      assert.equal(orderIn(answered).order_number, number);
      assert.deepEqual((await get(number)).json, answered.json);
    });
  }

  const wrong: readonly (readonly [path: string, status: number, code: string])[] = [
    ['%20', 422, 'invalid'],
    ['a%00b', 422, 'invalid'],
    ['x'.repeat(101), 422, 'invalid'],
    ['x'.repeat(600), 414, 'too_long'],
    ['%E0%A4', 400, 'invalid'],
    ['a/b', 404, 'not_found'],
    ['', 422, 'invalid'],
  ];
  for (const [path, status, code] of wrong) {
    test(`the path ${path.slice(0, 12)} is refused with ${status}`, async () => {
      const answered = await served.ask('PUT', `/v1/orders/${path}`, { key, body: exampleOrder() });
      const problem = answered.json as { code: string; status: number; errors?: readonly { pointer: string }[] };
      assert.deepEqual([answered.status, problem.status, problem.code], [status, status, code]);
      assert.match(String(answered.headers.get('content-type')), /^application\/problem\+json/);
      if (status === 422) assert.equal(problem.errors?.[0]?.pointer, '/order_number');
    });
  }

  test('a number that no order can have is not found', async () => {
    assert.equal((await get('x'.repeat(101))).status, 404);
    assert.equal((await get(' ')).status, 404);
  });
});

suite('what a reasonable client sends otherwise', () => {
  const accepted: readonly (readonly [name: string, more: object])[] = [
    [
      'null for everything that may be missing',
      { language: null, recipient: null, items: null, consents: null, parcels: null },
    ],
    [
      'null inside',
      {
        customer: { id: null, name: null, email: null, phone: null },
        items: [{ sku: null, title: 'Tasse', quantity: 1, price_minor: 0, currency: 'EUR' }],
      },
    ],
    ['an empty customer', { customer: {} }],
    ['empty texts', { customer: { id: '', name: '', email: '', phone: '' } }],
    [
      'a customer id and a tracking number as whole numbers',
      { customer: { id: 4711 }, parcels: [{ carrier: 'dhl', tracking_number: 1234567890 }] },
    ],
    ['an e-mail address with letters of other scripts', { customer: { email: 'jörg@müller.example' } }],
    ['an e-mail address in Chinese', { customer: { email: '用户@例子.广告' } }],
    ['an e-mail address with a plus and an apostrophe', { customer: { email: "o'brien+shop@kunde.example" } }],
    [
      'a country in small letters',
      { address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'de' } },
    ],
    ['an address without a postcode', { address: { street: '1 Main St', city: 'Dublin', country: 'IE' } }],
    ['a time in UTC with fractions', { placed_at: '2026-11-19T09:00:00.123456Z' }],
    [
      'a carrier in another spelling',
      { parcels: [{ carrier: ' DHL_Paket ', tracking_number: '0034 0434 1610 9401 5902' }] },
    ],
    ['a language with a region', { language: 'de-AT' }],
  ];
  for (const [name, more] of accepted) {
    test(`${name}: accepted`, async () => {
      const answered = await put(`C-${name}`, exampleOrder({ ...boxes(aNumber()), ...more }));
      assert.equal(answered.status, 200, answered.text);
      assert.deepEqual((await get(`C-${name}`)).json, answered.json);
    });
  }
});

suite('what is wrong is named', () => {
  const item = { title: 'Tasse', quantity: 1, price_minor: 100, currency: 'EUR' };
  const wrong: readonly (readonly [name: string, more: object, pointers: readonly string[], code?: string])[] = [
    ['a time without an offset', { placed_at: '2026-11-19T10:00:00' }, ['/placed_at']],
    ['a time that is none', { placed_at: 'yesterday' }, ['/placed_at']],
    ['a time as a number', { placed_at: 1_763_000_000 }, ['/placed_at']],
    ['a year that no database knows', { placed_at: '-200000-01-01T00:00:00Z' }, ['/placed_at']],
    ['no time', { placed_at: null }, ['/placed_at'], 'missing'],
    ['an unknown field', { metadata: { a: 1 } }, ['/metadata'], 'unknown_field'],
    ['an unknown field inside', { customer: { e_mail: 'x' } }, ['/customer/e_mail'], 'unknown_field'],
    ['an unknown field with a slash', { 'a/b~c': 1 }, ['/a~1b~0c'], 'unknown_field'],
    ['no e-mail address', { customer: { email: 'ada' } }, ['/customer/email']],
    [
      'an e-mail address with a line break',
      { customer: { email: 'a@b.example\r\nBcc: c@d.example' } },
      ['/customer/email'],
    ],
    ['a country by name', { address: { street: 'a', city: 'b', country: 'Germany' } }, ['/address/country']],
    ['no city', { address: { street: 'a', country: 'DE' } }, ['/address/city'], 'missing'],
    [
      'an unknown carrier',
      { parcels: [{ carrier: 'dhl' }, { carrier: 'pigeon' }] },
      ['/parcels/1/carrier'],
      'unknown_carrier',
    ],
    [
      'two unknown carriers',
      { parcels: [{ carrier: 'owl' }, { carrier: 'pigeon' }] },
      ['/parcels/0/carrier', '/parcels/1/carrier'],
      'unknown_carrier',
    ],
    [
      'a tracking number that JSON rounds',
      { parcels: [{ carrier: 'dhl', tracking_number: 2 ** 58 }] },
      ['/parcels/0/tracking_number'],
    ],
    ['a quantity in words', { items: [{ ...item, quantity: '2' }] }, ['/items/0/quantity']],
    ['half a price', { items: [{ ...item, price_minor: 19.9 }] }, ['/items/0/price_minor']],
    ['a currency that is none', { items: [{ ...item, currency: 'euro' }] }, ['/items/0/currency']],
    ['a list with nothing in a place', { items: [null] }, ['/items/0']],
    [
      'a consent without its words',
      { consents: [{ purpose: 'a', recipient: 'b', fields: ['email'], given_at: '2026-11-19T10:00:00Z' }] },
      ['/consents/0/text'],
      'missing',
    ],
    ['a NUL character', { customer: { name: 'a\0b' } }, ['/customer/name']],
    ['101 parcels', { parcels: Array.from({ length: 101 }, () => ({ carrier: 'dhl' })) }, ['/parcels']],
    ['a language that is none', { language: 'de_DE; drop' }, ['/language']],
    ['several at once', { placed_at: 'x', address: 'y', extra: 1 }, ['/placed_at', '/address', '/extra']],
  ];
  for (const [name, more, pointers, code] of wrong) {
    test(`${name}: ${pointers.join(', ')}`, async () => {
      let answered = await get('none');
      const caused = await served.caused(async () => {
        answered = await put('D-1', exampleOrder(more));
      });
      const problem = answered.json as { errors: readonly { pointer: string; code: string; message: string }[] };
      assert.equal(answered.status, 422, answered.text);
      assert.deepEqual(new Set(problem.errors.map(({ pointer }) => pointer)), new Set(pointers));
      for (const error of problem.errors) {
        assert.match(error.message, /^[A-Z].*\.$/s);
        if (code !== undefined) assert.equal(error.code, code);
      }
      assert.doesNotMatch(answered.text, /pigeon|yesterday|Germany|Bcc/, 'says nothing of what was sent');
      assert.deepEqual(caused, { facts: [], audits: [], disclosures: 0 });
      assert.equal((await get('D-1')).status, 404);
    });
  }
});

suite('bodies that cannot be read', () => {
  const json = { 'content-type': 'application/json' };
  const bodies: readonly (readonly [name: string, asking: object, status: number])[] = [
    ['nothing', { headers: json }, 400],
    ['half of it', { headers: json, body: '{"placed_at":' }, 400],
    ['a list', { headers: json, body: '[]' }, 422],
    ['a text', { headers: json, body: '"order"' }, 422],
    ['null', { headers: json, body: 'null' }, 422],
    ['no UTF-8', { headers: json, body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400],
    ['__proto__', { headers: json, body: '{"__proto__":{}}' }, 400],
    ['100,000 levels', { headers: json, body: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }, 422],
    ['100,000 levels of null', { headers: json, body: `${'{"a":'.repeat(50_000)}null${'}'.repeat(50_000)}` }, 422],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' }, 415],
    ['a compressed one', { headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' }, 415],
    ['more than a megabyte', { headers: json, body: `{"a":"${'x'.repeat(1024 * 1024)}"}` }, 413],
  ];
  for (const [name, asking, status] of bodies) {
    test(`${name}: ${status}`, async () => {
      const answered = await served.ask('PUT', '/v1/orders/E-1', { key, ...asking });
      assert.equal(answered.status, status, answered.text.slice(0, 500));
      assert.equal((answered.json as { status: number }).status, status);
      assert.match(String(answered.headers.get('content-type')), /^application\/problem\+json/);
      assert.equal((await get('E-1')).status, 404);
    });
  }

  test('the largest order that the shape allows is taken', async () => {
    const consents = Array.from({ length: 50 }, (_, index) => ({
      purpose: 'p'.repeat(100),
      recipient: `${index}`.padStart(100, 'r'),
      fields: ['email'],
      given_at: '2026-11-19T10:00:00Z',
      text: `${index}`.padStart(4_000, 't'),
    }));
    const items = Array.from({ length: 500 }, () => ({
      sku: 's'.repeat(100),
      title: 't'.repeat(300),
      quantity: 1,
      price_minor: 1,
      currency: 'EUR',
    }));
    const answered = await put('E-2', exampleOrder({ consents, items, parcels: [] }));
    assert.equal(answered.status, 200, answered.text.slice(0, 500));
  });
});

test('another shop sees neither order nor parcel, and the same number is its own order', async () => {
  const other = await ground.orders.addShop(ground.database, {
    name: 'Andere',
    language: 'de',
    sample: false,
    face: exampleFace,
  });
  const { key: otherKey } = await served.api.keys.create(other.shopId, 'test', ['all'], 'test');
  const number = aNumber();
  const ours = orderIn(await put('F-1', exampleOrder(boxes(number))));
  assert.equal((await served.ask('GET', '/v1/orders/F-1', { key: otherKey })).status, 404);
  assert.equal((await served.ask('GET', `/v1/parcels/${ours.parcels[0]?.id}`, { key: otherKey })).status, 404);
  const scan = { carrier: 'dhl', tracking_number: number, code: 'ZU', local_time: '2026-11-20T08:54:00' };
  const scans = await served.ask('POST', '/v1/scans', { key: otherKey, body: { scans: [scan] } });
  assert.deepEqual(scans.json, { accepted: 1, duplicates: 0, rejected: [] });
  assert.deepEqual((await get('F-1')).json, ours, 'scans of another shop move nothing here');
  const theirs = orderIn(
    await served.ask('PUT', '/v1/orders/F-1', { key: otherKey, body: exampleOrder(boxes(number)) }),
  );
  assert.notEqual(theirs.id, ours.id);
  assert.notEqual(theirs.links.customer, ours.links.customer);
  assert.deepEqual((await get('F-1')).json, ours);
});

for (const id of ['par_00000000000000000000000000', 'ord_00000000000000000000000000', 'par_x', '1', "par_'", '%00']) {
  test(`there is no parcel ${id}`, async () => {
    const answered = await served.ask('GET', `/v1/parcels/${id}`, { key });
    assert.equal(answered.status, 404);
    assert.equal((answered.json as { code: string }).code, 'not_found');
  });
}
