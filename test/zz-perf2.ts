import { ensurePartitions } from '#kit/database';
import { factPartitions } from '#kit/facts';
import { parcelPartitions } from '#parcels';
import { parcelKeyPartitions } from '#privacy';
import { openGround } from './ground.ts';
const g = await openGround();
for (const plan of [factPartitions, parcelKeyPartitions, ...parcelPartitions])
  await ensurePartitions(g.database, plan, g.clock.now().subtract({ hours: 24 * 90 }), g.clock.now());
const fill = `insert into parcels.parcel (parcel_id, shop_id, person_id, order_id, carrier, service, number, number_hash, ship_from, milestone, sub_status, leg, milestone_at, moved_at, last_sign_at, attempts, scan_count, arrival)
   select (lpad(to_hex((extract(epoch from timestamptz '2026-09-01')*1000)::bigint + i::bigint * 31000), 12, '0') || '7' || substr(md5(i::text),1,3) || '8' || substr(md5(i::text),4,15))::uuid, (case when i % 50 = 0 then '00000000-0000-0000-0000-000000000002' else '00000000-0000-0000-0000-000000000001' end)::uuid, gen_random_uuid(), gen_random_uuid(), 'dhl-unified', null, '\\x00', decode(md5(i::text),'hex'), timestamptz '2026-09-01', (array['delivered','delivered','delivered','in_transit'])[1 + i % 4], null, 'outbound', null, timestamptz '2026-09-01', null, 0, 0, null from generate_series(1, 200000) i`;
await g.database.rows(fill, []);
await g.database.rows(`insert into facts.fact (lane, seq, appended_at, kind, key, body) select i % 64, i / 64 + 1, timestamptz '2026-11-10' + i * interval '1 second', 'x', gen_random_uuid(), '{"shopId": "x", "n": 1}' from generate_series(0, 639999) i`, []);
await g.database.rows(`update facts.lane set seq = 10000`, []);
await g.database.rows('analyze', []);
const { statements } = await import('../src/parcels/store.ts');
const priv = (await import('../src/privacy/store.ts')).statements;
const facts = (await import('../src/kit/facts/store.ts')).statements;
const ids = (await g.database.rows<{ id: string }>(`select parcel_id as id from parcels.parcel order by 1 desc limit 1000`, [])).map((r) => r.id);
const arr = (a: readonly unknown[], type: string) => `array[${a.map((v) => `'${String(v)}'`).join(',')}]::${type}[]`;
const explain = async (name: string, sql: string, types: string, args: string) => {
  await g.database.tx(async (tx) => {
    await tx.rows(`set local plan_cache_mode = 'force_generic_plan'`, []);
    await tx.rows(`prepare judged (${types}) as ${sql}`, []);
    const rows = await tx.rows<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, timing off) execute judged (${args})`, []);
    console.log(`--- ${name}`);
    console.log(rows.map((r) => r['QUERY PLAN'].slice(0, 120)).filter((l) => !/never executed|Index Searches|Heap Fetches/.test(l)).slice(0, 34).join('\n'));
    await tx.rows('deallocate judged', []);
  });
};
await explain('lockParcels', statements.lockParcels, 'uuid[]', arr(ids, 'uuid'));
await explain('keys', priv.parcelKeys, 'uuid[]', arr(ids, 'uuid'));
await explain('foldScans', statements.foldScans, 'uuid[]', arr(ids, 'uuid'));
await explain('facts', facts.read, 'smallint[], bigint[], int', `array[1,2,3]::smallint[], array[0,5000,9990]::bigint[], 100`);
await explain('list big', statements.listParcels, 'uuid, text[], uuid, text, int', `'00000000-0000-0000-0000-000000000001', array['unknown','announced','accepted','in_transit','out_for_delivery','ready_for_pickup','delivery_failed','exception','delivered','returning','returned','cancelled'], null, null, 50`);
await explain('list small shop', statements.listParcels, 'uuid, text[], uuid, text, int', `'00000000-0000-0000-0000-000000000002', array['unknown','announced','accepted','in_transit','out_for_delivery','ready_for_pickup','delivery_failed','exception','delivered','returning','returned','cancelled'], null, null, 50`);
await explain('list none of milestone', statements.listParcels, 'uuid, text[], uuid, text, int', `'00000000-0000-0000-0000-000000000001', array['exception'], null, null, 50`);
await explain('count', statements.countByMilestone, 'uuid', `'00000000-0000-0000-0000-000000000001'`);
await explain('claim', facts.claimLanes, 'text, int, smallint', `'x', 16, 3`);
await explain('look', facts.look, 'text, timestamptz', `'x', '2026-01-01'`);
// follower reading 640k from zero
const t = performance.now(); let n = 0;
const f = g.facts.follow('big', ['x'], async (_tx, l) => { n += l.length; });
for (let i = 0; i < 40; i++) await f.readOnce();
console.log('follower', n, 'facts', Math.round(n / ((performance.now() - t) / 1000)), '/s');
await g.close();
process.exit(0);
