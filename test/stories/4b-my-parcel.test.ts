import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { simulatedAccounts, type DhlEvent, type DhlParcel } from '../../src/sample/simulator.ts';
import { headline, parcelsIn, readable } from './calls.ts';
import { openHouse, type HouseOnClock } from './house-on-clock.ts';

const house = await openHouse();
after(house.close);

let numbers = 0;
/** A number that no other parcel of this file has. */
function newNumber(): string {
  numbers += 1;
  return `00340434161094${String(numbers).padStart(6, '0')}`;
}

const boxOf = (number: string, service: string | null = null) => ({
  parcels: [{ carrier: 'dhl', tracking_number: number, service }],
});

/** `minutes` before or after the house's time, as a local time in Berlin with its offset. */
function berlin(minutes: number, at: HouseOnClock = house) {
  const time = at.clock.now().add({ minutes }).toZonedDateTimeISO('Europe/Berlin');
  return { local_time: time.toPlainDateTime().toString({ smallestUnit: 'second' }), offset: time.offset };
}

test('An order has a page as soon as it has come in, and the page says that the carrier has reported nothing yet.', async () => {
  const page = await house.page(await house.putOrder('B-1', boxOf(newNumber())));
  assert.equal(headline(page), 'DHL hat noch nichts gemeldet');
  assert.match(readable(page), /Bestellung B-1/);
  assert.match(readable(page), /Letztes Lebenszeichen Noch keines/);
});

test('Scans of the shop show where the parcel comes from, where it is, and how old its last sign of life is.', async () => {
  const number = newNumber();
  const path = await house.putOrder('B-2', boxOf(number));
  const taken = await house.postScans(
    { tracking_number: number, code: 'accepted.picked_up', ...berlin(-600), place: { name: 'Leipzig', country: 'DE' } },
    { tracking_number: number, code: 'in_transit.sorted', ...berlin(-90), place: { name: 'Hamburg', country: 'DE' } },
  );
  assert.deepEqual(taken.body, { accepted: 2, duplicates: 0, rejected: [] });
  const text = readable(await house.page(path));
  assert.match(text, /Von Leipzig, Deutschland/);
  assert.match(text, /Jetzt hier Hamburg, Deutschland/);
  assert.match(text, /Letztes Lebenszeichen vor 1 Stunde /);
  assert.match(readable(await house.page(`${path}?language=en`)), /Last sign of life 1 hour ago /);
});

test('A carrier that names only the country is told once, in the reader’s language, and a town counts before it.', async () => {
  const number = newNumber();
  const path = await house.putOrder('B-2a', boxOf(number));
  const label = { code: 'announced.label_created', place: { country: 'DE' } };
  await house.postScans({ tracking_number: number, ...label, ...berlin(-900) });
  const texts = async () => [readable(await house.page(path)), readable(await house.page(`${path}?language=en`))];
  const [german = '', english = ''] = await texts();
  assert.match(german, /Von Deutschland Letztes Lebenszeichen/);
  assert.match(english, /From Germany Last sign of life/);
  const town = { code: 'accepted.picked_up', place: { name: 'Leipzig', country: 'DE' } };
  await house.postScans({ tracking_number: number, ...town, ...berlin(-600) });
  const [withTown = ''] = await texts();
  assert.match(withTown, /Von Leipzig, Deutschland Jetzt hier Leipzig, Deutschland/);
  assert.doesNotMatch(withTown, /Germany/);
});

const sentences: Readonly<Record<string, string>> = {
  AE: 'The shipment has been picked up.',
  PO: 'The shipment has been loaded onto the delivery vehicle.',
  ZU: 'The shipment has been successfully delivered.',
};

/** A German way as the simulated carrier knows it, from five minutes ahead of the house's time. */
function carriersWay(number: string, service: string): DhlParcel {
  const began = house.clock.now();
  const event = (minutes: number, status: string, locality: string, statusCode: DhlEvent['statusCode']) => {
    const at = began.add({ minutes });
    const localTime = at.toZonedDateTimeISO('Europe/Berlin').toPlainDateTime().toString({ smallestUnit: 'second' });
    return {
      at,
      localTime,
      place: { locality, country: 'DE' },
      status,
      statusCode,
      description: sentences[status] ?? '',
    };
  };
  return {
    ...{ carrier: 'dhl-unified', number, service, originCountry: 'DE', destinationCountry: 'DE' },
    receiver: 'Ada Beispiel',
    events: [
      event(5, 'AE', 'Leipzig', 'transit'),
      event(20, 'PO', 'Berlin', 'transit'),
      event(50, 'ZU', 'Berlin', 'delivered'),
    ],
  };
}

