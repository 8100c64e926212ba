import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#kit/ids';
import { createPrivacy, ledgerPathOf, sealed, type Happening, type OwnEntry } from '#privacy';
import { openGround } from '../../../test/ground.ts';
import { createLedger } from './ledger.ts';
import { checkpointOf } from './served.ts';
import { merkle } from './log-keys.ts';
import { entryText } from './entry.ts';
import { fromHex, utf8 } from './tree/bytes.ts';
import { readPolicy } from './tree/policy.ts';
import { readLogProof } from './tree/proof-file.ts';
import { sha256 } from './log-keys.ts';

const ground = await openGround();
after(ground.close);
const { database, privacy, clock, shop } = ground;

async function aPerson(): Promise<string> {
  const id = newId(clock);
  await database.tx((tx) => privacy.makeKeys(tx, [{ kind: 'person', id, shopId: shop.shopId }]));
  return id;
}

const allow = (personId: string, givenAt = clock.now()) =>
  database.tx((tx) =>
    privacy.recordConsents(tx, { kind: 'person', id: personId, shopId: shop.shopId }, [
      {
        ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'], givenAt },
        words: sealed('consent_words', 'DHL may write to me'),
        channel: 'page',
        preset: 'unticked',
      },
    ]),
  );

const tell = (personId: string, parcelId: string | null = null) =>
  database.tx((tx) =>
    privacy.disclose(tx, {
      ...{ shopId: shop.shopId, personId, parcelId, service: 'parcel-de', country: 'AT' },
      recipient: { kind: 'carrier', name: 'dhl-unified' },
      purpose: 'delivery notification by carrier',
      values: { email: sealed('email', 'ada@kunde.example'), phone: sealed('phone', '+49 30 1') },
    }),
  );

const ownOf = (personId: string) => privacy.ledger.ownEntries(database, { personId, shopId: shop.shopId });

async function consentOf(personId: string): Promise<string> {
  const row = await database.one<{ id: string }>(
    'select consent_id as id from privacy.consent where person_id = $1 limit 1',
    [personId],
  );
  return row?.id ?? '';
}

test('What leaves, what stays, what was allowed and what was taken back is entered once, in order, and proven to its person.', async () => {
  const person = await aPerson();
  await tell(person);
  await tell(person);
  const givenAt = clock.now();
  await allow(person, givenAt);
  await allow(person, givenAt);
  await tell(person, newId(clock));
  const consentId = await consentOf(person);
  await database.tx((tx) => privacy.withdrawConsent(tx, person, consentId));
  await database.tx((tx) => privacy.withdrawConsent(tx, person, consentId));
  const waiting = await ownOf(person);
  assert.deepEqual(
    waiting.entries.map(({ number, kind, index }) => [number, kind, index]),
    [
      [1, 'withheld', null],
      [2, 'consent', null],
      [3, 'disclosure', null],
      [4, 'withdrawal', null],
    ],
  );
  await privacy.ledger.sequence(shop.shopId);
  const { entries, count } = await ownOf(person);
  const policy = readPolicy(sha256, await privacy.ledger.policyOf(shop.shopId));
  assert.ok(count === 4 && !('line' in policy));
  assert.deepEqual(
    policy.logs.map(({ key, url }) => [key.name, key.type, url]),
    (['ed25519', 'ml-dsa-44 cosignature'] as const).map((type) => {
      const path = `shop.example${ledgerPathOf(shop.shopId)}`.slice(0, -1);
      return [path, type, `https://${path}/`];
    }),
  );
  for (const { entryId, index, text, shown, details, nonce, number } of entries) {
    const proof = readLogProof((await privacy.ledger.proofOf(database, shop.shopId, entryId)) ?? '');
    assert.ok(proof !== null && proof.index === index);
    const { size, root } = proof.checkpoint;
    assert.equal(entryText(shown, { number, nonce: fromHex(nonce), details }), text);
    const leaf = merkle.leafHash(utf8(text));
    assert.ok(merkle.includes({ leaf, index: proof.index, size, root, proof: proof.hashes }), text);
    assert.doesNotMatch(text.replace(/"of":"[0-9a-f]{64}"/, ''), /dhl|email|phone|DHL|ada|2026/);
  }
  assert.deepEqual(entries[0]?.details['withheld'], ['email: no consent', 'phone: no consent']);
  assert.deepEqual(entries[2]?.details['fields'], ['email']);
});

test('Once a person is erased nothing leads to their entries, which stay; nothing is entered about them any more.', async () => {
  const person = await aPerson();
  await tell(person);
  await allow(person);
  await privacy.ledger.sequence(shop.shopId);
  const before = await checkpointOf(database, shop.shopId);
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [person]));
  assert.deepEqual(await ownOf(person), { entries: [], count: 0 });
  for (const table of ['own', 'person']) {
    await database.rows(`delete from privacy.ledger_${table} where person_id = $1`, [person]);
  }
  await tell(person);
  await allow(person);
  assert.deepEqual(await privacy.ledger.sequence(shop.shopId), []);
  const rows = await database.rows('select from privacy.ledger_own where person_id = $1', [person]);
  assert.equal(rows.length, 0);
  assert.equal((await checkpointOf(database, shop.shopId))?.size, before?.size);
});

