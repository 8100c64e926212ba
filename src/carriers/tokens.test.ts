import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { EgressFault, type EgressAnswer, type EgressRequest } from '#kit/egress';
import { createLog } from '#kit/log';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createCarriers, type Account, type Asked } from './carriers.ts';
import type { AskedParcel } from './host.ts';
import { ups } from './ups/connector.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, privacy, shop } = ground;

const clientSecret = 'secret-that-nobody-may-read';
const number = '1Z0X0X0X6812345678';

/** What UPS says to a call for a token and to every other call, and what was called. */
type Says = () => EgressAnswer | Promise<EgressAnswer>;
const carrier: { sent: EgressRequest[]; token: Says; other: Says } = { sent: [], token: given, other: found };
const lines: string[] = [];
const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
const isToken = ({ url }: EgressRequest) => url.endsWith('/security/v1/oauth/token');
const carriers = createCarriers({
  ...{ database, clock, privacy, log },
  egress: {
    send: async (request) => {
      carrier.sent.push(request);
      return await (isToken(request) ? carrier.token() : carrier.other());
    },
  },
  routeOf: () => null,
  pause: async (ms) => clock.advanceTo(clock.now().add({ milliseconds: ms })),
});

function said(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EgressAnswer {
  return { status, headers, bytes: new TextEncoder().encode(JSON.stringify(body)) };
}

let tokens = 0;
function given(expires_in: unknown = '14399'): EgressAnswer {
  tokens += 1;
  return said(200, { token_type: 'Bearer', access_token: `token-${tokens}`, expires_in, status: 'approved' });
}

const activity = [{ date: '20261120', time: '081500', status: { type: 'I', statusCode: '021' } }];
function found(): EgressAnswer {
  const packages = [{ trackingNumber: '1Z0X0X0X6800000020' }, { trackingNumber: number, activity }];
  return said(200, { trackResponse: { shipment: [{ inquiryNumber: number, package: packages }] } });
}
const refusal = (status: number, code: string, headers = {}) =>
  said(status, { response: { errors: [{ code, message: 'Said by UPS' }] } }, headers);

const taken = await ground.putOrder(
  '1001',
  exampleOrder({ parcels: [{ carrier: 'ups', tracking_number: number, service: null }] }),
);
const [parcel] = await ground.parcels.read(
  database,
  taken.boxes.map(({ parcelId }) => parcelId),
);
assert.ok(parcel?.number);
const box: AskedParcel = { ...parcel, number: parcel.number };

const connect = (): Promise<Account> =>
  carriers.addAccount(database, {
    shopId: shop.shopId,
    connector: ups,
    secrets: { clientId: 'client', clientSecret, pushToken: 'push-secret' },
  });
const ask = (account: Account): Promise<Asked> => carriers.ask(account, ups, [box]);
const bearers = () => carrier.sent.filter((one) => !isToken(one)).map(({ headers }) => headers['authorization']);
const tokenCalls = () => carrier.sent.filter(isToken).length;
const disclosures = () => database.rows('select purpose from privacy.disclosure', []);

async function used({ accountId }: Account): Promise<number> {
  const row = await database.one<{ used: number }>('select used from carriers.quota where account_id = $1', [
    accountId,
  ]);
  return row?.used ?? 0;
}

beforeEach(async () => {
  carrier.sent = [];
  carrier.token = () => given();
  carrier.other = found;
  tokens = 0;
  await database.rows('delete from privacy.disclosure', []);
});

test('A token is fetched before anything is disclosed, counted, and carried by every call until it grows old.', async () => {
  const account = await connect();
  const before: number[] = [];
  carrier.token = async () => {
    before.push((await disclosures()).length, await used(account));
    return given();
  };
  await ask(account);
  await ask(account);
  assert.deepEqual(before, [0, 1]);
  assert.deepEqual([tokenCalls(), bearers(), await used(account)], [1, ['Bearer token-1', 'Bearer token-1'], 3]);
  const [asking] = carrier.sent;
  assert.equal(asking?.method, 'POST');
  assert.equal(asking.headers['authorization'], `Basic ${Buffer.from(`client:${clientSecret}`).toString('base64')}`);
  assert.equal(asking.body, 'grant_type=client_credentials');
});

test('It is renewed before it ends.', async () => {
  const account = await connect();
  await ask(account);
  clock.advanceTo(clock.now().add({ seconds: 14_399 - 310 }));
  await ask(account);
  assert.equal(tokenCalls(), 1);
  clock.advanceTo(clock.now().add({ seconds: 20 }));
  await ask(account);
  assert.deepEqual(bearers(), ['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
});

test('Twenty at once fetch one token.', async () => {
  const account = await connect();
  const asked = await Promise.all(Array.from({ length: 20 }, () => ask(account)));
  assert.ok(asked.some((one) => 'answers' in one));
  assert.equal(tokenCalls(), 1);
});

test('Of a shipment with several packages, only the one that was asked about comes back.', async () => {
  const asked = await ask(await connect());
  assert.ok('answers' in asked);
  const parcels = asked.answers.flatMap(({ result }) => result.parcels);
  assert.deepEqual(
    parcels.map((one) => [one.number, one.scans.map(({ subStatus }) => subStatus)]),
    [[number, ['out_for_delivery.loaded']]],
  );
});

test('A token that is refused is renewed once, and the call is made again.', async () => {
  const account = await connect();
  const answers = [refusal(401, '250002'), found()];
  carrier.other = () => answers.shift() ?? found();
  const asked = await ask(account);
  assert.ok('answers' in asked);
  assert.equal(asked.answers[0]?.result.parcels.length, 1);
  assert.deepEqual([bearers(), await used(account)], [['Bearer token-1', 'Bearer token-2'], 4]);
  assert.equal((await carriers.account(database, account.accountId))?.paused, null);
});

test('When the new one is refused as well, the account rests.', async () => {
  const account = await connect();
  carrier.other = () => refusal(401, '250002');
  await ask(account);
  assert.deepEqual([tokenCalls(), bearers().length], [2, 2]);
  const paused = await carriers.account(database, account.accountId);
  assert.equal(paused?.paused, 'UPS refuses the credentials of this account. Connect it again.');
});

test('Credentials that give no token make the account rest, and nothing was disclosed.', async () => {
  const account = await connect();
  carrier.token = () => refusal(401, '10401');
  const asked = await ask(account);
  assert.ok('no' in asked);
  assert.equal(asked.no, 'paused');
  assert.ok((await carriers.account(database, account.accountId))?.paused);
  assert.deepEqual([bearers(), await disclosures()], [[], []]);
  // New credentials get a token of their own.
  carrier.token = () => given();
  const resting = await carriers.account(database, account.accountId);
  assert.ok(resting);
  await carriers.reconnect(database, resting, { clientId: 'client', clientSecret: 'new', pushToken: 'p' });
  const awake = await carriers.account(database, account.accountId);
  assert.ok(awake);
  assert.ok('answers' in (await ask(awake)));
});

test('Too many calls for tokens block the account for as long as the carrier says.', async () => {
  const account = await connect();
  carrier.token = () => refusal(429, '10429', { 'retry-after': '120' });
  const until = clock.now().add({ seconds: 120 });
  for (const asked of [await ask(account), await ask(account)]) {
    assert.ok('no' in asked);
    assert.deepEqual([asked.no, asked.retryAt.toString()], ['quota', until.toString()]);
  }
  assert.equal(tokenCalls(), 1);
});

test('A door that gives no token is a fault for the caller, and is left alone for a minute.', async () => {
  const account = await connect();
  carrier.token = () => refusal(503, '10004');
  await assert.rejects(ask(account), { name: 'Fault', code: 'unavailable' });
  await assert.rejects(ask(account), { name: 'Fault', code: 'unavailable' });
  assert.equal(tokenCalls(), 1);
  clock.advanceTo(clock.now().add({ seconds: 60 }));
  carrier.token = () => given();
  assert.ok('answers' in (await ask(account)));
  carrier.token = () => {
    throw new EgressFault('connect', 'onlinetools.ups.com', 'ECONNREFUSED');
  };
  await assert.rejects(ask(await connect()), { name: 'Fault', code: 'unavailable' });
});

test('A spent day gets no token either.', async () => {
  const account = await connect();
  const day = clock.now().toZonedDateTimeISO(ups.manifest.quota.resetZone).toPlainDate();
  await database.rows('insert into carriers.quota (account_id, day, used) values ($1, $2, $3)', [
    ...[account.accountId, day, ups.manifest.quota.callsPerDay],
  ]);
  const asked = await ask(account);
  assert.ok('no' in asked);
  assert.deepEqual([asked.no, carrier.sent.length], ['quota', 0]);
});

test('A subscription is disclosed as one, and a number that UPS does not take is none.', async () => {
  const account = await connect();
  const subscribe = () => carriers.subscribe(account, ups, [box], 'https://shop.example/push');
  carrier.other = () => said(200, { validTrackingNumbers: [number] });
  assert.equal(await subscribe(), 'subscribed');
  const sent = carrier.sent.at(-1);
  assert.equal(sent?.url, 'https://onlinetools.ups.com/api/track/v2/subscription/standard/package');
  assert.deepEqual(JSON.parse(sent.body ?? ''), { locale: 'en_US', countryCode: 'US', trackingNumberList: [number] });
  assert.deepEqual(await disclosures(), [{ purpose: 'push subscription' }]);
  carrier.other = () => said(200, { validTrackingNumbers: [], invalidTrackingNumbers: [number] });
  assert.equal(await subscribe(), 'none');
  carrier.other = () => refusal(400, 'VSS210');
  assert.equal(await subscribe(), 'none');
  carrier.other = () => refusal(500, 'VSS100');
  assert.equal(await subscribe(), 'later');
});

test('Neither secrets nor tokens nor numbers come into the log.', () => {
  const text = lines.join('');
  assert.ok(text.includes('carrier account paused'));
  for (const secret of [clientSecret, 'token-1', 'push-secret', number]) assert.ok(!text.includes(secret), secret);
});
