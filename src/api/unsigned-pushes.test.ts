import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findConnector, type Connector } from '#carriers';
import { showId } from '#kit/ids';
import { openGround } from '../../test/ground.ts';
import { serveApi } from '../../test/served-api.ts';

// A carrier that signs nothing, in everything else like one that does.
const dhl = findConnector('dhl-unified');
assert.ok(dhl?.push);
const courier: Connector = {
  ...dhl,
  manifest: { ...dhl.manifest, id: 'courier', aliases: [] },
  push: {
    ...dhl.push,
    signed: false,
    readPush: ({ bytes }) => ({ kind: 'scans', result: dhl.read(bytes, { status: 200, retryAfter: null }) }),
  },
};

const ground = await openGround();
const served = await serveApi(ground, { connectorOf: (name) => (name === 'courier' ? courier : findConnector(name)) });
after(async () => {
  await served.close();
  await ground.close();
});
const { carriers } = served;
const connect = (connector: Connector) =>
  carriers.addAccount(ground.database, {
    shopId: ground.shop.shopId,
    connector,
    secrets: { apiKey: 'k', pushToken: 'token' },
  });

const event = { timestamp: '2026-11-20T06:00:00', statusCode: 'transit', status: 'EE' };
const body = { shipments: [{ id: '00340434161094015902', service: 'parcel-de', events: [event] }] };
const push = async (place: string, headers: Record<string, string> = {}) =>
  (await served.ask('POST', `/v1/carriers/${place}`, { body, headers })).status;

test('a carrier that signs nothing is heard at its secret address and nowhere else', async () => {
  const account = await connect(courier);
  const id = showId('acc', account.accountId);
  const secret = carriers.pushSecret(account, courier);
  assert.match(secret ?? '', /^[\w-]{22}$/);
  assert.equal(await push(`courier/push/${id}/${secret}`), 200);
  const others = ['', '/', '/x', `/${'A'.repeat(22)}`, `/${secret?.slice(0, -1)}`, `/${secret}x`, `/${secret}/`];
  for (const other of others) assert.notEqual(await push(`courier/push/${id}${other}`), 200, other);
  const another = await connect(courier);
  assert.equal(await push(`courier/push/${showId('acc', another.accountId)}/${secret}`), 401);
  await ground.database.tx((tx) => carriers.disconnect(tx, account));
  assert.equal(await push(`courier/push/${id}/${secret}`), 401);
});

test('what the database keeps of the address is a hash that opens nothing', async () => {
  const account = await connect(courier);
  const secret = carriers.pushSecret(account, courier) ?? '';
  const row = await ground.database.one<{ hash: Buffer }>(
    'select push_hash as hash from carriers.account where account_id = $1',
    [account.accountId],
  );
  assert.equal(row?.hash.length, 32);
  assert.ok(!row.hash.includes(Buffer.from(secret, 'base64url')));
  for (const kept of [row.hash.toString('base64url'), row.hash.toString('hex')]) {
    assert.equal(await push(`courier/push/${showId('acc', account.accountId)}/${kept}`), 401);
  }
});

test('a carrier that signs is not heard at an address with something behind the account', async () => {
  const account = await connect(dhl);
  const id = showId('acc', account.accountId);
  assert.equal(carriers.pushSecret(account, dhl), null);
  const signed = { 'x-glasspost-push-token': 'token' };
  assert.equal(await push(`dhl-unified/push/${id}`, signed), 200);
  assert.equal(await push(`dhl-unified/push/${id}/`, signed), 401);
  assert.equal(await push(`dhl-unified/push/${id}/x`, signed), 401);
});
