import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createCarriers } from '#carriers';
import { Fault } from '#kit/fault';
import { createLog } from '#kit/log';
import { runWords } from '../../test/command-line.ts';
import { exampleFace, openGround } from '../../test/ground.ts';
import { silentReviews } from '../../test/served-api.ts';
import type { OpenedHouse } from './cli.ts';

const ground = await openGround();
after(ground.close);

const carriers = createCarriers({
  ...ground,
  log: createLog({ level: 'silent' }),
  egress: { send: () => Promise.resolve({ status: 404, headers: {}, bytes: new TextEncoder().encode('{}') }) },
  routeOf: () => null,
  pause: () => Promise.resolve(),
});

type Asked = { readonly shopId: string; readonly name: string; readonly scopes: readonly string[] };
const asked: Asked[] = [];
const keys = [{ id: 'key_1', name: 'shop system', scopes: ['orders:read', 'orders:write'] }];
let hasSample = true;

const house: OpenedHouse = {
  ...ground,
  reviews: silentReviews(ground),
  carriers,
  publicUrl: 'https://track.shop.example',
  pushUrlOf: ({ carrier }) => `https://track.shop.example/v1/carriers/${carrier}/push/acc_1`,
  createKey: (shopId, name, scopes) => {
    asked.push({ shopId, name, scopes });
    return Promise.resolve({ id: 'key_2', key: 'gp_2_secret' });
  },
  keys: () => Promise.resolve(keys),
  revokeKey: (_shopId, id) => Promise.resolve(id === 'key_1'),
  consoleLink: () => Promise.resolve('https://track.shop.example/console/enter/once'),
  importOrders: () => assert.fail('nothing is imported here'),
  suggestMapping: () => assert.fail('nothing is suggested here'),
  removeSample: () => {
    const had = hasSample;
    hasSample = false;
    return Promise.resolve(had);
  },
};

const run = (...words: readonly string[]) => runWords(words, { withHouse: (work) => work(house) });

suite('key', () => {
  test('create prints the key alone on standard output, so that a script can keep it', async () => {
    const { code, out, err } = await run('key', 'create', '--scope', 'orders', '--scope', 'scans,parcels:read');
    assert.deepEqual([code, out], [0, 'gp_2_secret']);
    assert.equal(err, 'Keep it now: it is never shown again. It opens the shop "Nordlicht".');
    const { shopId } = ground.shop;
    const scopes = ['orders', 'scans', 'parcels:read'];
    assert.deepEqual(asked.pop(), { shopId, name: 'made on the command line', scopes });
  });

  test('create --json prints an object with the key', async () => {
    const { code, out, err } = await run('key', 'create', '--scope', 'all', '--name', 'warehouse', '--json');
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(JSON.parse(out), { id: 'key_2', key: 'gp_2_secret', shop: 'Nordlicht' });
    assert.equal(asked.pop()?.name, 'warehouse');
  });

  test('list shows ids, scopes and names', async () => {
    assert.equal(
      (await run('key', 'list')).out,
      'ID     MAY                       NAME\nkey_1  orders:read,orders:write  shop system',
    );
    assert.deepEqual(JSON.parse((await run('key', 'list', '--json')).out), keys);
  });

  test('revoke ends one, or says that there is none', async () => {
    assert.deepEqual(await run('key', 'revoke', 'key_1'), {
      code: 0,
      out: 'Revoked. Calls with it are refused from now on.',
      err: '',
    });
    const none = await run('key', 'revoke', 'key_9');
    assert.deepEqual([none.code, none.out], [1, '']);
    assert.match(none.err, /^There is no such key in this shop/);
  });
});

test('console link and sample remove answer people and programs', async () => {
  assert.equal((await run('console', 'link')).out, 'https://track.shop.example/console/enter/once');
  assert.deepEqual(JSON.parse((await run('console', 'link', '--json')).out), {
    url: 'https://track.shop.example/console/enter/once',
  });
  assert.equal((await run('sample', 'remove')).out, 'The sample shop is gone.');
  assert.deepEqual(await run('sample', 'remove'), { code: 0, out: 'There is no sample shop.', err: '' });
  assert.deepEqual(JSON.parse((await run('sample', 'remove', '--json')).out), { removed: false });
});

