import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nobodys } from '#privacy';
import {
  findConnector,
  type CarrierRequest,
  type Connector,
  type PushReading,
  type ReadParcel,
  type ReadScan,
} from '#carriers';
import { createManualClock } from '#kit/clock';
import { createEgress } from '#kit/egress';
import { createLog } from '#kit/log';
import { instantOf, standingAfter } from '#parcels';
import {
  parcelDeAccounts,
  simulatedAccounts,
  startSimulator,
  upsAccount,
  type DhlEvent,
  type SimulatedParcel,
} from './simulator.ts';
import { guidedWay, sampleWorld } from './world.ts';

const log = createLog({ level: 'silent' });
const egress = createEgress({ log });
const now = Temporal.Instant.from('2026-11-24T14:20:00Z');
const apiKey: string = simulatedAccounts.generous.apiKey;
const secrets = { apiKey, pushToken: 'a-long-random-token' };

function connectorOf(carrier: SimulatedParcel['carrier']): Connector {
  const found = findConnector(carrier);
  assert.ok(found);
  return found;
}
const connector = connectorOf('dhl-unified');
const parcelDe = connectorOf('dhl-parcel-de');
const ups = connectorOf('ups');

const clock = createManualClock(now);
const pushed: { readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = [];
const simulator = await startSimulator({
  clock,
  log,
  push: async (_url, headers, body) => {
    pushed.push({ headers, body });
    return Promise.resolve({ status: 200, body: '' });
  },
});
after(simulator.stop);

async function send(request: CarrierRequest, { manifest } = connector) {
  const answer = await egress.send({ ...request, hosts: manifest.hosts }, simulator.route);
  return { bytes: answer.bytes, head: { status: answer.status, retryAfter: answer.headers['retry-after'] ?? null } };
}

const questionOf = (number: string) => ({
  parcelId: number,
  number: nobodys('tracking_number', number),
  service: null,
  recipientPostcode: null,
});

/** Asks as the house asks: the connector builds the request and reads the answer. */
async function ask(number: string, service: string | null, key = apiKey) {
  const [request] = connector.ask([{ ...questionOf(number), service }], { apiKey: key });
  assert.ok(request);
  const { bytes, head } = await send(request);
  return { ...connector.read(bytes, head), text: Buffer.from(bytes).toString('utf8') };
}

type Secrets = Readonly<Record<string, string>>;

/** Asks DHL's interface for Germany about all of them at once. */
async function askParcelDe(numbers: readonly string[], account: Secrets = parcelDeAccounts.generous.secrets) {
  const questions = numbers.map(questionOf);
  const [request, ...others] = parcelDe.ask(questions, account);
  assert.ok(request !== undefined && others.length === 0);
  const { bytes, head } = await send(request, parcelDe);
  return { ...parcelDe.read(bytes, head), text: Buffer.from(bytes).toString('utf8'), request };
}

const upsSecrets = { clientId: upsAccount.clientId, clientSecret: upsAccount.clientSecret, pushToken: 'only-two-know' };

/** A call to UPS with a token of its own. */
async function sendToUps(request: CarrierRequest | undefined) {
  const wanted = ups.authorize?.request(upsSecrets);
  assert.ok(request && wanted && ups.authorize);
  const { bytes, head } = await send(wanted, ups);
  const granted = ups.authorize.read(bytes, head);
  assert.ok('token' in granted);
  return await send({ ...request, headers: { ...request.headers, authorization: `Bearer ${granted.token}` } }, ups);
}

async function askUps(number: string) {
  const { bytes, head } = await sendToUps(ups.ask([questionOf(number)], upsSecrets)[0]);
  return { ...ups.read(bytes, head), text: Buffer.from(bytes).toString('utf8') };
}

/** Moves the clock on by a tenth of a second between questions, because the generous key too has a pace. */
async function askSlowly(parcel: SimulatedParcel) {
  clock.advanceTo(clock.now().add({ milliseconds: 100 }));
  if (parcel.carrier === 'ups') return await askUps(parcel.number);
  return parcel.carrier === 'dhl-parcel-de' ? askParcelDe([parcel.number]) : ask(parcel.number, parcel.service);
}

function planned<Parcel extends SimulatedParcel>(parcel: Parcel): Parcel {
  simulator.plan(parcel);
  return parcel;
}

const telling = (scan: ReadScan) => scan.milestone !== 'info' && scan.milestone !== 'unknown';
const milestoneOf = (parcel: ReadParcel | undefined) => parcel?.scans.findLast(telling)?.milestone ?? 'unknown';

const world = sampleWorld(now);
for (const parcel of world.parcels) planned(parcel);

test('read by the connector, every parcel of the sample world shows what its story means, and all twelve milestones occur', async () => {
  const seen = new Map<string, number>();
  for (const parcel of world.parcels) {
    const { parcels, errors } = await askSlowly(parcel);
    const meant = world.shows.find(({ number }) => number === parcel.number)?.milestone;
    const shown = milestoneOf(parcels[0]);
    assert.equal(shown, meant, `${parcel.service} ${parcel.number}`);
    assert.ok(errors.every(({ kind }) => kind === 'not_found'));
    seen.set(shown, (seen.get(shown) ?? 0) + 1);
  }
  assert.equal(seen.size, 12, [...seen].join(' '));
});

test('every code of the sample world is one that the connector knows, but for the one that nobody knows', () => {
  const unknown = new Set<string>();
  for (const parcel of [...world.parcels, world.guided.parcel]) {
    if (parcel.carrier === 'ups') continue;
    const { carrier, service } = parcel;
    for (const { status, description } of parcel.events) {
      const code = carrier === 'dhl-unified' ? `${service}:${status}` : status;
      const { milestone } = connectorOf(carrier).meaning(code, description);
      if (milestone === 'unknown') unknown.add(code);
    }
  }
  assert.deepEqual([...unknown], ['parcel-de:QX']);
});

test('every code of the sample world’s UPS parcels is in UPS’s lists, those still to come as well', async () => {
  const parcels = world.parcels.filter((parcel) => parcel.carrier === 'ups');
  for (const [index, parcel] of parcels.entries()) {
    const number = `1Z0X0X0X680000000${index}`;
    const events = parcel.events.map((event) => ({ ...event, at: event.at.subtract({ hours: 30 * 24 }) }));
    const { parcels: read, unmapped } = await askSlowly(planned({ ...parcel, number, events }));
    assert.deepEqual([read[0]?.scans.length, unmapped], [parcel.events.length, []]);
  }
});

test('the finer words of the stories come through', async () => {
  const words = new Set<string>();
  for (const parcel of world.parcels) {
    for (const { subStatus } of (await askSlowly(parcel)).parcels[0]?.scans ?? []) words.add(`${subStatus}`);
  }
  for (const word of [
    'delivered.neighbour',
    'delivered.safe_place',
    'delivered.letterbox',
    'delivered.collected_locker',
    'ready_for_pickup.locker',
    'delivery_failed.not_home',
    'delivery_failed.address_problem',
    'delivery_failed.refused',
    'exception.damaged',
    'exception.investigation',
    'exception.payment_due',
    'in_transit.customs_in',
    'in_transit.customs_cleared',
    'returning.not_collected',
    'returned.to_sender',
    'cancelled.by_sender',
  ]) {
    assert.ok(words.has(word), `${word} is missing among ${[...words].join(' ')}`);
  }
});

test('places and arrivals are read, and the receiver’s name that the carrier sends is dropped', async () => {
  let arrivals = 0;
  for (const parcel of world.parcels) {
    const { parcels, text } = await askSlowly(parcel);
    const [read] = parcels;
    if (read === undefined) continue;
    if (read.arrival !== null) arrivals += 1;
    const name = parcel.carrier === 'ups' ? parcel.receiver.name : (parcel.receiver ?? '');
    assert.ok(name !== '' && text.includes(name.replaceAll('"', '\\"')));
    assert.ok(!JSON.stringify(read).includes(name));
    for (const { place } of read.scans) assert.ok(place === null || (place.country !== null && place.name.length > 2));
  }
  assert.ok(arrivals > 40, `${arrivals} arrivals`);
});

test('refusals of the simulated carrier are read as what they are', async () => {
  clock.advanceTo(clock.now().add({ seconds: 5 }));
  assert.deepEqual(
    (await ask('NOBODY', 'parcel-de')).errors.map(({ kind }) => kind),
    ['not_found'],
  );
  assert.deepEqual(
    (await ask('NOBODY', 'parcel-de', 'stolen')).errors.map(({ kind }) => kind),
    ['auth'],
  );
  await ask('NOBODY', 'parcel-de', simulatedAccounts.standard.apiKey);
  const { errors } = await ask('NOBODY', 'parcel-de', simulatedAccounts.standard.apiKey);
  assert.deepEqual(
    errors.map(({ kind, retryAfterSeconds }) => [kind, retryAfterSeconds]),
    [['rate_limited', 1]],
  );
});

test('the connector subscribes, activates and reads the pushes of the guided parcel up to its delivery', async () => {
  const start = clock.now();
  const { parcel } = guidedWay(start);
  simulator.plan(parcel);
  const question = { ...questionOf(parcel.number), service: parcel.service };
  assert.ok(connector.push);
  const [subscription] = connector.push.subscribe('http://127.0.0.1:1/push', [question], secrets);
  assert.ok(subscription);
  const made = await send(subscription);
  assert.ok(connector.push.subscribed(made.bytes, made.head, secrets));
  const shown: string[] = [];
  for (let turn = 0; turn < 200 && shown.at(-1) !== 'delivered'; turn += 1) {
    const call = pushed.shift();
    if (call === undefined) {
      await sleep(40);
      clock.advanceTo(clock.now().add({ seconds: 3 }));
      continue;
    }
    const reading: PushReading = connector.push.readPush(
      { headers: call.headers, bytes: Buffer.from(call.body), receivedAt: clock.now() },
      secrets,
    );
    assert.ok('kind' in reading, 'the push is authentic');
    if (reading.kind === 'handshake') for (const request of reading.requests) await send(request);
    else if (reading.result.parcels[0]) shown.push(milestoneOf(reading.result.parcels[0]));
  }
  const order = ['announced', 'accepted', 'in_transit', 'out_for_delivery', 'delivered'];
  assert.equal(shown.at(-1), 'delivered', shown.join(' '));
  assert.deepEqual(
    shown,
    shown.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)),
  );
  assert.ok(simulator.counters().pushes >= 2);
});

