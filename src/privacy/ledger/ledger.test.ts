import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newId, showId } from '#kit/ids';
import { openGround } from '../../../test/ground.ts';
import { appendEntries, type NewEntry } from './append.ts';
import { entryText } from './entry.ts';
import { createSignedMemory } from './last-signed.ts';
import { logKeys, merkle } from './log-keys.ts';
import { createSequencer } from './sequencer.ts';
import { statements } from './store.ts';
import { toHex, utf8 } from './tree/bytes.ts';
import { judgeSignatures, readCheckpoint } from './tree/checkpoint.ts';
import { checkpointOf, consistencyProof, inclusionProof, placeOf, tileBytes } from './served.ts';
import { readBundle, readTilePath } from './tree/tiles.ts';
import { verifyLog, type LogSource, type SeenBefore } from './tree/verify-log.ts';
import { checkByWebCrypto } from './tree/web-crypto.ts';

const ground = await openGround();
after(ground.close);
const { database, clock } = ground;
const keysFolder = mkdtempSync(join(tmpdir(), 'glasspost-signed-'));
after(() => rmSync(keysFolder, { recursive: true, force: true }));
const keyring = { derive: (purpose: string) => Buffer.alloc(32, purpose.length) };

const forgetful: ReturnType<typeof createSignedMemory> = {
  of: () => Promise.resolve(null),
  note: () => {},
  keepUp: () => {},
  settle: () => Promise.resolve(),
  put: () => Promise.resolve(),
};

function anEntry(shopId: string, personId: string, what: string): NewEntry {
  return {
    ...{ personId, shopId, entryId: newId(clock) },
    shown: { kind: 'disclosure', to: 'carrier' },
    own: { nonce: Buffer.alloc(32, what.length), details: { what } },
  };
}

function aShop() {
  const shopId = newId(clock);
  const keys = logKeys(keyring, shopId, 'shop.example/ledger');
  /** A new one knows nothing but what lies in the database, as where nothing is kept beside the keys. */
  const sequencer = (memory = forgetful) => createSequencer({ database, clock, keysOf: async () => keys, memory });
  return { shopId, keys, sequencer };
}

const append = (entries: readonly NewEntry[]) => database.tx((tx) => appendEntries(tx, entries));
const newest = async (shopId: string) => {
  const row = await database.one<{ size: number; note: string }>(statements.last, [shopId]);
  return row === null ? null : readCheckpoint(row.note);
};

async function entriesOf(shopId: string): Promise<readonly string[]> {
  const rows = await database.rows<{ bytes: Buffer }>(
    'select bytes from privacy.ledger_tile where shop_id = $1 and level = -1 order by tile_index',
    [shopId],
  );
  return rows.flatMap(({ bytes }) => readBundle(bytes)?.map((entry) => Buffer.from(entry).toString()) ?? []);
}

test('Entries are numbered by person, get their places, and the signed tree is theirs.', async () => {
  const { shopId, keys, sequencer } = aShop();
  const [ada, bo] = [newId(clock), newId(clock)];
  const written = [
    anEntry(shopId, ada, 'one'),
    anEntry(shopId, bo, 'two'),
    anEntry(shopId, ada, 'three'),
    anEntry(shopId, ada, 'fourth'),
  ];
  await append(written.slice(0, 3));
  await append(written.slice(3));
  assert.equal((await sequencer().sequence(shopId))?.length, 4);
  const numbers = [1, 1, 2, 3];
  const expected = written.map(({ shown, own }, at) => entryText(shown, { ...own, number: numbers[at] ?? 0 }));
  assert.deepEqual(await entriesOf(shopId), expected);
  const checkpoint = await newest(shopId);
  const leaves = expected.map((entry) => merkle.leafHash(utf8(entry)));
  const [one, two, three, four] = leaves;
  assert.ok(one !== undefined && two !== undefined && three !== undefined && four !== undefined && checkpoint !== null);
  const root = merkle.nodeHash(merkle.nodeHash(one, two), merkle.nodeHash(three, four));
  assert.equal(toHex(checkpoint.root), toHex(root));
  for (const key of keys.verifiers) {
    assert.equal((await judgeSignatures(checkpoint, key, checkByWebCrypto)).verdict, 'good');
  }
});

