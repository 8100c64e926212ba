import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { openGround } from '../../../../test/ground.ts';
import { appendEntries } from '../append.ts';
import { putLastSigned } from '../last-signed.ts';
import { createLedger } from '../ledger.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, privacy } = ground;

const said: unknown[] = [];
const ledger = createLedger({
  ...{ database, clock, keyring: ground.keyring, book: privacy, publicUrl: 'https://shop.example' },
  log: { error: (event, _error, fields) => said.push([event, fields?.['what'], fields?.['index']]) },
});

/** A ledger that was signed after each of these many entries, and read again once. */
async function aLedger(...counts: readonly number[]): Promise<string> {
  const shopId = newId(clock);
  const personId = newId(clock);
  for (const count of counts) {
    const entries = Array.from({ length: count }, (_, at) => ({
      ...{ personId, shopId, entryId: newId(clock), shown: { kind: 'disclosure', to: 'carrier' } as const },
      own: { nonce: Buffer.alloc(32, at), details: { at } },
    }));
    await database.tx((tx) => appendEntries(tx, entries));
    await ledger.sequence(shopId);
  }
  await readAll();
  return shopId;
}

async function readAll(): Promise<void> {
  while (await ledger.readOn());
}

const checkedOf = async (shopId: string) => (await ledger.statusOf(database, shopId)).checked;

test('What was changed far behind the edge is found and named, whatever it is; what is whole is found to be.', async () => {
  const damages: readonly (readonly [sql: string, wrong: readonly [what: string, index: number]])[] = [
    [
      `update privacy.ledger_tile set bytes = set_byte(bytes, 20, 33) where level = -1 and tile_index = 1`,
      ['entry', 256],
    ],
    [`update privacy.ledger_tile set bytes = set_byte(bytes, 40, 0) where level = 0 and tile_index = 0`, ['entry', 1]],
    [
      `update privacy.ledger_tile set bytes = substr(bytes, 33, 32) || substr(bytes, 1, 32) || substr(bytes, 65) where level = 1`,
      ['hash', 0],
    ],
    [`delete from privacy.ledger_tile where level = 0 and tile_index = 2`, ['missing', 512]],
    [`delete from privacy.ledger_tile where level = -1 and tile_index = 0`, ['missing', 0]],
    [`update privacy.ledger_checkpoint set root = sha256(root) where size = 300`, ['root', 0]],
    [
      `update privacy.ledger_checkpoint set note = replace(note, E'\\n300\\n', E'\\n299\\n') where size = 300`,
      ['signature', 0],
    ],
    [`delete from privacy.ledger_checkpoint where size > 300`, ['shorter', 300]],
  ];
  for (const [damage, wrong] of damages) {
    const shopId = await aLedger(300, 300, 20);
    assert.deepEqual(await checkedOf(shopId), { at: clock.now(), size: 620, wrong: null });
    const where = damage.includes(' where ') ? `${damage} and shop_id = $1` : damage;
    await database.rows(where, [shopId]);
    await ledger.askCheck(shopId, 'staff');
    assert.equal((await ledger.statusOf(database, shopId)).isAsked, true);
    clock.advanceTo(clock.now().add({ seconds: 1 }));
    await readAll();
    const { wrong: found } = (await checkedOf(shopId)) ?? {};
    assert.deepEqual([found?.what, found?.index], wrong, damage);
    assert.deepEqual(said.splice(0), [['the ledger is not the one that was signed', ...wrong]]);
  }
});

test('A ledger that lost its end is not found whole by the next look, only because that one begins with what is left.', async () => {
  const shopId = await aLedger(5, 3);
  await database.rows('delete from privacy.ledger_checkpoint where size > 5 and shop_id = $1', [shopId]);
  for (const hours of [25, 2, 2]) {
    clock.advanceTo(clock.now().add({ hours }));
    // Also where somebody takes away what the database knows of it.
    if (hours === 25) await database.rows('delete from privacy.ledger_check where shop_id = $1', [shopId]);
    await readAll();
    const { at, wrong } = (await checkedOf(shopId)) ?? {};
    assert.deepEqual([at, wrong?.what, wrong?.index], [clock.now(), 'shorter', 5]);
  }
});

test('A ledger whose tiles were swapped for those of another past with a good edge is found out by what was signed before.', async () => {
  const [shopId, other] = [await aLedger(300, 300), await aLedger(310, 290)];
  for (const table of ['tile', 'place']) {
    await database.rows(`delete from privacy.ledger_${table} where shop_id = $1`, [shopId]);
    await database.rows(`update privacy.ledger_${table} set shop_id = $1 where shop_id = $2`, [shopId, other]);
  }
  const found = async () => {
    await ledger.askCheck(shopId, 'staff');
    clock.advanceTo(clock.now().add({ seconds: 1 }));
    await readAll();
    const { wrong } = (await checkedOf(shopId)) ?? {};
    return [wrong?.what, wrong?.index, wrong?.of];
  };
  assert.deepEqual(await found(), ['root', 300, 'checkpoint of 600']);
  // Where it was signed otherwise with the same keys, what lies beside them tells.
  await database.rows(`delete from privacy.ledger_checkpoint where shop_id = $1 and size = 600`, [shopId]);
  await putLastSigned(ground.keyring.kept.folder, shopId, { size: 290, root: Buffer.alloc(32), resumed: 1 });
  await database.rows('delete from privacy.ledger_check where shop_id = $1', [shopId]);
  assert.deepEqual(await found(), ['root', 0, 'checkpoint of 290']);
});

test('Every ledger is read again once a day, sooner while something is wrong, and goes on growing meanwhile.', async () => {
  said.length = 0;
  const shopId = await aLedger(260);
  const first = (await checkedOf(shopId))?.at;
  clock.advanceTo(clock.now().add({ hours: 23 }));
  await readAll();
  assert.deepEqual((await checkedOf(shopId))?.at, first);
  clock.advanceTo(clock.now().add({ hours: 2 }));
  await readAll();
  assert.deepEqual((await checkedOf(shopId))?.at, clock.now());
  await database.rows(`delete from privacy.ledger_tile where level = 0 and shop_id = $1`, [shopId]);
  for (const hours of [25, 2]) {
    clock.advanceTo(clock.now().add({ hours }));
    await readAll();
    assert.deepEqual((await checkedOf(shopId))?.at, clock.now());
  }
  const status = await ledger.statusOf(database, shopId);
  assert.deepEqual([status.size, status.waiting, status.waitingSince, status.reading], [260, 0, null, null]);
});

test('Of what was signed on days that are over, one signature a day is kept once it was read again, and what witnesses signed.', async () => {
  const shopId = await aLedger(1, 1, 1, 1);
  await database.rows(
    `insert into privacy.ledger_cosignature (shop_id, size, witness_id, lines) values ($1, 2, $1, '')`,
    [shopId],
  );
  clock.advanceTo(clock.now().add({ hours: 30 }));
  await readAll();
  const rows = await database.rows<{ size: number }>(
    'select size from privacy.ledger_checkpoint where shop_id = $1 order by size',
    [shopId],
  );
  assert.deepEqual(rows, [{ size: 2 }, { size: 4 }]);
});

test('Of a ledger that is not there it is said that it has not begun.', async () => {
  const status = await ledger.statusOf(database, newId(clock));
  assert.deepEqual([status.origin, status.size, status.signedAt, status.checked], [null, 0, null, null]);
});