test('DHL’s interface for Germany answers about many numbers at once, in XML, with what it does not know among them', async () => {
  clock.advanceTo(clock.now().add({ seconds: 5 }));
  const known = world.parcels.filter(({ carrier }) => carrier === 'dhl-parcel-de').map(({ number }) => number);
  assert.ok(known.length >= 5);
  const { parcels, errors, text } = await askParcelDe([...known, '00340434999999999999']);
  assert.deepEqual(parcels.map(({ number }) => number).toSorted(), known.toSorted());
  assert.deepEqual(errors, [
    { kind: 'not_found', message: 'No data found', number: '00340434999999999999', retryAfterSeconds: null },
  ]);
  assert.match(text, /^<\?xml .*<data name="piece-shipment-list" code="0"/);
  for (const scan of parcels.flatMap(({ scans }) => scans)) assert.equal(scan.offset, null);
  assert.deepEqual(
    (await askParcelDe(['00340434999999999999'])).errors.map(({ kind }) => kind),
    ['not_found'],
  );
});

const twicePlaced = Temporal.Instant.from('2026-11-24T16:00:00Z');
const eventAt = (minutes: number, status: string, more: Partial<DhlEvent> = {}): DhlEvent => {
  const at = twicePlaced.add({ minutes });
  const localTime = at.toZonedDateTimeISO('Europe/Berlin').toPlainDateTime().toString({ smallestUnit: 'second' });
  const place = { locality: 'Bremen', country: 'DE' };
  return { at, localTime, place, status, statusCode: 'transit', description: 'An event of the parcel', ...more };
};

