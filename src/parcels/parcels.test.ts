import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { findConnector, type ReadScan } from '#carriers';
import { sealed } from '#privacy';
import { exampleOrder, openGround, start } from '../../test/ground.ts';
import { parcelMoved, parcelsSweeps, readContent } from './parcels.ts';

const ground = await openGround();
after(ground.close);

let count = 0;
/** A number that no other test uses. */
function aNumber(): string {
  count += 1;
  return `00340434161${String(count).padStart(9, '0')}`;
}

function scanAt(code: string, localTime: string, town: string | null = null): ReadScan {
  const meaning = findConnector('dhl-unified')?.meaning(code, null);
  assert.ok(meaning);
  return {
    code,
    ...meaning,
    localTime,
    offset: null,
    zone: 'Europe/Berlin',
    timeConfidence: 'located',
    place: town === null ? null : { name: town, country: 'DE' },
    text: null,
  };
}

async function take(number: string, ...scans: readonly ReadScan[]) {
  return await ground.database.tx((tx) =>
    ground.parcels.takeScans(
      tx,
      ground.shop.shopId,
      scans.map((scan) => ({ carrier: 'dhl-unified', number: sealed('tracking_number', number), scan })),
      'api',
    ),
  );
}

async function put(order: string, number: string, more: object = {}) {
  const parcels = [{ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }];
  return await ground.putOrder(order, exampleOrder({ parcels, ...more }));
}

async function standing(parcelId: string | undefined) {
  const [parcel] = await ground.parcels.read(ground.database, [parcelId ?? '']);
  assert.ok(parcel);
  return parcel;
}

test('a parcel that nobody has reported on is unknown, and a scan moves it', async () => {
  const number = aNumber();
  const taken = await put('P-1', number);
  assert.equal((await standing(taken.boxes[0]?.parcelId)).milestone, 'unknown');
  assert.deepEqual(await take(number, scanAt('parcel-de:EE', '2026-11-20T07:00:00', 'Leipzig')), {
    accepted: 1,
    duplicates: 0,
  });
  const parcel = await standing(taken.boxes[0]?.parcelId);
  assert.equal(parcel.milestone, 'in_transit');
  assert.equal(parcel.lastSignAt?.toString(), '2026-11-20T06:00:00Z');
});

test('the same scan twice is one scan, in one call and in two', async () => {
  const number = aNumber();
  const taken = await put('P-2', number);
  const scan = scanAt('parcel-de:EE', '2026-11-20T07:00:00', 'Leipzig');
  assert.deepEqual(await take(number, scan, scan), { accepted: 1, duplicates: 1 });
  assert.deepEqual(await take(number, { ...scan, text: 'other words' }), { accepted: 0, duplicates: 1 });
  assert.equal((await standing(taken.boxes[0]?.parcelId)).scanCount, 1);
});

test('scans that come before their order wait sealed and take effect with it', async () => {
  const number = aNumber();
  assert.equal((await take(number, scanAt('parcel-de:ZU', '2026-11-20T08:30:00', 'Berlin'))).accepted, 1);
  assert.equal((await take(number, scanAt('parcel-de:ZU', '2026-11-20T08:30:00', 'Berlin'))).duplicates, 1);
  const taken = await put('P-3', number);
  const parcel = await standing(taken.boxes[0]?.parcelId);
  assert.equal(parcel.milestone, 'delivered');
  const [scan] = await ground.parcels.scans(ground.database, [parcel]);
  assert.ok(scan?.content);
  const opened = ground.privacy.open(scan.content, { purpose: 'tracking page', reader: 'customer' });
  assert.equal(readContent(opened).place?.name, 'Berlin');
});

test('an order and its first scans that come in the same moment find each other', async () => {
  for (let round = 0; round < 20; round += 1) {
    const number = aNumber();
    const [taken] = await Promise.all([
      put(`R-${round}`, number),
      take(number, scanAt('parcel-de:EE', '2026-11-20T07:00:00')),
      take(number, scanAt('parcel-de:PO', '2026-11-20T07:30:00')),
    ]);
    assert.equal((await standing(taken.boxes[0]?.parcelId)).scanCount, 2);
  }
});