test('What the carrier pushes is on the page as it happens.', async () => {
  const number = newNumber();
  await house.connect();
  house.carrier.plan(carriersWay(number, 'parcel-de'));
  const before = house.carrier.counters();
  const path = await house.putOrder('B-3', boxOf(number, 'parcel-de'));
  await house.pass({ minutes: 6 });
  assert.match(readable(await house.page(path)), /Jetzt hier Leipzig/);
  await house.pass({ minutes: 15 });
  assert.equal(headline(await house.page(path)), 'Ihr Paket wird zugestellt');
  await house.pass({ minutes: 30 });
  assert.equal(headline(await house.page(path)), 'Ihr Paket ist zugestellt');
  assert.equal(house.carrier.counters().pushes - before.pushes, 3, 'each step came by push');
});

test('What the carrier does not push is asked for, and its answer is on the page.', async () => {
  const number = newNumber();
  house.carrier.plan(carriersWay(number, 'parcel-de'));
  const before = house.carrier.counters();
  // Without a service nothing can be subscribed to at this carrier.
  const path = await house.putOrder('B-4', boxOf(number));
  await house.pass({ hours: 3 });
  const { pushes, calls } = house.carrier.counters();
  assert.equal(headline(await house.page(path)), 'Ihr Paket ist zugestellt');
  assert.equal(pushes, before.pushes);
  assert.ok(calls > before.calls, 'it was asked for');
});

test('A push that comes twice, and the same scans by another way, change nothing.', async () => {
  const number = newNumber();
  const account = await house.connect({ pushToken: 'a-token-that-only-two-know' });
  const path = await house.putOrder('B-5', boxOf(number));
  const event = { timestamp: '2026-11-20T08:54:00', statusCode: 'transit', status: 'EE', description: 'On its way.' };
  const shipment = { id: number, service: 'parcel-de', status: event, events: [event] };
  const push = () =>
    house.call('POST', new URL(house.house.pushUrlOf(account)).pathname, {
      headers: { 'x-glasspost-push-token': 'a-token-that-only-two-know' },
      body: { scope: 'subscription.push', shipments: [shipment] },
    });
  assert.deepEqual((await push()).body, { accepted: 1, duplicates: 0 });
  const page = await house.page(path);
  assert.deepEqual((await push()).body, { accepted: 0, duplicates: 1 });
  const again = await house.postScans({
    tracking_number: number,
    code: 'parcel-de:EE',
    local_time: '2026-11-20T08:54:00',
  });
  assert.deepEqual(again.body, { accepted: 0, duplicates: 1, rejected: [] });
  assert.equal(await house.page(path), page);
});

test('A code that nobody knows is never shown as moving.', async () => {
  const number = newNumber();
  const path = await house.putOrder('B-6', boxOf(number));
  await house.postScans({ tracking_number: number, code: 'parcel-de:QX', ...berlin(-30), place: 'Kassel' });
  const fresh = await house.page(path);
  assert.equal(headline(fresh), 'Wir wissen nicht, wo Ihr Paket ist');
  assert.match(readable(fresh), /Das heißt nicht, dass es sich bewegt/);
  assert.doesNotMatch(fresh, /aria-current="step"/);

  await house.postScans({ tracking_number: number, code: 'exception.held', ...berlin(-20) });
  const held = headline(await house.page(path));
  await house.postScans({ tracking_number: number, code: 'parcel-de:QY', ...berlin(-10) });
  assert.equal(headline(await house.page(path)), held, 'it stays where it was known to stand');
});

test('A scan that comes late never takes a parcel back.', async () => {
  const number = newNumber();
  const path = await house.putOrder('B-7', boxOf(number));
  await house.postScans({ tracking_number: number, code: 'delivered.neighbour', ...berlin(-60) });
  const delivered = headline(await house.page(path));
  for (const code of [
    'announced.data_received',
    'accepted.picked_up',
    'in_transit.sorted',
    'out_for_delivery.loaded',
  ]) {
    await house.postScans({ tracking_number: number, code, ...berlin(-600) });
    await house.postScans({ tracking_number: number, code, ...berlin(-10) });
    assert.equal(headline(await house.page(path)), delivered, code);
  }
});

