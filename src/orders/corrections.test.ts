import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder, openGround } from '../../test/ground.ts';

const ground = await openGround();
after(ground.close);
const { database, parcels, putOrder } = ground;
const known = (by: { readonly id?: string; readonly email?: string }) =>
  exampleOrder({ customer: { id: null, name: 'Somebody', email: null, phone: null, ...by }, parcels: [] });

test('a corrected customer id moves the hash: the old one finds nobody', async () => {
  const one = await putOrder('A1', known({ id: 'x', email: 'one@kunde.example' }));
  await putOrder('A1', known({ id: 'y', email: 'one@kunde.example' }));
  const two = await putOrder('A2', known({ id: 'x', email: 'two@kunde.example' }));
  assert.notEqual(two.personId, one.personId);
});

test('20 addresses of one person at once leave one that finds them', async () => {
  const { personId } = await putOrder('B0', known({ id: 'race', email: 'r@kunde.example' }));
  await Promise.all(
    Array.from({ length: 20 }, (_, at) => putOrder(`B${at + 1}`, known({ id: 'race', email: `r${at}@kunde.example` }))),
  );
  const hashes = await database.rows(`select 1 from orders.person_by_hash where kind = 'email' and person_id = $1`, [
    personId,
  ]);
  assert.equal(hashes.length, 1);
});

test('a service that is said later, or corrected, replaces what stood there', async () => {
  const parcel = { carrier: 'dhl-unified', tracking_number: '00340434161094015777' };
  const first = await putOrder('C1', exampleOrder({ parcels: [{ ...parcel, service: null }] }));
  await putOrder('C1', exampleOrder({ parcels: [{ ...parcel, service: 'parcel-de' }] }));
  const [read] = await parcels.read(database, [first.boxes[0]?.parcelId ?? '']);
  assert.equal(read?.service, 'parcel-de');
});