test('a delivery that was taken back stands in the list with its retraction, a late scan behind younger ones, and the fold is right', async () => {
  const number = '00340434999999000018';
  simulator.plan({
    ...{ carrier: 'dhl-parcel-de', number, service: 'parcel-de', originCountry: 'DE', destinationCountry: 'DE' },
    events: [
      eventAt(-600, 'PCKDU:PUBCR:AE'),
      eventAt(-300, 'ULFMV:UNLDD:EE', { lateMinutes: 290, duplicate: true }),
      eventAt(-200, 'SRTED:NRQRD:PO'),
      eventAt(-100, 'DLVRD:NGHBR:ZU', { statusCode: 'delivered', retractedAt: twicePlaced.subtract({ minutes: 60 }) }),
    ],
  });
  if (Temporal.Instant.compare(clock.now(), twicePlaced) < 0) clock.advanceTo(twicePlaced);
  const { parcels, text } = await askParcelDe([number]);
  const listed = Array.from(text.matchAll(/<data name="piece-event" .*? ice="(\w+)"/g), ([, ice]) => ice);
  assert.deepEqual(listed, ['PCKDU', 'SRTED', 'DLVRD', 'STORN', 'ULFMV', 'ULFMV']);
  const [parcel] = parcels;
  assert.ok(parcel);
  assert.equal(parcel.scans.length, 6);
  const folded = standingAfter(
    parcel.scans.map((scan, index) => {
      const { milestone, subStatus, retracts, leg } = scan;
      return { scanId: `${index}`, at: instantOf(scan).epochMilliseconds, milestone, subStatus, retracts, leg };
    }),
    Number.NEGATIVE_INFINITY,
  );
  assert.deepEqual([folded.milestone, folded.subStatus], ['out_for_delivery', 'out_for_delivery.loaded']);
});