test('A ledger goes on over many tiles, by whoever comes next, as if one had written it at once.', async () => {
  const [many, once] = [aShop(), aShop()];
  const person = newId(clock);
  const contents = Array.from({ length: 700 }, (_, at) => `entry ${at}`);
  let at = 0;
  for (const count of [1, 254, 1, 1, 255, 188]) {
    const part = contents.slice(at, at + count);
    await append(part.map((what) => anEntry(many.shopId, person, what)));
    assert.equal((await many.sequencer().sequence(many.shopId))?.length, count);
    at += count;
  }
  const other = newId(clock);
  await append(contents.map((what) => anEntry(once.shopId, other, what)));
  await once.sequencer().sequence(once.shopId);
  const [first, second] = [await newest(many.shopId), await newest(once.shopId)];
  assert.ok(first !== null && second !== null && first.size === 700);
  assert.equal(toHex(first.root), toHex(second.root));
  assert.deepEqual(await entriesOf(many.shopId), await entriesOf(once.shopId));
});

test('What was changed in the database is not signed, and nothing is lost meanwhile.', async () => {
  for (const damage of [
    `update privacy.ledger_tile set bytes = sha256(bytes) || substr(bytes, 33) where shop_id = $1 and level = 0`,
    `delete from privacy.ledger_tile where shop_id = $1 and level = 0`,
    `update privacy.ledger_checkpoint set root = sha256(root) where shop_id = $1`,
    `update privacy.ledger_checkpoint set note = replace(note, 'shop.example/ledger', 'shop.example/another') where shop_id = $1`,
  ]) {
    const { shopId, sequencer } = aShop();
    await append([anEntry(shopId, newId(clock), 'a'), anEntry(shopId, newId(clock), 'b')]);
    await sequencer().sequence(shopId);
    await database.rows(damage, [shopId]);
    await append([anEntry(shopId, newId(clock), 'c')]);
    await assert.rejects(sequencer().sequence(shopId), { code: 'conflict' }, damage);
    const waiting = await database.rows('select 1 from privacy.ledger_waiting where shop_id = $1', [shopId]);
    assert.equal(waiting.length, 1);
  }
});

test('A ledger that was rolled back is noticed by whoever has seen it longer.', async () => {
  const { shopId, sequencer } = aShop();
  const one = sequencer();
  for (const what of ['a', 'b']) {
    await append([anEntry(shopId, newId(clock), what)]);
    await one.sequence(shopId);
  }
  await database.rows('delete from privacy.ledger_checkpoint where shop_id = $1 and size = 2', [shopId]);
  await append([anEntry(shopId, newId(clock), 'c')]);
  await assert.rejects(one.sequence(shopId), { code: 'conflict' });
});

test('A ledger that was made shorter while nobody ran is not signed on, until an operator says so for all to read.', async () => {
  const { shopId, sequencer } = aShop();
  const log = { error: (): void => assert.fail('it could be kept') };
  const begin = () => {
    const memory = createSignedMemory(keysFolder, log);
    return { ...sequencer(memory), memory };
  };
  const first = begin();
  const tables = ['tile', 'place', 'checkpoint'].map((name) => `privacy.ledger_${name}`);
  const old = new Map<string, readonly unknown[]>();
  for (const count of [300, 5]) {
    for (const table of tables) {
      const rows = await database.rows<{ row: unknown }>(
        `select to_jsonb(t) as row from ${table} t where shop_id = $1`,
        [shopId],
      );
      old.set(
        table,
        rows.map(({ row }) => row),
      );
    }
    await append(Array.from({ length: count }, (_, at) => anEntry(shopId, newId(clock), `entry ${at}`)));
    await first.sequence(shopId);
    await first.memory.settle();
  }
  const long = await newest(shopId);
  assert.equal(long?.size, 305);
  // As an older backup, or whoever writes in the database, puts it back: all of it signed, and shorter.
  for (const table of tables) {
    await database.rows(`delete from ${table} where shop_id = $1`, [shopId]);
    await database.rows(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
      JSON.stringify(old.get(table)),
    ]);
  }
  await append([anEntry(shopId, newId(clock), 'later')]);
  const later = begin();
  await assert.rejects(later.sequence(shopId), { code: 'conflict' });
  assert.equal((await newest(shopId))?.size, 300);
  assert.deepEqual(await later.missingOf(shopId), { size: 300, signed: 305, root: Buffer.from(long.root) });
  const within = async (): Promise<void> => {};
  await assert.rejects(later.resume(shopId, 300, within), /305 entries had been signed, not 300/);
  assert.equal((await begin().resume(shopId, 305, within))?.size, 300);
  assert.match(
    (await entriesOf(shopId)).at(-1) ?? '',
    /^\{"from":"300","kind":"resumed","root":"\S{44}","signed":"305"\}$/,
  );
  // Who has known the longer one hears of it as well, and who comes next has nothing to complain of.
  await first.sequence(shopId);
  assert.deepEqual([(await newest(shopId))?.size, await begin().missingOf(shopId)], [302, null]);
  await append([anEntry(shopId, newId(clock), 'more')]);
  assert.equal((await begin().sequence(shopId))?.length, 1);
  assert.equal(await begin().resume(shopId, 303, within), null);
});

