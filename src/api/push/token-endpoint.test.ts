import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, suite, test } from 'node:test';
import { findConnector } from '#carriers';
import { showId } from '#kit/ids';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { serveApi } from '../../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});

const [ups, dhl] = [findConnector('ups'), findConnector('dhl')];
assert.ok(ups && dhl);
const { shopId } = ground.shop;
const client = { id: 'app id', secret: 'push%secret+1' };
const secrets = { clientId: client.id, clientSecret: 'x', pushToken: client.secret };
const account = await served.carriers.addAccount(ground.database, { shopId, connector: ups, secrets });
const silent = await served.carriers.addAccount(ground.database, {
  shopId,
  connector: ups,
  secrets: { ...secrets, pushToken: '' },
});
const other = await served.carriers.addAccount(ground.database, {
  shopId,
  connector: dhl,
  secrets: { apiKey: 'k', pushToken: client.secret },
});
const at = (id: string, carrier = 'ups') => `/v1/carriers/${carrier}/push/${id}`;
const path = at(showId('acc', account.accountId));
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const written = basic(encodeURIComponent(client.id), encodeURIComponent(client.secret));

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const tokenAt = (body: string, headers: Record<string, string> = {}, to = path) =>
  served.ask('POST', `${to}/token`, { body, headers: { ...form, ...headers } });
const grant = 'grant_type=client_credentials';
const inForm = `${grant}&${new URLSearchParams({ client_id: client.id, client_secret: client.secret }).toString()}`;

type Token = { readonly access_token: string; readonly token_type: string; readonly expires_in: number };
const granted = async (): Promise<Token> => (await tokenAt(grant, { authorization: written })).json as Token;

suite('a token is granted', () => {
  const ways: readonly (readonly [name: string, body: string, headers: Record<string, string>])[] = [
    ['by Basic as the standard writes it', grant, { authorization: written }],
    ['by Basic as many write it', grant, { authorization: basic(client.id, client.secret) }],
    ['by the form', inForm, {}],
    [
      'with a scope and a charset',
      `${grant}&scope=x`,
      { authorization: written, 'content-type': `${form['content-type']}; charset=UTF-8` },
    ],
  ];
  for (const [name, body, headers] of ways) {
    test(name, async () => {
      const answered = await tokenAt(body, headers);
      assert.equal(answered.status, 200, answered.text);
      const token = answered.json as Token;
      assert.deepEqual(Object.keys(token), ['access_token', 'token_type', 'expires_in']);
      assert.deepEqual([token.token_type, token.expires_in], ['Bearer', 3_600]);
      assert.deepEqual(
        [answered.headers.get('cache-control'), answered.headers.get('pragma')],
        ['no-store', 'no-cache'],
      );
    });
  }
});

suite('a request that is none is refused in the standard’s words', () => {
  const rows: readonly (readonly [name: string, body: string, headers: Record<string, string>, error: string])[] = [
    ['no grant type', 'scope=x', { authorization: written }, 'invalid_request'],
    ['another grant type', 'grant_type=password', { authorization: written }, 'unsupported_grant_type'],
    ['a field twice', `${grant}&${grant}`, { authorization: written }, 'invalid_request'],
    ['both ways at once', inForm, { authorization: written }, 'invalid_request'],
    ['JSON', '{}', { authorization: written, 'content-type': 'application/json' }, 'invalid_request'],
    ['nothing', '', {}, 'invalid_request'],
  ];
  for (const [name, body, headers, error] of rows) {
    test(name, async () => {
      const answered = await tokenAt(body, headers);
      assert.equal(answered.status, 400);
      assert.equal((answered.json as { error: string }).error, error);
      // It says the same of an address that does not exist.
      assert.equal((await tokenAt(body, headers, at('acc_00000000000000000000000000'))).text, answered.text);
    });
  }
});

test('an unknown address and wrong credentials answer alike', async () => {
  const good = { authorization: written };
  const rows: readonly (readonly [name: string, headers: Record<string, string>, to?: string, body?: string])[] = [
    ['no client', {}],
    ['another secret', { authorization: basic(client.id, 'x') }],
    ['another id', { authorization: basic('x', client.secret) }],
    ['not Basic', { authorization: 'Bearer x' }],
    ['no colon', { authorization: `Basic ${Buffer.from('x').toString('base64')}` }],
    ['an empty secret', { authorization: basic(client.id, '') }, at(showId('acc', silent.accountId))],
    ['in the form', {}, path, `${grant}&client_id=app+id&client_secret=x`],
    ['an account that does not exist', good, at('acc_00000000000000000000000000')],
    ['an id of another kind', good, at(showId('shp', shopId))],
    ['an id that is none', good, at('x')],
    ['another carrier', good, at(showId('acc', account.accountId), 'dhl')],
    ['a carrier that does not exist', good, at(showId('acc', account.accountId), 'pigeon')],
    ['a carrier that needs no token', good, at(showId('acc', other.accountId), 'dhl')],
    ['an account without pushes', good, at(showId('acc', silent.accountId))],
  ];
  const answers = new Set<string>();
  for (const [name, headers, to = path, body = grant] of rows) {
    const answered = await tokenAt(body, headers, to);
    assert.deepEqual([answered.status, answered.headers.get('www-authenticate')], [401, 'Basic'], name);
    answers.add(answered.text);
  }
  assert.deepEqual(
    answers,
    new Set(['{"error":"invalid_client","error_description":"There is no such client here."}']),
  );
});

const message = await readFile(new URL('../../carriers/ups/samples/push.json', import.meta.url), 'utf8');
const push = (token: string, body = message, more: Record<string, string> = {}) =>
  served.ask('POST', path, {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'UPSPubSubTrackingService',
      'x-api-key': client.id,
      authorization: `Bearer ${token}`,
      ...more,
    },
  });

test('a push with a granted token moves its parcel; the same again changes nothing; without it nothing comes in', async () => {
  const number = '1Z0X0X0X6800000093';
  const parcels = [{ carrier: 'ups', tracking_number: number }];
  await ground.putOrder('1001', exampleOrder({ parcels }));
  const { access_token: token } = await granted();
  for (const refused of [await push('x'), await push(token, message, { 'x-api-key': 'x' })]) {
    assert.deepEqual([refused.status, (refused.json as { code: string }).code], [401, 'unauthorized']);
  }
  const first = await served.caused(async () => {
    assert.deepEqual((await push(token)).json, { accepted: 1, duplicates: 0 });
  });
  assert.deepEqual(first, { facts: ['parcel.moved'], audits: [], disclosures: 0 });
  const again = await served.caused(async () => {
    assert.deepEqual((await push(token)).json, { accepted: 0, duplicates: 1 });
  });
  assert.deepEqual(again, { facts: [], audits: [], disclosures: 0 });
  assert.equal((await push(token, '{}')).status, 400);
  ground.clock.advanceTo(ground.clock.now().add({ hours: 1 }));
  assert.equal((await push(token)).status, 401, 'an old token');
});

test('whoever guesses is held up', async () => {
  // One after the other: what is asked at the same time is let in before the first miss is counted.
  let answered = await tokenAt(grant, { authorization: basic('a', 'b') });
  for (let asked = 1; asked < 80 && answered.status !== 429; asked += 1) {
    answered = await tokenAt(grant, { authorization: basic('a', 'b') });
  }
  assert.equal(answered.status, 429);
  assert.ok(answered.headers.get('retry-after'));
});
