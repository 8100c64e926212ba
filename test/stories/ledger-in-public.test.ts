import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createCustomer } from '#customer';
import { createHttp } from '#kit/http';
import { newId, showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { protectionPathOf } from '#orders';
import { ledgerPathOf, sealed } from '#privacy';
import { openGround } from '../ground.ts';
import { callerOf, readable } from './calls.ts';
import { sha256 } from '../../src/privacy/ledger/log-keys.ts';
import { createMerkle } from '../../src/privacy/ledger/tree/merkle.ts';
import { readPolicy } from '../../src/privacy/ledger/tree/policy.ts';
import { readBundle } from '../../src/privacy/ledger/tree/tiles.ts';
import { verifyLog, type LogVerdict } from '../../src/privacy/ledger/tree/verify-log.ts';
import { checkByWebCrypto } from '../../src/privacy/ledger/tree/web-crypto.ts';

const ground = await openGround();
const { database, clock, privacy, shop } = ground;
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'https://shop.example' },
  log: createLog({ level: 'silent' }),
  ready: async () => true,
});
createCustomer({ ...ground, protection: { shown: async () => null } }).mount(http);
const { port } = await http.listen();
const call = callerOf(port);
after(async () => {
  await http.close();
  await ground.close();
});

const path = ledgerPathOf(shop.shopId);