test('What lies beside the keys is never behind a second process, and nothing is signed where it cannot be read.', async () => {
  const { shopId, sequencer } = aShop();
  const errors: string[] = [];
  const memory = createSignedMemory(keysFolder, { error: (text) => errors.push(text) });
  await memory.put(shopId, { size: 0, root: merkle.emptyRoot(), resumed: 1 });
  memory.note(shopId, { size: 9, root: merkle.emptyRoot(), resumed: 0 });
  await memory.settle();
  assert.equal((await memory.of(shopId))?.size, 0);
  const path = join(keysFolder, 'signed', `${showId('shp', shopId)}.json`);
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { size: 0, root: toHex(merkle.emptyRoot()), resumed: 1 });
  writeFileSync(path, '{"size":');
  await append([anEntry(shopId, newId(clock), 'a')]);
  await assert.rejects(sequencer(memory).sequence(shopId), { code: 'unavailable' });
  memory.note(shopId, { size: 1, root: merkle.emptyRoot(), resumed: 1 });
  await memory.settle();
  assert.deepEqual(errors, ['what ledgers signed last cannot be kept beside the keys']);
});

/** The ledger's files as they are served now. */
const served =
  (shopId: string): LogSource =>
  async (path) => {
    if (path === 'checkpoint') {
      const row = await database.one<{ note: string }>(statements.last, [shopId]);
      return row === null ? null : utf8(row.note);
    }
    const tile = readTilePath(path);
    return tile === null ? null : await tileBytes(database, shopId, tile);
  };

/** A copy of them, kept in memory. */
async function copied(source: LogSource, paths: readonly string[]): Promise<LogSource> {
  const files = new Map<string, Uint8Array | null>();
  for (const path of paths) files.set(path, await source(path));
  return async (path) => files.get(path) ?? null;
}

test('Every entry is found, proven and read by strangers, and who was there before finds it again.', async () => {
  const { shopId, keys, sequencer } = aShop();
  const person = newId(clock);
  const written = Array.from({ length: 600 }, (_, at) => anEntry(shopId, person, `entry ${at}`));
  await append(written.slice(0, 300));
  await sequencer().sequence(shopId);
  const first = await checkpointOf(database, shopId);
  await append(written.slice(300));
  await sequencer().sequence(shopId);
  const last = await checkpointOf(database, shopId);
  assert.ok(first !== null && last !== null);
  for (const at of [0, 255, 256, 511, 599]) {
    const { entryId, shown, own } = written[at] ?? anEntry(shopId, person, '');
    assert.equal(await placeOf(database, shopId, entryId), at);
    const leaf = merkle.leafHash(utf8(entryText(shown, { ...own, number: at + 1 })));
    const proof = await inclusionProof(database, shopId, at, last.size);
    assert.ok(merkle.includes({ leaf, index: at, size: last.size, root: last.root, proof }), String(at));
  }
  assert.equal(await placeOf(database, shopId, newId(clock)), null);
  const proof = await consistencyProof(database, shopId, first.size, last.size);
  assert.ok(merkle.extends({ oldSize: 300, oldRoot: first.root, size: 600, root: last.root, proof }));
  const before: SeenBefore = { size: first.size, root: first.root, source: null };
  const verdict = await verifyLog({
    merkle,
    source: served(shopId),
    keys: keys.verifiers,
    check: checkByWebCrypto,
    before,
  });
  assert.deepEqual([verdict?.checked, verdict?.wrong], [600, null]);
  assert.deepEqual(
    verdict?.signatures.map((one) => one.verdict),
    ['good', 'good'],
  );
  // What was served to those who came early is served to them still.
  const cut = await tileBytes(database, shopId, { level: 'entries', index: 1, width: 44 });
  assert.equal(readBundle(cut ?? new Uint8Array())?.length, 44);
});

