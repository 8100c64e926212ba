import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { createPrivacy, sealed, type Subject } from '#privacy';
import { openGround, exampleFace } from '../../test/ground.ts';

const ground = await openGround();
after(ground.close);
const { database, privacy, clock, shop, keyring } = ground;
/** A second process on the same database, with a memory of its own. */
const elsewhere = createPrivacy({ database, clock, keyring });

const place = (row: string) => ({ column: 'orders.person.email', row }) as const;
const why = { purpose: 'support', reader: 'staff' } as const;

async function make(kind: Subject['kind'], shopId = shop.shopId): Promise<string> {
  const id = newId(clock);
  await database.tx((tx) => privacy.makeKeys(tx, [{ kind, id, shopId }]));
  return id;
}

const keyOf = async (id: string, kind: Subject['kind'] = 'person', by = privacy) =>
  (await by.keysOf(database, kind, [id])).get(id);

test('opening needs a purpose that covers the kind of data and the eyes', () => {
  const email = sealed('email', 'ada@kunde.example');
  assert.equal(privacy.open(email, why), 'ada@kunde.example');
  assert.throws(() => privacy.open(email, { purpose: 'tracking page', reader: 'customer' }), /may not be opened/);
  assert.throws(
    () => privacy.open(email, { purpose: 'support', reader: 'customer' }),
    /email may not be opened for support/,
  );
});

test('what one process sealed another opens, and nobody under another name', async () => {
  const [ada, bob] = [await make('person'), await make('person')];
  const bytes = (await keyOf(ada))?.lock(sealed('email', 'ada@kunde.example'), place(ada)) ?? null;
  const there = await keyOf(ada, 'person', elsewhere);
  const read = there?.stored('email', bytes, place(ada));
  assert.ok(read && bytes);
  assert.equal(elsewhere.open(read, why), 'ada@kunde.example');
  const moved = [
    there?.stored('email', bytes, place(bob)),
    there?.stored('email', bytes, { ...place(ada), column: 'orders.person.phone' }),
    (await keyOf(bob))?.stored('email', bytes, place(ada)),
  ];
  for (const value of moved) {
    assert.ok(value);
    assert.throws(() => privacy.open(value, why), /does not open/);
  }
  assert.equal(there?.stored('email', null, place(ada)), null);
});

test('a key of one kind is not found under the other', async () => {
  const parcel = await make('parcel');
  assert.ok(await keyOf(parcel, 'parcel'));
  assert.equal(await keyOf(parcel, 'person'), undefined);
  assert.ok(await keyOf(parcel, 'parcel'));
});

test('a wrapped key that was moved to another person opens nothing', async () => {
  const [ada, eve] = [await make('person'), await make('person')];
  await database.rows(
    `update privacy.person_key set wrapped = (select wrapped from privacy.person_key where person_id = $1)
     where person_id = $2`,
    [ada, eve],
  );
  await assert.rejects(keyOf(eve, 'person', elsewhere), /does not open at person/);
});

