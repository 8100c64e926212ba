import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findConnector, type ReadScan } from '#carriers';
import { orderBody, readOrder } from '#orders';
import { sealed } from '#privacy';
import { sharedScanIdOf } from '../scan.ts';
import { exampleFace, exampleOrder, openGround } from '../../../test/ground.ts';

const ground = await openGround();
after(ground.close);
const { database, parcels, clock, shop } = ground;

let count = 0;
/** A number that no other test uses. */
const aNumber = (): string => `I${String((count += 1)).padStart(12, '0')}`;

function scanAt(code: string, localTime: string, more: Partial<ReadScan> = {}): ReadScan {
  const meaning = findConnector('dhl-unified')?.meaning(code, null);
  assert.ok(meaning);
  const time = { localTime, offset: null, zone: 'Europe/Berlin', timeConfidence: 'located' } as const;
  return { code, ...meaning, ...time, place: null, text: null, ...more };
}

type Told = { readonly number: string; readonly carrier?: string; readonly scan: ReadScan };

const take = (told: readonly Told[], source: 'api' | 'push' | 'poll' = 'api', shopId = shop.shopId) =>
  database.tx((tx) =>
    parcels.takeScans(
      tx,
      shopId,
      told.map(({ number, carrier = 'dhl-unified', scan }) => ({
        carrier,
        number: sealed('tracking_number', number),
        scan,
      })),
      source,
    ),
  );

const put = (order: string, ...boxes: readonly (readonly [carrier: string, number: string])[]) =>
  ground.putOrder(
    order,
    exampleOrder({ parcels: boxes.map(([carrier, tracking_number]) => ({ carrier, tracking_number, service: null })) }),
  );

async function scansOf(parcelId: string | undefined) {
  return await parcels.scans(database, await parcels.read(database, [parcelId ?? '']));
}

test('a scan that waited for its order keeps when it came, and by which way', async () => {
  const number = aNumber();
  const cameAt = clock.now();
  await take([{ number, scan: scanAt('parcel-de:EE', '2026-11-20T07:00:00') }], 'push');
  clock.advanceTo(cameAt.add({ hours: 3 }));
  const taken = await put('I-1', ['dhl-unified', number]);
  const [scan] = await scansOf(taken.boxes[0]?.parcelId);
  assert.deepEqual([scan?.source, scan?.receivedAt.toString()], ['push', cameAt.toString()]);
});

test('an order takes the waiting scans of its own boxes and leaves those of another carrier’s under the same number', async () => {
  const [one, two] = [aNumber(), aNumber()];
  await take([
    { number: one, scan: scanAt('parcel-de:EE', '2026-11-20T07:00:00') },
    { number: one, carrier: 'other', scan: scanAt('parcel-de:PO', '2026-11-20T07:10:00') },
    { number: two, carrier: 'other', scan: scanAt('parcel-de:EE', '2026-11-20T07:20:00') },
  ]);
  const { waiting } = await parcels.strays(database, shop.shopId);
  const taken = await put('I-2', ['dhl-unified', one], ['other', two]);
  assert.deepEqual(await Promise.all(taken.boxes.map(async (box) => (await scansOf(box.parcelId)).length)), [1, 1]);
  assert.equal((await parcels.strays(database, shop.shopId)).waiting, waiting - 2);
});

test('a waiting scan that was moved to another number does not open', async () => {
  const [one, two] = [aNumber(), aNumber()];
  await take([
    { number: one, scan: scanAt('parcel-de:EE', '2026-11-20T07:00:00') },
    { number: two, scan: scanAt('parcel-de:EE', '2026-11-20T07:00:00') },
  ]);
  const hash = (number: string) => ground.orders.numberHash(shop.shopId, sealed('tracking_number', number));
  await database.rows(
    `update parcels.waiting set sealed = (select sealed from parcels.waiting where number_hash = $1) where number_hash = $2`,
    [hash(one), hash(two)],
  );
  await assert.rejects(put('I-3', ['dhl-unified', two]), /does not open at parcels\.waiting\.sealed/);
});