test('DHL’s interface for Germany keeps both layers of credentials and its quota', async () => {
  const { callsPerSecond } = parcelDeAccounts.standard;
  const [generous, standard] = [parcelDeAccounts.generous.secrets, parcelDeAccounts.standard.secrets];
  clock.advanceTo(clock.now().add({ seconds: 5 }));
  const kindsFor = async (account: Secrets) =>
    (await askParcelDe(['NOBODY'], account)).errors.map(({ kind, retryAfterSeconds }) => [kind, retryAfterSeconds]);
  assert.deepEqual(await kindsFor({ ...generous, apiSecret: 'wrong' }), [['auth', null]]);
  assert.deepEqual(await kindsFor({ ...generous, apiKey: 'wrong' }), [['auth', null]]);
  assert.deepEqual(await kindsFor({ ...generous, password: 'wrong' }), [['auth', null]]);
  assert.deepEqual(await kindsFor({ ...generous, user: standard.user }), [['auth', null]]);
  for (let call = 0; call < callsPerSecond; call += 1) {
    assert.deepEqual(await kindsFor(standard), [['not_found', null]]);
  }
  assert.deepEqual(await kindsFor(standard), [['rate_limited', 1]]);
  clock.advanceTo(clock.now().add({ seconds: 2 }));
  assert.deepEqual(await kindsFor(standard), [['not_found', null]]);
});

test('a question that is none is refused and shows nothing of a password', async () => {
  const asked = (query: string) =>
    send(
      {
        ...{ method: 'GET', url: `https://api-eu.dhl.com/parcel/de/tracking/v0/shipments${query}`, body: null },
        ...{ headers: { 'dhl-api-key': parcelDeAccounts.generous.secrets.apiKey }, parcelIds: [] },
      },
      parcelDe,
    );
  for (const query of ['', '?xml=', '?xml=%3Cdata%3E', '?xml=%3Chtml+password%3D%22geheim%22%2F%3E']) {
    const { bytes, head } = await asked(query);
    assert.equal(head.status, 400, query);
    assert.doesNotMatch(Buffer.from(bytes).toString('utf8'), /geheim/);
    assert.deepEqual(
      parcelDe.read(bytes, head).errors.map(({ kind }) => kind),
      ['bad_input'],
    );
  }
});