test('Whoever reads a ledger that was changed names the first entry that is wrong.', async () => {
  const damages: readonly (readonly [string, object | null])[] = [
    [
      `update privacy.ledger_tile set bytes = set_byte(bytes, 20, 33) where shop_id = $1 and level = -1 and tile_index = 1`,
      { what: 'entry', index: 256 },
    ],
    [
      `update privacy.ledger_tile set bytes = set_byte(bytes, 40, 0) where shop_id = $1 and level = 0 and tile_index = 0`,
      { what: 'entry', index: 1 },
    ],
    [`update privacy.ledger_tile set bytes = sha256('') where shop_id = $1 and level = 1`, { what: 'hash', index: 0 }],
    [
      `delete from privacy.ledger_tile where shop_id = $1 and level = 0 and tile_index = 1`,
      { what: 'missing', index: 256 },
    ],
    [
      `update privacy.ledger_tile set bytes = substr(bytes, 1, 32 * 3) || substr(bytes, 32 * 4 + 1, 32) || substr(bytes, 32 * 3 + 1, 32) || substr(bytes, 32 * 5 + 1) where shop_id = $1 and level = 0 and tile_index = 0`,
      { what: 'entry', index: 3 },
    ],
    [`update privacy.ledger_checkpoint set note = replace(note, E'\\n300\\n', E'\\n299\\n') where shop_id = $1`, null],
  ];
  for (const [damage, wanted] of damages) {
    const { shopId, keys, sequencer } = aShop();
    await append(Array.from({ length: 300 }, (_, at) => anEntry(shopId, newId(clock), `entry ${at}`)));
    await sequencer().sequence(shopId);
    await database.rows(damage, [shopId]);
    const verdict = await verifyLog({
      merkle,
      source: served(shopId),
      keys: keys.verifiers,
      check: checkByWebCrypto,
      before: null,
    });
    const { of: _of, ...wrong } = { of: '', ...verdict?.wrong };
    assert.ok(verdict !== null && verdict.wrong !== null, damage);
    if (wanted !== null) assert.deepEqual(wrong, wanted, damage);
  }
});

test('Another past under a good signature is found out by whoever kept the first one.', async () => {
  const [shop, forged] = [aShop(), aShop()];
  const entries = (shopId: string, changed: number) =>
    Array.from({ length: 300 }, (_, at) => anEntry(shopId, newId(clock), at === changed ? 'another' : `entry ${at}`));
  await append(entries(shop.shopId, -1));
  await shop.sequencer().sequence(shop.shopId);
  const last = await checkpointOf(database, shop.shopId);
  assert.ok(last !== null);
  const kept = await copied(served(shop.shopId), ['tile/0/000', 'tile/0/001.p/44']);
  await append(entries(forged.shopId, 270));
  await forged.sequencer().sequence(forged.shopId);
  const look = async (source: LogSource | null) => {
    const before: SeenBefore = { size: last.size, root: last.root, source };
    const verdict = await verifyLog({
      merkle,
      source: served(forged.shopId),
      keys: forged.keys.verifiers,
      check: checkByWebCrypto,
      before,
    });
    return verdict?.wrong;
  };
  assert.deepEqual(await look(kept), { what: 'before', size: 300, index: 270 });
  assert.deepEqual(await look(null), { what: 'before', size: 300, index: null });
});