test('waiting scans vanish after 14 days and are counted', async () => {
  await take(aNumber(), scanAt('parcel-de:EE', '2026-11-20T07:00:00'));
  const before = await ground.parcels.strays(ground.database, ground.shop.shopId);
  assert.equal(before.waiting, 1);
  ground.clock.advanceTo(start.add({ hours: 15 * 24 }));
  const past = { shopId: null, before: ground.clock.now().subtract({ hours: 14 * 24 }), keptIds: [] };
  for (const sweep of parcelsSweeps.filter(({ clock }) => clock === 'waiting')) {
    await ground.database.tx((tx) => sweep.drop(tx, past, 1_000));
  }
  assert.deepEqual(await ground.parcels.strays(ground.database, ground.shop.shopId), { waiting: 0, vanished: 1 });
});

test('an unknown code keeps the milestone and is counted', async () => {
  const number = aNumber();
  const taken = await put('P-4', number);
  await take(number, scanAt('parcel-de:EE', '2026-11-20T07:00:00'), scanAt('parcel-de:QQ', '2026-11-20T07:10:00'));
  const parcel = await standing(taken.boxes[0]?.parcelId);
  assert.equal(parcel.milestone, 'in_transit');
  const unmapped = await ground.parcels.unmapped(ground.database, ground.shop.shopId);
  assert.equal(unmapped.find((row) => row.code === 'parcel-de:QQ')?.scans, 1);
});

test('a number that is used again belongs to the parcel of its time', async () => {
  const number = aNumber();
  const old = await put('P-5', number, { placed_at: '2026-08-01T10:00:00+02:00' });
  await take(number, scanAt('parcel-de:ZU', '2026-08-04T10:00:00'));
  const young = await put('P-6', number, { placed_at: '2026-11-18T10:00:00+01:00' });
  await take(number, scanAt('parcel-de:EE', '2026-11-20T05:00:00'), scanAt('parcel-de:LA', '2026-08-03T10:00:00'));
  assert.equal((await standing(old.boxes[0]?.parcelId)).milestone, 'delivered');
  assert.equal((await standing(young.boxes[0]?.parcelId)).milestone, 'in_transit');
  assert.equal((await standing(old.boxes[0]?.parcelId)).scanCount, 2);
});

test('any order and any split of the same scans ends in the same place', async () => {
  const codes = ['VA', 'AE', 'EE', 'PO', 'ZN', 'ZF', 'ZU', 'LA'];
  const history = codes.map((code, index) =>
    scanAt(`parcel-de:${code}`, `2026-11-2${Math.floor(index / 3)}T0${index}:00:00`),
  );
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 }),
      fc.integer({ min: 1, max: 5 }),
      async (scans, size) => {
        const number = aNumber();
        const taken = await put(`S-${number}`, number);
        for (let from = 0; from < scans.length; from += size) await take(number, ...scans.slice(from, from + size));
        const { milestone, subStatus, lastSignAt, attempts, scanCount } = await standing(taken.boxes[0]?.parcelId);
        ends.add(JSON.stringify([milestone, subStatus, lastSignAt, attempts, scanCount]));
      },
    ),
    { numRuns: 12 },
  );
  assert.equal(ends.size, 1);
});

test('every move is a fact, in the order in which it happened', async () => {
  const number = aNumber();
  const taken = await put('P-7', number);
  const heard: string[] = [];
  ground.facts.follow('test of moves', [parcelMoved.kind], async (_tx, facts) => {
    for (const fact of facts) {
      if (fact.key === taken.boxes[0]?.parcelId) heard.push(parcelMoved.read(fact).milestone);
    }
  });
  await take(number, scanAt('parcel-de:EE', '2026-11-20T07:00:00'));
  await take(number, scanAt('parcel-de:ZU', '2026-11-20T09:00:00'));
  await take(number, scanAt('parcel-de:EE', '2026-11-20T07:30:00'));
  await ground.facts.settle();
  assert.deepEqual(heard, ['in_transit', 'delivered']);
});