test('carrier connect keeps the credentials sealed, makes the token itself and says where to push', async () => {
  const { code, out } = await run('carrier', 'connect', 'DHL_Paket', '--set', 'apiKey= k=1 ');
  assert.equal(code, 0);
  assert.match(
    out,
    /^Connected DHL with the shop "Nordlicht" as acc_\w{26}\.\nIt pushes to https:\/\/track\.shop\.example\/v1\/carriers\/dhl-unified\/push\/acc_1\nDHL was asked about a test number and accepted the credentials\.$/,
  );
  const [account] = await carriers.accounts(ground.database, ground.shop.shopId);
  assert.equal(account?.secrets['apiKey'], 'k=1');
  assert.match(account?.secrets['pushToken'] ?? '', /^[\w-]{32}$/);
  const [audit] = await ground.privacy.audits(ground.database, ground.shop.shopId, 1);
  assert.deepEqual([audit?.verb, audit?.actor], ['carrier.connect', 'command line']);

  const quiet = await run('carrier', 'connect', 'dhl', '--set', 'apiKey=k', '--set', 'pushToken=', '--json');
  const printed = JSON.parse(quiet.out) as Record<string, unknown>;
  assert.deepEqual([printed['carrier'], printed['push_url']], ['dhl-unified', null]);
  assert.equal(printed['trial'], 'accepted');
  await run('carrier', 'connect', 'dhl', '--set', 'apiKey=k', '--set', 'pushToken=t');
});

test('carrier list shows whether accounts work; connecting again keeps the account and its token; disconnect ends it', async () => {
  const [before] = await carriers.accounts(ground.database, ground.shop.shopId);
  assert.ok(before);
  const listed = await run('carrier', 'list');
  assert.match(
    listed.out,
    /^SHOP +CARRIER +ACCOUNT +STATE +CALLS LEFT TODAY\nNordlicht +dhl-unified +acc_\w+ +works +24\d of 250$/,
  );
  const again = await run('carrier', 'connect', 'dhl', '--set', 'apiKey=other');
  assert.match(again.out, /^Connected again: DHL/);
  const accounts = await carriers.accounts(ground.database, ground.shop.shopId);
  assert.deepEqual(
    accounts.map(({ accountId, secrets }) => [accountId, secrets]),
    [[before.accountId, { apiKey: 'other', pushToken: before.secrets['pushToken'] }]],
  );
  assert.match((await run('carrier', 'try', 'dhl')).out, /^DHL was asked about a test number and accepted/);
  assert.match((await run('carrier', 'disconnect', 'dhl')).out, /^Disconnected DHL\. Its credentials are gone/);
  assert.deepEqual(await carriers.accounts(ground.database, ground.shop.shopId), []);
  assert.match((await run('carrier', 'disconnect', 'dhl')).err, /has no account with DHL/);
  assert.match((await run('carrier', 'list')).out, /^No carrier is connected/);
  const verbs = (await ground.privacy.audits(ground.database, ground.shop.shopId, 3)).map(({ verb }) => verb);
  assert.deepEqual(verbs, ['carrier.disconnect', 'carrier.try', 'carrier.connect']);
});

test('what a carrier needs is said by help and by the list of those there are', async () => {
  assert.match(
    (await run('carrier', 'connect', 'dhl', '--help')).out,
    /\nAn account with DHL \(dhl-unified\) needs:\n +--set apiKey=…/,
  );
  assert.match((await run('help', 'carrier', 'connect')).out, /--set apiKey=…/);
  assert.match((await run('carrier', 'list', '--available')).out, /^CARRIER .*\ndhl-unified +DHL +when asked, by push/);
});