test('a dropped key opens nothing more, for no process, however lately it was used', async () => {
  const ada = await make('person');
  const parcel = await make('parcel');
  for (const by of [privacy, elsewhere])
    assert.ok((await keyOf(ada, 'person', by)) && (await keyOf(parcel, 'parcel', by)));
  await assert.rejects(
    database.tx(async (tx) => {
      await privacy.dropKeys(tx, 'person', [ada]);
      assert.equal((await privacy.keysOf(tx, 'person', [ada])).size, 0, 'in its own transaction at once');
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  for (const by of [privacy, elsewhere]) assert.ok(await keyOf(ada, 'person', by));
  await database.tx(async (tx) => {
    await privacy.dropKeys(tx, 'person', [ada]);
    await privacy.dropKeys(tx, 'parcel', [parcel]);
  });
  for (const by of [privacy, elsewhere]) {
    assert.equal(await keyOf(ada, 'person', by), undefined);
    assert.equal(await keyOf(parcel, 'parcel', by), undefined);
  }
});

test('the hash by which something is found again tells shops and kinds apart, and means nothing without the keyring', () => {
  const index = (shopId: string, kind: string, value: string) => privacy.index(shopId, kind, value).toString('hex');
  const hashes = [
    index('a', 'email', 'ada'),
    index('b', 'email', 'ada'),
    index('a', 'phone', 'ada'),
    index('a', 'email', 'adb'),
    index('a', 'e', 'mailada'),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal(index('a', 'email', 'ada'), hashes[0]);
  assert.match(hashes[0] ?? '', /^[0-9a-f]{32}$/);
});

test('what a shop seals for itself opens in its own place, for its own use and for no other shop', () => {
  const bytes = privacy.lockForShop('a', 'waiting', 'Berlin', 'parcels.waiting.sealed|1');
  assert.ok(!bytes.includes('Berlin'));
  assert.equal(elsewhere.openForShop('a', 'waiting', bytes, 'parcels.waiting.sealed|1'), 'Berlin');
  const wrong = [
    () => privacy.openForShop('b', 'waiting', bytes, 'parcels.waiting.sealed|1'),
    () => privacy.openForShop('a', 'carrier accounts', bytes, 'parcels.waiting.sealed|1'),
    () => privacy.openForShop('a', 'waiting', bytes, 'parcels.waiting.sealed|2'),
  ];
  for (const open of wrong) assert.throws(open, /does not open at parcels\.waiting\.sealed/);
});

test('what was done is written down and read newest first, for one shop or for all', async () => {
  const other = newId(clock);
  const audit = (shopId: string | null, subject: string) =>
    privacy.audit(database, { shopId, actor: 'staff', verb: 'key.create', subject });
  await audit(shop.shopId, 'one');
  await audit(other, 'two');
  await audit(null, 'three');
  const subjects = async (shopId: string | null, limit: number) =>
    (await privacy.audits(database, shopId, limit)).map((entry) => entry.subject);
  assert.deepEqual(await subjects(shop.shopId, 10), ['three', 'one']);
  assert.deepEqual(await subjects(null, 2), ['three', 'two']);
});

test('a shop that is forgotten leaves no row and no readable value; the others keep theirs', async () => {
  const gone = await ground.orders.addShop(database, { name: 'Gone', language: 'en', sample: true, face: exampleFace });
  const of = async (shopId: string) => {
    const person = await make('person', shopId);
    await make('parcel', shopId);
    await database.tx(async (tx) => {
      await privacy.recordConsents(tx, { kind: 'person', id: person, shopId }, [
        {
          ...{ purpose: 'delivery notification by carrier', recipient: 'dpd', fields: ['email'], channel: 'order' },
          givenAt: clock.now(),
          words: sealed('consent_words', 'yes'),
        },
      ]);
      const [row] = await tx.rows<{ id: string }>('select consent_id as id from privacy.consent where person_id = $1', [
        person,
      ]);
      await privacy.withdrawConsent(tx, person, row?.id ?? '');
      const recipient = { kind: 'carrier', name: 'dpd' } as const;
      const values = { tracking_number: sealed('tracking_number', '1') };
      const asked = {
        shopId,
        personId: person,
        parcelId: null,
        recipient,
        service: 'x',
        purpose: 'tracking',
        values,
      } as const;
      await privacy.disclose(tx, asked);
      await privacy.audit(tx, { shopId, actor: 'staff', verb: 'x', subject: 'y' });
    });
    return person;
  };
  const [kept, forgotten] = [await of(shop.shopId), await of(gone.shopId)];
  await database.tx((tx) => privacy.forgetShop(tx, gone.shopId));
  const tables = ['person_key', 'parcel_key', 'consent', 'disclosure', 'audit'];
  for (const table of tables) {
    const rows = await database.rows<{ shop: string }>(`select shop_id as shop from privacy.${table}`, []);
    assert.ok(
      rows.some((row) => row.shop === shop.shopId),
      table,
    );
    assert.ok(!rows.some((row) => row.shop === gone.shopId), table);
  }
  const withdrawals = await database.rows<{ id: string }>('select person_id as id from privacy.withdrawal', []);
  assert.ok(withdrawals.some((row) => row.id === kept) && !withdrawals.some((row) => row.id === forgotten));
  assert.equal(await keyOf(forgotten), undefined);
  assert.ok(await keyOf(kept));
});