test('codes that no database takes as they are lose no scan of their batch', async () => {
  const number = aNumber();
  const taken = await put('I-4', ['dhl-unified', number]);
  const long = 'x'.repeat(250);
  const codes = ['parcel-de:\0Q', `${long}a`, `${long}b`, '\ud800', '😀', 'a"b\\c,{}', ''];
  const scans = codes.map((code, index) => scanAt(code, `2026-11-20T07:0${index}:00`));
  assert.deepEqual(await take(scans.map((scan) => ({ number, scan }))), { accepted: codes.length, duplicates: 0 });
  const stored = await scansOf(taken.boxes[0]?.parcelId);
  assert.ok(stored.some(({ code }) => code === 'parcel-de:Q'));
  const unmapped = await parcels.unmapped(database, shop.shopId);
  assert.equal(unmapped.find(({ code }) => code === 'x'.repeat(200))?.scans, 2);
});

test('a parcel that somebody floods keeps what it had and takes no more', async () => {
  const [number, other] = [aNumber(), aNumber()];
  const taken = await put('I-5', ['dhl-unified', number], ['dhl-unified', other]);
  await database.rows('update parcels.parcel set scan_count = 2000 where parcel_id = $1', [
    taken.boxes[0]?.parcelId ?? '',
  ]);
  const scan = scanAt('parcel-de:EE', '2026-11-20T07:00:00');
  assert.deepEqual(
    await take([
      { number, scan },
      { number: other, scan },
    ]),
    { accepted: 1, duplicates: 1 },
  );
});

test('a scan that two parcels had at the same moment and place has no id in common', async () => {
  const [one, two] = [aNumber(), aNumber()];
  const taken = await put('I-7', ['dhl-unified', one], ['dhl-unified', two]);
  const scan = scanAt('parcel-de:EE', '2026-11-20T07:00:00', { place: { name: 'Leipzig', country: 'DE' } });
  await take([one, two].map((number) => ({ number, scan })));
  const rows = await database.rows<{ scanId: string }>(
    `select scan_id::text as "scanId" from parcels.scan where parcel_id = any ($1::uuid[])`,
    [taken.boxes.map(({ parcelId }) => parcelId)],
  );
  assert.equal(new Set(rows.map(({ scanId }) => scanId)).size, 2);
});

test('a scan that lies there under the id that it shared with others is not taken again', async () => {
  const number = aNumber();
  const taken = await put('I-8', ['dhl-unified', number]);
  const parcelId = taken.boxes[0]?.parcelId ?? '';
  const scan = scanAt('parcel-de:EE', '2026-11-20T07:00:00');
  await take([{ number, scan }]);
  await database.rows('update parcels.scan set scan_id = $2 where parcel_id = $1', [
    parcelId,
    sharedScanIdOf(ground.privacy, shop.shopId, scan),
  ]);
  await database.rows('update parcels.parcel set fold_scans = null where parcel_id = $1', [parcelId]);
  assert.deepEqual(await take([{ number, scan }]), { accepted: 0, duplicates: 1 });
});

test('scans of a parcel whose key is gone are not kept', async () => {
  const number = aNumber();
  const taken = await put('I-6', ['dhl-unified', number]);
  const parcelId = taken.boxes[0]?.parcelId ?? '';
  await take([{ number, scan: scanAt('parcel-de:EE', '2026-11-20T07:00:00', { text: 'Hallo' }) }]);
  await database.tx((tx) => ground.privacy.dropKeys(tx, 'parcel', [parcelId]));
  assert.equal((await take([{ number, scan: scanAt('parcel-de:ZU', '2026-11-20T08:00:00') }])).accepted, 0);
  const [parcel] = await parcels.read(database, [parcelId]);
  assert.deepEqual([parcel?.number, parcel?.milestone], [null, 'in_transit']);
  assert.deepEqual(
    (await scansOf(parcelId)).map(({ content }) => content),
    [null],
  );
});

test('a thousand strange numbers at once, from four sides, take few locks and are all there', async () => {
  const before = (await parcels.strays(database, shop.shopId)).waiting;
  const numbers = Array.from({ length: 1_000 }, aNumber);
  const scan = scanAt('parcel-de:EE', '2026-11-20T07:00:00');
  const sides = [numbers, numbers.toReversed(), numbers.slice(500), numbers.slice(0, 500)];
  const taken = await Promise.all(sides.map((side) => take(side.map((number) => ({ number, scan })))));
  assert.equal(
    taken.reduce((sum, { accepted }) => sum + accepted, 0),
    1_000,
  );
  assert.equal((await parcels.strays(database, shop.shopId)).waiting, before + 1_000);
});

