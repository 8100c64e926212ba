import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createApi } from '#api';
import { createCarriers, findConnector, type Account } from '#carriers';
import { createEgress } from '#kit/egress';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { createWatch } from '#watch';
import { exampleOrder, openGround } from '../../../../test/ground.ts';
import { silentReviews } from '../../../../test/served-api.ts';
import { startSimulator, upsAccount, type UpsEvent } from '../../simulator.ts';

// Everything is real: the house's doors on loopback, the dialler, TLS, the watcher; UPS alone is simulated.
const ground = await openGround();
const { database, clock, jobs, facts, parcels, shop } = ground;
const log = createLog({ level: 'silent' });
const { clientId, clientSecret } = upsAccount;
const secrets = { clientId, clientSecret, pushToken: 'push+secret%' };
const number = '1Z0X0X0X6812345678';

const simulator = await startSimulator({
  clock,
  log,
  push: async (url, headers, body) => {
    const answered = await fetch(url, { method: 'POST', headers, body });
    return { status: answered.status, body: await answered.text() };
  },
});

const pause = async (ms: number) => clock.advanceTo(clock.now().add({ milliseconds: ms }));
const carriers = createCarriers({
  ...ground,
  egress: createEgress({ log }),
  log,
  routeOf: () => simulator.route,
  pause,
});
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://127.0.0.1' },
  log,
  ready: () => Promise.resolve(true),
});
createApi({ ...ground, carriers, reviews: silentReviews(ground) }).mount(http);
const { port } = await http.listen();
const pushUrlOf = ({ carrier, accountId }: Account) =>
  `http://127.0.0.1:${port}/v1/carriers/${carrier}/push/${showId('acc', accountId)}`;
const watch = createWatch({ database, clock, facts, jobs, carriers, parcels, log, privacy: ground.privacy, pushUrlOf });
after(async () => {
  await simulator.stop();
  await http.close();
  await ground.close();
});

const place = { city: 'HAMBURG', state: null, country: 'DE' };
const event = (minutes: number, statusCode: string, more: Partial<UpsEvent> = {}): UpsEvent => ({
  at: clock.now().add({ minutes }),
  zone: 'Europe/Berlin',
  place,
  type: 'I',
  code: 'AR',
  statusCode,
  description: `Status ${statusCode}`,
  ...more,
});

const connector = findConnector('ups');
assert.ok(connector);
const account = await carriers.addAccount(database, { shopId: shop.shopId, connector, secrets });
simulator.register(clientId, {
  url: pushUrlOf(account),
  tokenUrl: `${pushUrlOf(account)}/token`,
  clientId,
  clientSecret: secrets.pushToken,
});
simulator.plan({
  carrier: 'ups',
  number,
  shipment: 'one',
  service: 'UPS Standard',
  origin: place,
  destination: place,
  zone: 'Europe/Berlin',
  arrivals: [{ knownFrom: clock.now(), day: Temporal.PlainDate.from('2026-11-20'), window: null }],
  receiver: { name: 'ERIKA BEISPIEL', street: 'BEISPIELWEG 7', postcode: '20095' },
  events: [
    event(-600, '003', { type: 'M', code: 'MP' }),
    event(-120, '071', { code: 'YP' }),
    event(2, '021', { code: 'OT', duplicate: true }),
    event(1, '005', { code: 'DP', lateMinutes: 9 }),
    event(20, '011', { type: 'D', code: 'MU', duplicate: true }),
  ],
});

const disclosures = async () =>
  (await database.rows<{ purpose: string }>('select purpose from privacy.disclosure order by disclosed_at', [])).map(
    ({ purpose }) => purpose,
  );

test('subscribed to, UPS fetches a token from our door and pushes; each scan is taken once, and asking brings the rest', async () => {
  const order = await ground.putOrder('U-1', exampleOrder({ parcels: [{ carrier: 'ups', tracking_number: number }] }));
  const parcelId = order.boxes[0]?.parcelId ?? '';
  const scans = async () =>
    (await parcels.scans(database, await parcels.read(database, [parcelId])))
      .map(({ subStatus }) => `${subStatus}`)
      .toSorted();
  const milestone = async () => (await parcels.read(database, [parcelId]))[0]?.milestone;
  await facts.settle();
  await jobs.runDue();
  assert.equal((await watch.watched(database, parcelId))?.subscribed, true);
  assert.deepEqual(await disclosures(), ['push subscription']);

  await simulator.look();
  assert.deepEqual(await scans(), [], 'there is no history');
  clock.advanceTo(clock.now().add({ minutes: 2 }));
  await simulator.look();
  assert.deepEqual([await milestone(), await scans()], ['out_for_delivery', ['out_for_delivery.loaded']]);
  clock.advanceTo(clock.now().add({ minutes: 8 }));
  await simulator.look();
  assert.equal(await milestone(), 'out_for_delivery', 'an older scan moves nothing back');
  clock.advanceTo(clock.now().add({ minutes: 10 }));
  await simulator.look();
  assert.deepEqual([await milestone(), (await scans()).length, simulator.counters().pushes], ['delivered', 3, 5]);

  await watch.ask(parcelId);
  assert.deepEqual(await scans(), [
    'announced.label_created',
    'delivered.letterbox',
    'in_transit.at_delivery_depot',
    'in_transit.departed',
    'out_for_delivery.loaded',
  ]);
  assert.deepEqual(await disclosures(), ['push subscription', 'tracking'], 'a token discloses nothing');
});

test('with a secret that was changed here, UPS gets no token and nothing comes in', async () => {
  const found = await carriers.account(database, account.accountId);
  assert.ok(found);
  await carriers.reconnect(database, found, { ...secrets, pushToken: 'another' });
  const answered = await fetch(`${pushUrlOf(account)}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:push%2Bsecret%25`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  assert.deepEqual(
    [answered.status, (await answered.json()) as unknown],
    [401, { error: 'invalid_client', error_description: 'There is no such client here.' }],
  );
});