test('Scans that come before the order take effect with it.', async () => {
  const number = newNumber();
  const early = await house.postScans(
    { tracking_number: number, code: 'accepted.picked_up', ...berlin(-120), place: 'Bremen' },
    { tracking_number: number, code: 'out_for_delivery.loaded', ...berlin(-30), place: 'Berlin' },
  );
  assert.deepEqual(early.body, { accepted: 2, duplicates: 0, rejected: [] });
  const spaced = number.replaceAll(/(.{4})/g, '$1 ');
  const page = await house.page(await house.putOrder('B-8', boxOf(spaced)));
  assert.equal(headline(page), 'Ihr Paket wird zugestellt');
  assert.match(readable(page), /Von Bremen/);
});

test('A delivery that the carrier takes back is no delivery any more.', async () => {
  const number = newNumber();
  const path = await house.putOrder('B-9', boxOf(number));
  await house.postScans(
    { tracking_number: number, code: 'parcel-de:PO', ...berlin(-120), text: 'Loaded onto the delivery vehicle.' },
    { tracking_number: number, code: 'parcel-de:ZU', ...berlin(-60), text: 'Delivered.' },
  );
  assert.equal(headline(await house.page(path)), 'Ihr Paket ist zugestellt');
  await house.postScans({
    ...{ tracking_number: number, code: 'parcel-de:transit', ...berlin(-30) },
    text: 'The previous event was deleted by the driver',
  });
  assert.equal(headline(await house.page(path)), 'Ihr Paket wird zugestellt');
  await house.postScans({ tracking_number: number, code: 'parcel-de:ZU', ...berlin(-5), text: 'Delivered.' });
  assert.equal(headline(await house.page(path)), 'Ihr Paket ist zugestellt');
});

test('In the night when the clocks go back, the hour that comes twice keeps its order.', async (t) => {
  const own = await openHouse({ startAt: Temporal.Instant.from('2026-10-25T01:40:00Z') });
  t.after(own.close);
  const path = await own.putOrder('N-1', { placed_at: '2026-10-24T10:00:00+02:00' });
  const inFulda = (code: string, local_time: string, offset: string) => ({ code, local_time, offset, place: 'Fulda' });
  await own.postScans(
    inFulda('in_transit.departed', '2026-10-25T02:10:00', '+01:00'),
    inFulda('in_transit.at_delivery_depot', '2026-10-25T02:50:00', '+02:00'),
    inFulda('in_transit.misrouted', '2026-10-25T01:55:00', '+02:00'),
  );
  const text = readable(await own.page(path));
  assert.match(text, /Letztes Lebenszeichen vor 30 Minuten Sonntag, 25\. Oktober, 02:10/);
  assert.equal(headline(await own.page(path)), 'Ihr Paket ist unterwegs', 'it stands where it left last');
  assert.match(text, /02:10 .*02:50 .*01:55 /, 'newest first, each by the clock of its place');
});

test('A local time without an offset is shown as it was sent, with no zone made up.', async () => {
  const number = newNumber();
  const path = await house.putOrder('B-10', boxOf(number));
  await house.postScans({
    ...{ tracking_number: number, code: 'express:DF', local_time: '2026-11-20T03:50:00' },
    place: { name: 'Nowhere Field', country: 'US' },
  });
  assert.match(readable(await house.page(path)), /03:50/);
  const [parcel] = parcelsIn(await house.call('GET', '/v1/orders/B-10'));
  const { scans } = (await house.call('GET', `/v1/parcels/${parcel?.id}`)).body as unknown as {
    readonly scans: readonly { readonly offset: string | null; readonly zone: string | null }[];
  };
  assert.deepEqual(
    scans.map(({ offset }) => offset),
    [null],
  );
});

test('A carrier whose day is used up is asked no more until its midnight, and nothing is lost by it.', async (t) => {
  const own = await openHouse();
  t.after(own.close);
  const account = await own.connect({ apiKey: simulatedAccounts.standard.apiKey, pushToken: '' });
  const parcels = Array.from({ length: 60 }, newNumber).map((number) => ({ carrier: 'dhl', tracking_number: number }));
  await own.putOrder('B-11', { parcels });
  await own.pass({ hours: 10 });
  const day = own.carrier.counters();
  assert.equal(day.tooMany, 0, 'the carrier never had to refuse');
  assert.equal(day.calls, 250, 'all of the day was used');
  assert.equal((await own.house.carriers.account(own.database, account.accountId))?.paused, null);
  await own.pass({ hours: 13 });
  const next = own.carrier.counters();
  assert.ok(next.calls > 250 && next.calls <= 500, `${next.calls} calls on two days`);
  assert.equal(next.tooMany, 0);
});
