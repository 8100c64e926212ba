import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, test } from 'node:test';
import { callerOf, headline, readable } from './calls.ts';
import { openHouse } from './house-on-clock.ts';

const house = await openHouse();
await house.house.facts.start('listeners');
after(async () => {
  await house.house.facts.stop();
  await house.close();
});

/** So long a change that no fact tells of may go unseen, and a little more. */
const unseenMs = 1_100;
let numbers = 0;

async function orderWithParcel(name: string, more: object = {}) {
  numbers += 1;
  const number = `00340434161097${String(numbers).padStart(6, '0')}`;
  const parcels = [{ carrier: 'dhl', tracking_number: number }];
  return { number, path: await house.putOrder(name, { parcels, ...more }) };
}

function scanOf(number: string, code: string, minutes: number, more: object = {}) {
  const time = house.clock.now().add({ minutes }).toZonedDateTimeISO('Europe/Berlin');
  const local = time.toPlainDateTime().toString({ smallestUnit: 'second' });
  return { tracking_number: number, code, local_time: local, offset: time.offset, ...more };
}

/** Asked for three times, so that the last answer is one that was kept. */
async function keptPage(path: string): Promise<string> {
  await house.page(path);
  await house.page(path);
  return await house.page(path);
}

async function statusOf(path: string, method = 'GET'): Promise<number> {
  return (await callerOf(house.port)(method, path, { headers: { accept: 'text/html' } })).status;
}

test('What a scan says is on the page from the moment the scan is acknowledged, however often the page was just asked for.', async () => {
  const { number, path } = await orderWithParcel('K-1');
  assert.equal(headline(await keptPage(path)), 'DHL hat noch nichts gemeldet');
  const steps = [
    ['accepted.picked_up', -300, 'Hamburg'],
    ['in_transit.sorted', -200, 'Leipzig'],
    ['in_transit.departed', -190, 'Leipzig Nord'],
    ['out_for_delivery.loaded', -100, 'Berlin'],
  ] as const;
  for (const [code, minutes, name] of steps) {
    await house.postScans(scanOf(number, code, minutes, { place: { name, country: 'DE' } }));
    assert.match(readable(await house.page(path)), new RegExp(`Jetzt hier ${name}, Deutschland`), code);
    await keptPage(path);
  }
});

test('An open page that is told of a change gets the change when it asks.', async () => {
  const { number, path } = await orderWithParcel('K-2');
  await keptPage(path);
  const stream = await fetch(`http://127.0.0.1:${house.port}${path}/live`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader !== undefined);
  let heard = '';
  const changed = async (): Promise<void> => {
    while (!heard.includes('data: changed')) heard += (await reader.read()).value ?? '';
    heard = '';
  };
  for (const [at, code] of (['accepted.picked_up', 'in_transit.sorted', 'delivered.recipient'] as const).entries()) {
    const said = changed();
    await house.postScans(scanOf(number, code, at - 60));
    await said;
    const page = await house.page(path);
    assert.equal([...page.matchAll(/class="when"/g)].length, at + 1);
    await keptPage(path);
  }
  await reader.cancel();
});

test('New settings of the shop are on every page within a second.', async () => {
  const { path } = await orderWithParcel('K-3');
  assert.match(await keptPage(path), /Nordlicht/);
  const patch = { name: 'Südlicht', brand: '#7a1f1f' };
  const set = await house.house.orders.changeShop({ shopId: house.shop.shopId, patch, actor: 'staff' });
  assert.ok('shop' in set);
  await pause(unseenMs);
  const page = await house.page(path);
  assert.match(page, /Südlicht/);
  assert.match(page, /7a1f1f/);
  assert.doesNotMatch(page, /Nordlicht/);
});

test('A link that is withdrawn, and one whose time is over, open nothing within a second.', async () => {
  const { house: rooms, database, clock } = house;
  for (const end of ['withdrawn', 'expired'] as const) {
    const { path } = await orderWithParcel(`K-4 ${end}`);
    await keptPage(path);
    const stored = await rooms.orders.find(database, house.shop.shopId, `K-4 ${end}`);
    assert.ok(stored !== null);
    const { orderId, linkGeneration } = stored;
    await database.tx(async (tx) => {
      if (end === 'withdrawn') await rooms.orders.links.renew(tx, stored);
      else await rooms.orders.links.expire(tx, [{ orderId, linkGeneration, at: clock.now() }]);
    });
    await pause(unseenMs);
    assert.equal(await statusOf(path), 404, end);
    assert.equal(await statusOf(`/t/${rooms.orders.links.tokenOf(orderId, 2)}`), end === 'withdrawn' ? 200 : 404);
  }
});

test('Whoever is erased is on no page within a second.', async () => {
  const { path } = await orderWithParcel('K-5', { customer: { id: 'c-erased', email: 'erased@kunde.example' } });
  await keptPage(path);
  const stored = await house.house.orders.find(house.database, house.shop.shopId, 'K-5');
  assert.ok(stored !== null);
  await house.database.tx((tx) => house.house.privacy.dropKeys(tx, 'person', [stored.personId]));
  await pause(unseenMs);
  assert.equal(await statusOf(path), 404);
});

test('Two orders in two languages are never mixed up, asked for all at once and again and again.', async () => {
  const [one, two] = [await orderWithParcel('K-6'), await orderWithParcel('K-7')];
  const asks = [
    [one.path, /Bestellung K-6/, 'de'],
    [two.path, /Bestellung K-7/, 'de'],
    [`${one.path}?language=en`, /Order K-6/, 'en'],
    [`${two.path}?language=en`, /Order K-7/, 'en'],
  ] as const;
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(
      asks.map(async ([path, says, language]) => {
        const page = await house.page(path);
        assert.match(readable(page), says);
        assert.match(page, new RegExp(`<html lang="${language}"`));
        assert.ok(page.includes(`${path.split('?')[0]}/live`));
      }),
    );
  }
});

test('How long ago the last sign of life was moves on with the time.', async () => {
  const { number, path } = await orderWithParcel('K-8');
  await house.postScans(scanOf(number, 'in_transit.sorted', -10));
  assert.match(readable(await keptPage(path)), /Letztes Lebenszeichen vor 10 Minuten /);
  house.clock.advanceTo(house.clock.now().add({ minutes: 1 }));
  assert.match(readable(await keptPage(path)), /Letztes Lebenszeichen vor 11 Minuten /);
  house.clock.advanceTo(house.clock.now().add({ hours: 5 }));
  assert.match(readable(await keptPage(path)), /Letztes Lebenszeichen vor 5 Stunden /);
});

test('A kept page has the headers of a fresh one, and HEAD has them without the page.', async () => {
  const { path } = await orderWithParcel('K-9');
  const call = callerOf(house.port);
  const fresh = await call('GET', path);
  await keptPage(path);
  const kept = await call('GET', path);
  const head = await call('HEAD', path);
  const headersOf = ({ headers }: { readonly headers: Headers }) =>
    [...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name));
  assert.deepEqual(headersOf(kept), headersOf(fresh));
  assert.deepEqual(headersOf(head), headersOf(fresh));
  assert.equal(fresh.headers.get('cache-control'), 'no-store');
  assert.equal(fresh.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.deepEqual([kept.text, head.text, head.status], [fresh.text, '', 200]);
});
