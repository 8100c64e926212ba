import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { callerOf, readable, type Reply } from './calls.ts';
import { openHouse } from './house-on-clock.ts';

const house = await openHouse();
after(house.close);

let visitors = 0;
/** Asks as somebody who never asked before, so that no limit of a single visitor is met. */
async function visit(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  visitors += 1;
  const address = `2001:db8:${(visitors >> 8).toString(16)}:${(visitors & 255).toString(16)}::1`;
  return await callerOf(house.port)('GET', path, {
    headers: { accept: 'text/html', 'x-forwarded-for': address, ...headers },
  });
}

async function timed(path: string): Promise<readonly [Reply, number]> {
  const begun = performance.now();
  const reply = await visit(path);
  return [reply, performance.now() - begun];
}

/** Links that open nothing, by the reason why. */
async function closedLinks(): Promise<Readonly<Record<string, string>>> {
  const expired = await house.putOrder('L-1', {
    parcels: [{ carrier: 'dhl', tracking_number: '00340434161096000001' }],
  });
  const time = house.clock.now().toZonedDateTimeISO('UTC').toPlainDateTime().toString();
  const scan = { tracking_number: '00340434161096000001', local_time: time, offset: '+00:00' };
  await house.postScans({ ...scan, code: 'delivered.recipient' });
  await house.settle();
  const revoked = await house.putOrder('L-2');
  const stored = await house.house.orders.find(house.database, house.shop.shopId, 'L-2');
  assert.ok(stored !== null);
  await house.database.tx((tx) => house.house.orders.links.renew(tx, stored));
  house.clock.advanceTo(house.clock.now().add({ hours: 91 * 24 }));
  return {
    expired,
    revoked,
    unknown: `/t/${'A'.repeat(27)}`,
    'one letter off': `${expired.slice(0, -2)}${expired.at(-2) === 'x' ? 'y' : 'x'}${expired.at(-1)}`,
    'too short': '/t/abc',
    'too long': `/t/${'A'.repeat(300)}`,
    'in other letters': `/t/${encodeURIComponent('ü"<b>\u0000\n../')}`,
  };
}

const samples = 300;
/** Two medians of the same thing lie further apart than this only on a machine that does something else. */
const apartMsMax = 1.5;

test('Links that are unknown, revoked, expired or malformed answer alike, byte for byte and in the same time.', async (t) => {
  const links = Object.entries(await closedLinks());
  const first = await visit(links[0]?.[1] ?? '');
  assert.equal(first.status, 404);
  const times = new Map<string, number[]>(links.map(([why]) => [why, []]));
  for (let round = 0; round < samples; round += 1) {
    for (const [why, link] of links) {
      const [reply, ms] = await timed(link);
      times.get(why)?.push(ms);
      assert.deepEqual([reply.status, reply.text], [first.status, first.text], why);
      if (round === 0) assert.deepEqual(headersOf(reply), headersOf(first), why);
    }
  }
  const medians = [...times].map(([why, all]) => [why, median(all)] as const);
  t.diagnostic(medians.map(([why, ms]) => `${why} ${ms.toFixed(2)} ms`).join(', '));
  const all = medians.map(([, ms]) => ms);
  assert.ok(Math.max(...all) - Math.min(...all) < apartMsMax, String(medians));
});

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
}

function headersOf({ headers }: Reply): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => name !== 'date');
}

test('Whoever has the link sees where the parcel is, and neither name, street, address to write to, phone nor price.', async () => {
  const path = await house.putOrder('L-3', {
    customer: { id: 'K-77', name: 'Frauke Lindqvist', email: 'frauke@kunde.example', phone: '+49 171 5550123' },
    recipient: { name: 'Jon Lindqvist' },
    address: { street: 'Sternwartenweg 5', postcode: '80331', city: 'München', country: 'DE' },
    items: [{ sku: 'NK-1', title: 'Morgenlicht', quantity: 3, price_minor: 123_456, currency: 'EUR' }],
  });
  for (const language of ['de', 'en']) {
    const page = (await visit(`${path}?language=${language}`)).text;
    assert.ok(readable(page).includes('L-3'));
    const kept = /Lindqvist|Frauke|kunde\.example|5550123|Sternwarten|80331|München|K-77|Morgenlicht|NK-1|1\D?234\D?56/;
    assert.doesNotMatch(page, kept);
  }
});

