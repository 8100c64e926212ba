import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../../bench/real-orders/real-orders.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-story-orders-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// Every third gets its number only once the carrier has the parcel; the carriers take turns.
const orders = `order_id,status,t_buy,t_hand,t_del,czip,cstate,n_items,price,cat
late-number,delivered,2017-03-01T10:00,2017-03-02T09:00,2017-03-04T15:00,80540,PR,2,30.00,bebes
number-at-once,delivered,2017-03-01T11:00,2017-03-02T09:00,2017-03-04T15:00,01001,SP,1,12.5,
never-handed-over,canceled,2017-03-01T12:00,,,01002,SP,,,
arrived-before-the-number,delivered,2017-03-01T13:00,2017-03-02T09:00,2017-03-02T16:00,01003,SP,1,7,arte
only-delivered,delivered,2017-03-01T14:00,,2017-03-03T16:00,01004,SP,1,7,arte
delivered-before-handed-over,delivered,2017-03-01T15:00,2017-03-04T09:00,2017-03-03T16:00,01005,SP,1,7,arte
without-a-number,unavailable,2017-03-01T16:00,,,01006,SP,,,
lost,shipped,2017-03-01T17:00,2017-03-02T09:00,,01007,SP,1,7,arte
`;

test('Orders that went as orders really go are told of once each, whatever came late or never.', async () => {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, orders);
  const figures = new Map((await run(path)).map(({ name, value }) => [name, value]));
  const told = ['orders', 'scans', 'facts that must be told', 'mails', 'missed', 'doubled', 'unexpected'];
  assert.deepEqual(
    told.map((name) => figures.get(name)),
    [8, 10, 8, 8, 0, 0, 0],
  );
});
