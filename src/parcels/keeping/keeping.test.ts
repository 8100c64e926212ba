import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findConnector, type ReadScan } from '#carriers';
import { sealed } from '#privacy';
import { exampleOrder, openGround } from '../../../test/ground.ts';

const ground = await openGround();
after(ground.close);
const { database, parcels, clock, shop, privacy } = ground;

function scanOf(code: string, localTime: string, more: Partial<ReadScan> = {}): ReadScan {
  const meaning = findConnector('dhl-unified')?.meaning(code, null);
  assert.ok(meaning);
  const time = { localTime, offset: null, zone: 'Europe/Berlin', timeConfidence: 'located' } as const;
  const place = { name: 'Frankfurt (Oder)', country: 'DE' };
  return { code, ...meaning, ...time, place, text: 'Übergeben an “Nachbar”\n😀', ...more };
}

const way: readonly ReadScan[] = [
  scanOf('parcel-de:VA', '2026-11-20T07:00:00'),
  scanOf('parcel-de:EE', '2026-11-20T09:30:00', { place: null }),
  scanOf('no-such-code', '2026-11-20T09:31:00', { text: null }),
  scanOf('parcel-de:PO', '2026-11-20T10:00:00', { offset: '+01:00', zone: null, timeConfidence: 'exact' }),
  scanOf('parcel-de:ZU', '2026-11-20T11:00:00', { text: null, place: null }),
];

async function post(number: string, scans: readonly ReadScan[]) {
  const incoming = scans.map((scan) => ({ carrier: 'dhl-unified', number: sealed('tracking_number', number), scan }));
  return await parcels.postScans(shop.shopId, incoming, 'push');
}

let count = 0;
async function finishedParcel(scans: readonly ReadScan[] = way): Promise<{ number: string; parcelId: string }> {
  count += 1;
  const number = `K${String(count).padStart(12, '0')}`;
  const boxes = [{ carrier: 'dhl-unified', tracking_number: number }];
  const taken = await ground.putOrder(`K-${count}`, exampleOrder({ parcels: boxes }));
  await post(number, scans);
  return { number, parcelId: taken.boxes[0]?.parcelId ?? '' };
}

const rowsOf = async (parcelId: string): Promise<number> =>
  (await database.rows('select from parcels.scan where parcel_id = $1', [parcelId])).length;

/** Everything that a page could show of a parcel, opened. */
async function shown(parcelId: string): Promise<readonly object[]> {
  const scans = await parcels.scans(database, await parcels.read(database, [parcelId]));
  return scans.map(({ content, receivedAt, ...scan }) =>
    Object.assign(scan, {
      receivedAt: Math.floor(receivedAt.epochMilliseconds / 1_000),
      content: content === null ? null : privacy.open(content, { purpose: 'support', reader: 'staff' }),
    }),
  );
}

test('a finished parcel is put away after 30 days and shows what it showed before', async () => {
  const { parcelId } = await finishedParcel();
  const moving = await finishedParcel(way.slice(0, 2));
  const before = await shown(parcelId);
  const parcelBefore = (await parcels.read(database, [parcelId]))[0];
  assert.equal(before.length, way.length);
  clock.advanceTo(clock.now().add({ hours: 29 * 24 }));
  assert.equal(await parcels.sealFinished(), 0);
  clock.advanceTo(clock.now().add({ hours: 2 * 24 }));
  assert.equal(await parcels.sealFinished(), 1);
  assert.equal(await parcels.sealFinished(), 0);
  assert.deepEqual([await rowsOf(parcelId), await rowsOf(moving.parcelId)], [0, 2]);
  assert.deepEqual(await shown(parcelId), before);
  const parcelAfter = (await parcels.read(database, [parcelId]))[0];
  assert.deepEqual({ ...parcelAfter, number: null }, { ...parcelBefore, number: null });
});

test('a late scan opens what was put away, and the same scan again is still the same', async () => {
  const { number, parcelId } = await finishedParcel();
  clock.advanceTo(clock.now().add({ hours: 31 * 24 }));
  await parcels.sealFinished();
  assert.equal(await rowsOf(parcelId), 0);
  assert.deepEqual(await post(number, way), { accepted: 0, duplicates: way.length });
  const returning = scanOf('returning.by_recipient', '2026-12-24T09:00:00');
  assert.deepEqual(await post(number, [returning, ...way]), { accepted: 1, duplicates: way.length });
  assert.equal(await rowsOf(parcelId), way.length + 1);
  const [parcel] = await parcels.read(database, [parcelId]);
  assert.deepEqual([parcel?.milestone, parcel?.scanCount], ['returning', way.length + 1]);
  assert.equal((await database.rows('select from parcels.sealed_history where parcel_id = $1', [parcelId])).length, 0);
});

test('what was put away opens with the key of its parcel only, and is gone with it', async () => {
  const [one, other] = [await finishedParcel(), await finishedParcel()];
  clock.advanceTo(clock.now().add({ hours: 31 * 24 }));
  await parcels.sealFinished();
  await database.rows(
    `update parcels.sealed_history set sealed = (select sealed from parcels.sealed_history where parcel_id = $1)
     where parcel_id = $2`,
    [one.parcelId, other.parcelId],
  );
  await assert.rejects(shown(other.parcelId), { code: 'unavailable' });
  await database.tx((tx) => privacy.dropKeys(tx, 'parcel', [one.parcelId]));
  assert.deepEqual(await shown(one.parcelId), []);
});

test('a page of many parcels is put away whole, in several turns', async () => {
  const many = [];
  for (let at = 0; at < 230; at += 1) many.push(await finishedParcel(way.slice(-1)));
  clock.advanceTo(clock.now().add({ hours: 31 * 24 }));
  assert.equal(await parcels.sealFinished(), 230);
  assert.equal(await rowsOf(many.at(-1)?.parcelId ?? ''), 0);
});