/** Every row of every table, with the number of the transaction that wrote it. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const { database } = house;
  const tables = await database.rows<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' order by 1`,
    [],
  );
  const states = new Map<string, string>();
  for (const { name } of tables) {
    const row = await database.one<{ state: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t.xmin || ' ' || t.ctid || ' ' || t::text, '|' order by t.ctid)), '')
       as state from ${name} t`,
      [],
    );
    states.set(name, row?.state ?? '');
  }
  return states;
}

async function changedSince(before: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const now = await everything();
  return [...now].filter(([name, state]) => before.get(name) !== state).map(([name]) => name);
}

test('Mail scanners that open every link change nothing.', async () => {
  const path = await house.putOrder('L-4');
  const entry = new URL(await house.house.console.createLink()).pathname;
  const api = ['/v1/orders/L-4', '/v1/openapi.json'];
  await house.settle();
  const before = await everything();
  assert.ok(before.size > 20, 'the tables are seen');
  for (const method of ['GET', 'HEAD']) {
    for (const link of [
      path,
      `${path}?language=en`,
      entry,
      '/console',
      '/console/enter',
      '/',
      '/healthz',
      '/readyz',
      ...api,
    ]) {
      const answer = await house.call(method, link, { headers: { 'x-forwarded-for': '2001:db8:ffff::1' } });
      assert.ok(answer.status < 500, `${link} ${answer.status}`);
    }
  }
  await house.settle();
  assert.deepEqual(await changedSince(before), []);
  const entered = await callerOf(house.port)('POST', entry, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: '',
  });
  assert.equal(entered.status, 303, 'the link to the console still works after they have looked at it');
  const changed = await changedSince(before);
  assert.ok(
    changed.includes('console.link') && changed.includes('console.session'),
    `what changes is seen: ${changed.join()}`,
  );
});

test('A flood of guesses from one address is held up, and the customer beside it is not.', async () => {
  const path = await house.putOrder('L-5');
  const beside = { 'x-forwarded-for': '198.51.100.8' };
  const sameAddress = { 'x-forwarded-for': '198.51.100.7' };
  const sawBefore = await house.putOrder('L-5b');
  assert.equal((await visit(sawBefore, sameAddress)).status, 200);
  const guesses: Reply[] = [];
  // Fewer than one address may ask at all (`page` in the table of limits), however fast the machine is.
  for (let wave = 0; wave < 9; wave += 1) {
    const tokens = Array.from({ length: 100 }, (_, at) => `/t/${String(wave * 100 + at).padStart(27, 'A')}`);
    const answers = tokens.map((guess) => visit(guess, sameAddress));
    const [customer] = await Promise.all([visit(path, beside), ...answers]);
    assert.equal(customer.status, 200, 'the neighbour sees the page while the flood comes in');
    guesses.push(...(await Promise.all(answers)));
  }
  const held = guesses.filter(({ status }) => status === 429);
  assert.deepEqual([...new Set(guesses.map(({ status }) => status))], [404, 429]);
  // Sixty misses, what was on its way when the sixtieth was found, and what comes back while a busy machine is at it.
  assert.ok(
    guesses.length - held.length <= 60 + 100 + 40,
    `${guesses.length - held.length} of ${guesses.length} were answered`,
  );
  for (const { headers, text } of held) {
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.match(text, /^<!doctype html>/i, 'people get a page');
  }
  const neverOpened = await house.putOrder('L-5a');
  assert.equal(
    (await visit(neverOpened, sameAddress)).status,
    429,
    'the flood would not even see a link that it guessed',
  );
  assert.equal((await visit(sawBefore, sameAddress)).status, 200, 'who had the link open there before goes on');
});

test('A flood of guesses from a whole network is held up, and the network beside it is not.', async () => {
  const path = await house.putOrder('L-5c');
  const statuses: number[] = [];
  for (let wave = 0; wave < 10; wave += 1) {
    const asking = Array.from({ length: 100 }, async (_, at) => {
      const address = `2001:db8:ff01:${(wave * 100 + at).toString(16)}::1`;
      return (await visit(`/t/${String(wave * 100 + at).padStart(27, 'B')}`, { 'x-forwarded-for': address })).status;
    });
    statuses.push(...(await Promise.all(asking)));
  }
  const answered = statuses.filter((status) => status === 404).length;
  assert.ok(answered >= 480 && answered <= 480 + 100 + 20, `${answered} of ${statuses.length} were answered`);
  assert.equal((await visit(path, { 'x-forwarded-for': '2001:db8:ff02::1' })).status, 200);
});

test('A flood with invented keys is held up, and the shop\u2019s own systems at the same address are not.', async () => {
  const here = { 'x-forwarded-for': '198.51.100.77' };
  await house.putOrder('L-5d');
  assert.equal((await house.call('GET', '/v1/orders/L-5d', { headers: here })).status, 200);
  const invented = `gp_${'0'.repeat(26)}_${'A'.repeat(43)}`;
  const statuses: number[] = [];
  for (let asked = 0; asked < 100; asked += 1) {
    statuses.push((await callerOf(house.port, invented)('GET', '/v1/orders/L-5d', { headers: here })).status);
  }
  assert.deepEqual([...new Set(statuses)], [401, 429]);
  const own = await house.call('GET', '/v1/orders/L-5d', { headers: here });
  assert.equal(own.status, 200);
  assert.match(own.headers.get('ratelimit') ?? '', /^"read";r=\d+;t=\d+$/);
  assert.match(own.headers.get('ratelimit-policy') ?? '', /^"read";q=20000;w=20$/);
  assert.equal((await visit('/healthz', here)).headers.get('ratelimit'), null);
});

test('A link of which only its hash is stored opens again after it was renewed, and the old one never.', async () => {
  const before = await house.putOrder('L-6');
  const stored = await house.house.orders.find(house.database, house.shop.shopId, 'L-6');
  assert.ok(stored !== null);
  await house.database.tx((tx) => house.house.orders.links.renew(tx, stored));
  const renewed = await house.putOrder('L-6');
  assert.notEqual(renewed, before);
  assert.deepEqual([(await visit(renewed)).status, (await visit(before)).status], [200, 404]);
});
