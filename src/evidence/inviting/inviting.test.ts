import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { after, test } from 'node:test';
import { createEvidence } from '#evidence';
import { createAuthority } from '#kit/certificate';
import { createEgress } from '#kit/egress';
import { createFacts } from '#kit/facts';
import { createLog } from '#kit/log';
import type { ReadScan } from '#carriers';
import { sealed } from '#privacy';
import { exampleOrder, openGround } from '../../../test/ground.ts';

const ground = await openGround();
const { database, clock, jobs, shop, privacy, parcels } = ground;
const facts = createFacts({ database, clock, log: () => {} });
const { shopId } = shop;
const log = createLog({ level: 'silent' });
const hosts = ['login.etrusted.com', 'api.etrusted.com'];
const channel = 'chl-1';

// Whoever is behind the socket keeps every byte that comes through it.
let taken = '';
let answers: (path: string) => readonly [status: number, body: object] | 'hang up' = answer;
function answer(path: string): readonly [number, object] {
  if (path === '/oauth/token') return [200, { access_token: 'tok', expires_in: 600 }];
  if (path === '/channels') return [200, [{ id: channel, url: 'https://nordlicht.example' }]];
  if (path === '/events') return [201, { id: 'evt-1' }];
  return [200, { '365days': { rating: 4.5, count: 300 } }];
}
const authority = createAuthority('eTrusted');
const issued = authority.issue(hosts);
const server = createServer({ cert: issued.certPem, key: issued.keyPem }, (socket) => {
  let waiting = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    taken += bytes.toString('latin1');
    waiting += bytes.toString('latin1');
    const end = waiting.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(waiting)?.[1] ?? 0);
    if (end < 0 || waiting.length < end + 4 + length) return;
    const given = answers(waiting.split(' ')[1] ?? '');
    if (given === 'hang up') return void socket.destroy();
    const body = JSON.stringify(given[1]);
    socket.end(`HTTP/1.1 ${given[0]} Said\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const loopback = { address: '127.0.0.1', port: (server.address() as AddressInfo).port } as const;
const route = { hosts: Object.fromEntries(hosts.map((host) => [host, loopback])), caPem: authority.caPem };
const evidence = createEvidence({
  ...{ ...ground, facts, log, send: createEgress({ log }).send, routeOf: () => Promise.resolve(route), staff: [] },
  publicUrl: 'https://shop.example',
});
after(async () => {
  server.close();
  await ground.close();
});

const seal = await evidence.addSeal(
  shopId,
  {
    ...{ issuer: 'trusted-shops', kind: 'rating', certificateUrl: 'https://www.trustedshops.de/bewertung/x' },
    ...{ domain: 'nordlicht.example', issuerRef: channel, secrets: { clientId: 'id', clientSecret: 'secret' } },
  },
  'staff',
);

let count = 0;
const purpose = 'review invitation by platform';
const whole = ['email', 'name', 'order_number'] as const;

/** An order with boxes; the consent as its customer gave it on the page. */
async function order(
  fields: readonly ('email' | 'name' | 'order_number')[] | null,
  recipient = 'trusted-shops',
  boxes = 1,
) {
  count += 1;
  const customer = {
    id: `c-${count}`,
    name: `Ada${count} Beispiel${count}`,
    email: `ada${count}@kunde.example`,
    phone: '+49 30 1',
  };
  const numbers = Array.from(
    { length: boxes },
    (_, at) => `0034043416109401${String(count * 10 + at).padStart(4, '0')}`,
  );
  const parcelsOf = numbers.map((number) => ({
    carrier: 'dhl-unified',
    tracking_number: number,
    service: 'parcel-de',
  }));
  const put = await ground.putOrder(`N-${count}`, exampleOrder({ customer, parcels: parcelsOf }));
  const { personId } = put;
  if (fields !== null) {
    const given = {
      purpose,
      recipient,
      fields,
      words: sealed('consent_words', 'Ja'),
      version: '1',
      language: 'de',
    } as const;
    const person = { kind: 'person', id: personId, shopId } as const;
    await database.tx((tx) => privacy.giveConsent(tx, person, { ...given, jurisdiction: 'DE', policyUrl: null }));
  }
  return { ...put, numbers, markers: [customer.email, `Ada${count}`, `Beispiel${count}`, `N-${count}`] };
}

const delivered = { code: 'parcel-de:ZU', milestone: 'delivered', subStatus: 'delivered.recipient' } as const;

async function deliver(...numbers: readonly string[]): Promise<void> {
  await hear(delivered, numbers);
}

async function hear(
  what: Pick<ReadScan, 'code' | 'milestone' | 'subStatus'>,
  numbers: readonly string[],
): Promise<void> {
  const localTime = clock.now().toZonedDateTimeISO('UTC').toPlainDateTime().toString({ smallestUnit: 'second' });
  const scan: ReadScan = {
    ...{ ...what, localTime, offset: '+00:00' },
    ...{ zone: null, timeConfidence: 'exact', place: null, text: null, retracts: false, leg: 'outbound' },
  };
  const incoming = numbers.map((number) => ({
    carrier: 'dhl-unified',
    number: sealed('tracking_number', number),
    scan,
  }));
  await parcels.postScans(shopId, incoming, 'push');
  await facts.settle();
}

async function pass(days: number): Promise<void> {
  const until = clock.now().add({ minutes: Math.round(days * 1_440) });
  for (
    let next = jobs.nextDueAt();
    next !== null && Temporal.Instant.compare(next, until) <= 0;
    next = jobs.nextDueAt()
  ) {
    if (Temporal.Instant.compare(next, clock.now()) > 0) clock.advanceTo(next);
    await jobs.runDue();
  }
  clock.advanceTo(until);
}

const stateOf = async (personId: string): Promise<string | null> =>
  (await database.one<{ state: string }>(`select state from evidence.invitation where person_id = $1`, [personId]))
    ?.state ?? null;
const found = (markers: readonly string[]): readonly string[] => markers.filter((marker) => taken.includes(marker));

test('nothing is invited before the shop switches it on, and no byte leaves of anybody who has not allowed exactly this', async () => {
  const before = await order(whole);
  await deliver(...before.numbers);
  await pass(4);
  assert.equal(await stateOf(before.personId), null);
  await evidence.setInviting(shopId, seal.sealId, true, 'staff');
  assert.deepEqual(await evidence.invitesThrough(database, shopId), [
    { issuer: 'trusted-shops', name: 'Trusted Shops' },
  ]);
  const silent = await order(null);
  const others = await order(whole, 'trustpilot');
  const nameOnly = await order(['name']);
  const objecting = await order(whole);
  const restricted = await order(whole);
  await database.tx(async (tx) => {
    await privacy.objectTo(tx, { kind: 'person', id: objecting.personId, shopId }, purpose, true);
    await privacy.restrict(tx, { kind: 'person', id: restricted.personId, shopId }, true);
  });
  taken = '';
  const all = [silent, others, nameOnly, objecting, restricted];
  for (const { numbers } of all) await deliver(...numbers);
  await pass(4);
  for (const one of all) {
    assert.deepEqual([found(one.markers), await stateOf(one.personId)], [[], 'withheld']);
    const rows = await privacy.disclosuresOf(database, one.personId);
    assert.deepEqual(
      rows.map(({ recipient, fields }) => [recipient, fields.includes('email')]),
      [['review_platform: trusted-shops', false]],
    );
  }
  assert.ok(!taken.includes('POST /events'));
});

test('who allowed it is told of once, with first name, order number and address, and it is written down before', async () => {
  const allowed = await order(whole, 'trusted-shops', 2);
  taken = '';
  await deliver(allowed.numbers[0] ?? '');
  await pass(4);
  assert.deepEqual([found(allowed.markers), await stateOf(allowed.personId)], [[], null], 'one box is still under way');
  await deliver(allowed.numbers[1] ?? '');
  await pass(2);
  assert.deepEqual(found(allowed.markers), []);
  await pass(2);
  const [email, first, last, number] = allowed.markers;
  assert.deepEqual(found(allowed.markers), [email, first, number]);
  assert.ok(last !== undefined && !taken.includes('+49 30 1') && !taken.includes('Musterweg'));
  assert.equal(taken.split('POST /events').length, 2);
  const stored = await ground.orders.read(database, allowed.personId, allowed.orderId);
  assert.ok(
    !taken.includes(stored?.placedAt.toString().slice(0, 10) ?? ''),
    'when it was placed is not in the consent',
  );
  assert.equal(await stateOf(allowed.personId), 'sent');
  const [row] = await privacy.disclosuresOf(database, allowed.personId);
  assert.deepEqual(row?.fields, ['email', 'name', 'order_number']);
  // The same delivery said again invites nobody twice.
  await deliver(...allowed.numbers);
  await pass(5);
  assert.equal(taken.split('POST /events').length, 2);
});

test('who allowed their address only is told of without name and order number', async () => {
  const one = await order(['email'], 'trusted-shops', 2);
  taken = '';
  // A box that was never sent holds nothing up.
  await hear({ code: 'parcel-de:XX', milestone: 'cancelled', subStatus: 'cancelled.by_sender' }, one.numbers.slice(1));
  await deliver(one.numbers[0] ?? '');
  await pass(4);
  assert.deepEqual([found(one.markers), await stateOf(one.personId)], [one.markers.slice(0, 1), 'sent']);
});

test('what certainly did not arrive is told again later, and what may have arrived is not', async () => {
  const busy = await order(whole);
  let isBusy = true;
  answers = (path) => (path === '/events' && isBusy ? [503, {}] : answer(path));
  await deliver(...busy.numbers);
  await pass(3.05);
  assert.equal(await stateOf(busy.personId), 'waiting');
  isBusy = false;
  await pass(1);
  assert.equal(await stateOf(busy.personId), 'sent');
  const cut = await order(whole);
  answers = (path) => (path === '/events' ? 'hang up' : answer(path));
  taken = '';
  await deliver(...cut.numbers);
  await pass(6);
  assert.deepEqual([await stateOf(cut.personId), taken.split('POST /events').length], ['unknown', 2]);
  answers = answer;
});

test('a person sees that they were invited, and nothing of it stays when they are erased', async () => {
  const one = await order(whole);
  await deliver(...one.numbers);
  await pass(4);
  const whose = { shopId, personIds: [one.personId], parcelIds: [], orderIds: [one.orderId] };
  assert.equal((await evidence.held(database, whose)).length, 1);
  await database.tx((tx) => evidence.forget(tx, whose));
  assert.deepEqual([await evidence.held(database, whose), await stateOf(one.personId)], [[], null]);
});