test('Whatever else happens to the data of a person is entered and shown as it was told.', async () => {
  const person = await aPerson();
  const happening: Happening = {
    entryId: newId(clock),
    shown: { kind: 'correction' },
    details: { what: ['email', 'name'], at: '2026-11-20T08:00:00Z', by: 'customer', times: 3 },
  };
  const given = await database.tx((tx) => privacy.ledger.record(tx, person, happening));
  await privacy.ledger.sequence(shop.shopId);
  const [own] = (await ownOf(person)).entries;
  const placed: OwnEntry | undefined = own === undefined ? undefined : { ...own, index: null };
  assert.deepEqual(placed, given);
  assert.deepEqual([own?.kind, own?.details, own?.number], ['correction', happening.details, 1]);
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [person]));
  assert.equal(await database.tx((tx) => privacy.ledger.record(tx, person, happening)), null);
});

test('What was not committed is not entered.', async () => {
  const person = await aPerson();
  const broken = database.tx(async (tx) => {
    await privacy.disclose(tx, {
      ...{ shopId: shop.shopId, personId: person, parcelId: null, service: 'mail', purpose: 'sending mail' },
      recipient: { kind: 'mail_relay', name: 'relay.example' },
      values: { email: sealed('email', 'ada@kunde.example') },
    });
    throw new Error('and then it broke');
  });
  await assert.rejects(broken);
  assert.deepEqual(await ownOf(person), { entries: [], count: 0 });
});

test('An entry about which only its row is left says what it can.', async () => {
  const person = await aPerson();
  await tell(person);
  await privacy.ledger.sequence(shop.shopId);
  await database.rows('delete from privacy.disclosure where person_id = $1', [person]);
  const { entries, count } = await ownOf(person);
  assert.equal(count, 1);
  assert.deepEqual(
    [entries[0]?.text, entries[0]?.shown, typeof entries[0]?.index],
    ['', { kind: 'withheld' }, 'number'],
  );
});

test('A ledger keeps its name when the house moves, and is found at the new address.', async () => {
  const { shopId } = shop;
  const person = await aPerson();
  await tell(person);
  await privacy.ledger.sequence(shopId);
  const moved = createPrivacy({
    database,
    clock,
    keyring: ground.keyring,
    publicUrl: 'https://elsewhere.example:8443',
  });
  assert.equal(await moved.ledger.originOf(shopId), await privacy.ledger.originOf(shopId));
  await tell(await aPerson());
  assert.equal((await moved.ledger.sequence(shopId))?.length, 1);
  assert.match(
    await moved.ledger.policyOf(shopId),
    /^log shop\.example\/ledger\/shp_\w+\+\S+ https:\/\/elsewhere\.example:8443\/ledger\/shp_/,
  );
  assert.match(await moved.ledger.originOf(newId(clock)), /^elsewhere\.example:8443\/ledger\/shp_\w{26}$/);
});

test('A ledger that was changed stands still and says so once; others go on, and so does it once it is mended.', async () => {
  const said: string[] = [];
  const placed: string[] = [];
  const ledger = createLedger({
    ...{ database, clock, keyring: ground.keyring, book: privacy, publicUrl: 'https://shop.example' },
    log: { error: (event) => said.push(event) },
    placed: (ids) => placed.push(...ids),
  });
  const { shopId: changed } = await ground.orders.addShop(database, { ...shop, name: 'Changed' });
  const enterFor = async (shopId: string): Promise<string> => {
    const [personId, entryId] = [newId(clock), newId(clock)];
    await database.tx(async (tx) => {
      await privacy.makeKeys(tx, [{ kind: 'person', id: personId, shopId }]);
      await privacy.ledger.record(tx, personId, { entryId, shown: { kind: 'export' }, details: {} });
    });
    return entryId;
  };
  const until = async (entryId: string): Promise<void> => {
    for (let waits = 0; !placed.includes(entryId); waits += 1) {
      assert.ok(waits < 1_500, 'it gets no place');
      await sleep(10);
    }
  };
  await enterFor(changed);
  await privacy.ledger.sequence(changed);
  await database.rows(`update privacy.ledger_tile set width = width + 1 where shop_id = $1 and level = 0`, [changed]);
  const held = await enterFor(changed);
  await ledger.start();
  try {
    await until(await enterFor(shop.shopId));
    await sleep(1_100);
    await until(await enterFor(shop.shopId));
    assert.ok(!placed.includes(held));
    assert.deepEqual(said, ['the ledger does not go on']);
    await database.rows(`update privacy.ledger_tile set width = width - 1 where shop_id = $1 and level = 0`, [changed]);
    await until(held);
  } finally {
    await ledger.stop();
  }
});

test('With its shop a ledger goes.', async () => {
  await tell(await aPerson());
  await privacy.ledger.sequence(shop.shopId);
  await tell(await aPerson());
  await database.tx((tx) => privacy.forgetShop(tx, shop.shopId));
  for (const table of ['log', 'own', 'person', 'waiting', 'place', 'tile', 'checkpoint', 'check']) {
    assert.deepEqual(await database.rows(`select from privacy.ledger_${table} where shop_id = $1`, [shop.shopId]), []);
  }
});