test('many batches over the same parcels in any order end without a deadlock', async () => {
  const numbers = Array.from({ length: 60 }, aNumber);
  for (const [index, number] of numbers.entries()) await put(`I-D${index}`, ['dhl-unified', number]);
  const rounds = Array.from({ length: 12 }, (_, round) => {
    const scan = scanAt('parcel-de:EE', `2026-11-${String(1 + round).padStart(2, '0')}T07:00:00`);
    return numbers
      .toSorted((a, b) => (a + round).localeCompare(b + round) * (round % 2 === 0 ? 1 : -1))
      .map((number) => ({ number, scan }));
  });
  const taken = await Promise.all(rounds.map((round) => take(round)));
  assert.equal(
    taken.reduce((sum, { accepted }) => sum + accepted, 0),
    12 * 60,
  );
});

test('a list goes page by page, by milestone and by carrier', async () => {
  const other = await ground.orders.addShop(database, { name: 'L', language: 'en', sample: false, face: exampleFace });
  const filter = { shopId: other.shopId, milestones: null, carrier: null, before: null, limit: 3 };
  assert.deepEqual(await parcels.list(database, filter), []);
  const numbers = Array.from({ length: 7 }, aNumber);
  for (const [index, number] of numbers.entries()) {
    const boxes = [{ carrier: index === 0 ? 'other' : 'dhl-unified', tracking_number: number, service: null }];
    const order = readOrder(`L-${index}`, orderBody.parse(exampleOrder({ parcels: boxes })));
    await database.tx((tx) => parcels.takeOrder(tx, other.shopId, order));
  }
  await take([{ number: numbers[3] ?? '', scan: scanAt('parcel-de:ZU', '2026-11-20T08:00:00') }], 'api', other.shopId);
  const seen: string[] = [];
  for (let before: string | null = null; ;) {
    const page = await parcels.list(database, { ...filter, before });
    seen.push(...page.map(({ parcelId }) => parcelId));
    const last = page.at(-1);
    if (last === undefined) break;
    before = last.parcelId;
  }
  assert.equal(new Set(seen).size, 7);
  assert.deepEqual(seen, seen.toSorted().toReversed());
  assert.equal((await parcels.list(database, { ...filter, milestones: ['delivered', 'exception'] })).length, 1);
  assert.equal((await parcels.list(database, { ...filter, carrier: 'other' })).length, 1);
  assert.deepEqual(await parcels.countByMilestone(database, other.shopId), { unknown: 6, delivered: 1 });
});

test('a shop that is forgotten leaves no row; the others keep theirs', async () => {
  const gone = await ground.orders.addShop(database, { name: 'G', language: 'en', sample: true, face: exampleFace });
  const tables = ['parcel', 'scan', 'parcel_by_number', 'waiting', 'vanished', 'unmapped'];
  const counts = () =>
    Promise.all(
      tables.map(
        async (table) => (await database.one<{ n: number }>(`select count(*) as n from parcels.${table}`, []))?.n ?? 0,
      ),
    );
  const before = await counts();
  const [number, stray] = [aNumber(), aNumber()];
  const boxes = [{ carrier: 'dhl-unified', tracking_number: number, service: null }];
  const order = readOrder('G-1', orderBody.parse(exampleOrder({ parcels: boxes })));
  await database.tx((tx) => parcels.takeOrder(tx, gone.shopId, order));
  await take([{ number, scan: scanAt('parcel-de:QQ', '2026-11-20T07:00:00') }], 'api', gone.shopId);
  await take([{ number: stray, scan: scanAt('parcel-de:EE', '2026-11-20T07:00:00') }], 'api', gone.shopId);
  await database.rows(`insert into parcels.vanished values ($1, 'dhl-unified', '2026-11-01', 3)`, [gone.shopId]);
  assert.ok((await counts()).every((now, index) => now > (before[index] ?? 0)));
  await database.tx((tx) => parcels.forgetShop(tx, gone.shopId));
  assert.deepEqual(await counts(), before);
});