test('carrier connect tells what a person has to enter at a carrier that fetches a token for its pushes', async () => {
  const credentials = ['--set', 'clientId=app-1', '--set', 'clientSecret=hidden'];
  const { code, out } = await run('carrier', 'connect', 'ups', ...credentials);
  assert.equal(code, 0);
  const address = String.raw`https:\/\/track\.shop\.example\/v1\/carriers\/ups\/push\/acc_1`;
  assert.match(out, new RegExp(`^Connected UPS .*\\nIt pushes to ${address}\\n`));
  assert.match(out, new RegExp(`Token address +${address}/token\\n +Client ID +app-1\\n +Client secret +[\\w-]{32}$`));
  assert.ok(!out.includes('hidden'));

  const printed = await run('carrier', 'connect', 'ups', ...credentials, '--set', 'pushToken=ours', '--json');
  const { push_token_url: url, push_client: client } = JSON.parse(printed.out) as Record<string, unknown>;
  assert.deepEqual([String(url).endsWith('/token'), client], [true, { id: 'app-1', secret: 'ours' }]);
  const quiet = await run('carrier', 'connect', 'ups', ...credentials, '--set', 'pushToken=');
  assert.match(quiet.out, /\nIt is asked, and pushes nothing\.$/);
});

suite('facts', () => {
  test('parked and retry say so when there is nothing', async () => {
    assert.equal((await run('facts', 'parked')).out, 'Nothing is parked.');
    assert.equal((await run('facts', 'parked', '--json')).out, '[]');
    const retried = await run('facts', 'retry', 'notices', '00000000-0000-7000-8000-000000000000');
    assert.deepEqual([retried.code, retried.out], [1, 'None was handled. `facts parked` lists what is left, and why.']);
  });

  test('what is parked is listed under headings', async () => {
    const row = { follower: 'notices', key: 'k', kind: 'parcel.moved', reason: 'no mail server' };
    const facts = {
      ...ground.facts,
      parked: () => Promise.resolve([{ ...row, lane: 1, seq: 1, appendedAt: ground.clock.now() }]),
    };
    const { out } = await runWords(['facts', 'parked'], {
      err: (line) => assert.fail(line),
      withHouse: (work) => work({ ...house, facts }),
    });
    assert.equal(out, 'FOLLOWER  KEY  FACT          REASON\nnotices   k    parcel.moved  no mail server');
  });
});

suite('which shop is meant', () => {
  test('the only real one, the sample one by its word, and otherwise the named one', async () => {
    await ground.orders.addShop(ground.database, { name: 'Keramik', language: 'de', sample: true, face: exampleFace });
    assert.match((await run('key', 'create', '--scope', 'all')).err, /"Nordlicht"/);
    assert.match((await run('key', 'create', '--scope', 'all', '--shop', 'sample')).err, /"Keramik"/);
    for (const words of [
      ['connect', 'dhl', '--set', 'apiKey=k'],
      ['try', 'dhl'],
      ['disconnect', 'dhl'],
    ]) {
      const { code, err } = await run('carrier', ...words, '--shop', 'sample');
      assert.deepEqual([code, err], [1, '"Keramik" is the sample shop: its carrier is invented and comes with it.']);
    }
    await ground.orders.addShop(ground.database, { name: 'Zweite', language: 'de', sample: false, face: exampleFace });
    assert.deepEqual(await run('key', 'list'), {
      code: 1,
      out: '',
      err: 'Say which shop with --shop NAME: "Nordlicht", "Zweite", "Keramik".',
    });
    assert.match((await run('key', 'create', '--scope', 'all', '--shop', 'zweite')).err, /"Zweite"/);
    assert.match(
      (await run('key', 'list', '--shop', 'Dritte')).err,
      /^There is no shop "Dritte"\. There is: "Nordlicht"/,
    );
  });

  test('none, before the product has run once', async () => {
    const orders = { ...ground.orders, shops: () => Promise.resolve([]) };
    await assert.rejects(
      (await import('./shop-of.ts')).shopOf({ ...house, orders }, undefined),
      (error) => error instanceof Fault && error.publicText === 'There is no shop yet: `npm start` makes one.',
    );
  });
});