async function get(file: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}${file}`, { headers });
  return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

const pageIn = async (language: string) => readable((await call('GET', `${path}?language=${language}`)).text);

async function disclose(count: number): Promise<void> {
  const personId = newId(clock);
  await database.tx(async (tx) => {
    await privacy.makeKeys(tx, [{ kind: 'person', id: personId, shopId: shop.shopId }]);
    for (let at = 0; at < count; at += 1) {
      await privacy.disclose(tx, {
        ...{ shopId: shop.shopId, personId, parcelId: newId(clock), service: 'tracking', purpose: 'tracking' },
        recipient: { kind: 'carrier', name: 'dhl-unified' },
        values: { tracking_number: sealed('tracking_number', '00340434161094015902') },
      });
    }
  });
  await privacy.ledger.sequence(shop.shopId);
}

/** As a stranger does, from the public files alone. */
async function verified(): Promise<LogVerdict | null> {
  const policy = readPolicy(sha256, new TextDecoder().decode((await get('keys')).bytes));
  assert.ok(!('line' in policy));
  const keys = policy.logs.map(({ key }) => key);
  return await verifyLog({
    ...{ merkle: createMerkle(sha256), keys, check: checkByWebCrypto, before: null },
    source: async (file) => {
      const { status, bytes } = await get(file);
      return status === 200 ? bytes : null;
    },
  });
}

test('Before the first entry there is a page and there are keys, and no file.', async () => {
  assert.equal((await get('checkpoint')).status, 404);
  assert.equal((await get('tile/0/000')).status, 404);
  assert.equal((await get('keys')).status, 200);
  assert.match(await pageIn('en'), /No entry yet\. .* has not read it again yet/);
});

test('The files are where tlog-tiles says, each may be kept for as long as it holds, and strangers find all of it whole.', async () => {
  await disclose(270);
  const header = ({ headers }: Awaited<ReturnType<typeof get>>, ...names: readonly string[]) =>
    names.map((name) => headers.get(name));
  const checkpoint = await get('checkpoint');
  assert.match(new TextDecoder().decode(checkpoint.bytes), /^shop\.example\/ledger\/shp_\w{26}\n270\n/);
  assert.deepEqual(header(checkpoint, 'content-type', 'cache-control'), ['text/plain; charset=utf-8', 'no-cache']);
  for (const [file, bytes] of [
    ['tile/0/000', 8_192],
    ['tile/0/001.p/14', 14 * 32],
    ['tile/0/001.p/3', 96],
    ['tile/1/000.p/1', 32],
  ] as const) {
    const tile = await get(file);
    assert.deepEqual([tile.status, tile.bytes.length], [200, bytes], file);
    assert.deepEqual(header(tile, 'content-type', 'cache-control', 'access-control-allow-origin', 'set-cookie'), [
      'application/octet-stream',
      'public, max-age=31536000, immutable',
      '*',
      null,
    ]);
  }
  for (const encoding of ['gzip', 'identity', 'br, gzip;q=0']) {
    const bundle = await get('tile/entries/001.p/14', { 'accept-encoding': encoding });
    assert.equal(readBundle(bundle.bytes)?.length, 14);
    assert.deepEqual(header(bundle, 'content-encoding', 'vary'), [
      encoding === 'gzip' ? 'gzip' : null,
      'accept-encoding',
    ]);
  }
  const verdict = await verified();
  assert.deepEqual([verdict?.checked, verdict?.wrong], [270, null]);
  assert.deepEqual(
    verdict?.signatures.map((one) => one.verdict),
    ['good', 'good'],
  );
});

test('What is not there is not there, whatever it is called.', async () => {
  for (const file of [
    ...[
      'tile/0/001',
      'tile/0/001.p/15',
      'tile/0/001.p/256',
      'tile/0/001.p/0',
      'tile/0/01',
      'tile/0/x000/001',
      'tile/2/000',
    ],
    ...[
      'tile/-1/000',
      'tile/entries/002',
      'tile/64/000',
      'tile',
      'tile/',
      'checkpoint/',
      'keys/',
      'page',
      '%2e%2e/keys',
    ],
    ...['tile/0/000.p/1/', 'tile/0/x999/x999/x999/x999/x999/999', `tile/0/${'9'.repeat(400)}`, 'tile/0/%00', '%zz'],
  ]) {
    const { status } = await get(file);
    assert.ok(status === 404 || status === 400, `${file}: ${status}`);
  }
  const stranger = showId('shp', newId(clock));
  for (const other of [
    `/ledger/${stranger}/`,
    `/ledger/${stranger}`,
    `/ledger/${stranger}/keys`,
    '/ledger/shp_x/checkpoint',
  ]) {
    assert.equal((await call('GET', other)).status, 404, other);
  }
  assert.equal((await call('POST', `${path}checkpoint`)).status, 405);
});

test('The page says how many entries there are and whether the shop found them whole, and is found from the other pages.', async () => {
  await privacy.ledger.askCheck(shop.shopId, 'staff');
  while (await privacy.ledger.readOn());
  const count = (await privacy.ledger.statusOf(database, shop.shopId)).size;
  assert.match(await pageIn('en'), new RegExp(`${count} entries, last signed on .* The shop has read all of it again`));
  assert.match(await pageIn('de'), /Der Shop hat alles noch einmal gelesen .* Noch keine: Bisher unterschreibt/);
  const there = await call('GET', `${path.slice(0, -1)}?language=de`);
  assert.deepEqual([there.status, there.headers.get('location')], [303, `${path}?language=de`]);
  const { text } = await call('GET', protectionPathOf(shop, 'de'));
  assert.ok(text.includes(`href="${path}?language=de"`));
});

test('What was changed, and what waits too long, stands on the page.', async () => {
  const person = newId(clock);
  await database.tx(async (tx) => {
    await privacy.makeKeys(tx, [{ kind: 'person', id: person, shopId: shop.shopId }]);
    await privacy.ledger.record(tx, person, { entryId: newId(clock), shown: { kind: 'export' }, details: {} });
  });
  await database.rows(
    `update privacy.ledger_tile set bytes = set_byte(bytes, 20, 33) where shop_id = $1 and level = -1 and tile_index = 0`,
    [shop.shopId],
  );
  clock.advanceTo(clock.now().add({ minutes: 3 }));
  await privacy.ledger.askCheck(shop.shopId, 'staff');
  while (await privacy.ledger.readOn());
  assert.match(
    await pageIn('en'),
    /1 entry waits for a place .* the entry with the number 1 was not the one that was signed/,
  );
  assert.match(await pageIn('de'), /1 Eintrag wartet auf einen Platz .* Im Protokoll wurde etwas geändert/);
  await database.rows('delete from privacy.ledger_checkpoint where shop_id = $1', [shop.shopId]);
  await privacy.ledger.askCheck(shop.shopId, 'staff');
  while (await privacy.ledger.readOn());
  assert.match(await pageIn('en'), /Entries of the ledger are missing .* ended with entry 0, and more had been signed/);
});
