import type { PartitionPlan } from '#kit/database';

export const parcelPartitions: readonly PartitionPlan[] = [
  { table: 'parcels.parcel', by: 'id', fillfactor: 80 },
  { table: 'parcels.scan', by: 'id' },
  { table: 'parcels.sealed_history', by: 'id' },
];

const parcelColumns = `
  parcel_id as "parcelId", shop_id as "shopId", person_id as "personId", order_id as "orderId", carrier, service, number,
  number_hash as "numberHash", ship_from as "shipFrom", milestone, sub_status as "subStatus", leg,
  milestone_at as "milestoneAt", moved_at as "movedAt", last_sign_at as "lastSignAt", attempts, scan_count as "scanCount",
  arrival`;

const scanColumns = `
  parcel_id as "parcelId", scan_id::text as "scanId", occurred_at as "occurredAt", local_time as "localTime",
  utc_offset as "offset", zone, confidence, code, milestone, sub_status as "subStatus", retracts, leg, source,
  received_at as "receivedAt", sealed`;

/** Columns of `addScans`: $1 to $15. */
const addScans = `
    insert into parcels.scan
      (parcel_id, scan_id, occurred_at, local_time, utc_offset, zone, confidence, code, milestone, sub_status, retracts,
       leg, source, received_at, sealed)
    select g.parcel_id, g.scan_id, g.occurred_at, g.local_time, g.utc_offset, g.zone, g.confidence, g.code, g.milestone,
      g.sub_status, g.retracts, g.leg, g.source, g.received_at, g.sealed
    from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::boolean[], $12::text[], $13::bytea[], $14::text[], $15::timestamptz[])
      as g (parcel_id, scan_id, occurred_at, local_time, utc_offset, zone, confidence, code, milestone, sub_status,
        retracts, leg, sealed, source, received_at)
    on conflict (parcel_id, scan_id) do nothing`;

export const statements = {
  addParcels: `
    insert into parcels.parcel
      (parcel_id, shop_id, person_id, order_id, carrier, service, number, number_hash, ship_from, milestone, sub_status,
       leg, milestone_at, moved_at, last_sign_at, attempts, scan_count, arrival)
    select g.parcel_id, $2, g.person_id, g.order_id, g.carrier, g.service, g.number, g.number_hash, g.ship_from, 'unknown',
      null, 'outbound', null, $10, null, 0, 0, null
    from unnest($1::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::timestamptz[])
      as g (parcel_id, person_id, order_id, carrier, service, number, number_hash, ship_from)
    on conflict (parcel_id) do update
    set number = excluded.number, number_hash = excluded.number_hash, service = excluded.service`,
  addNumbers: `
    insert into parcels.parcel_by_number (number_hash, carrier, parcel_id, ship_from)
    select * from unnest($1::bytea[], $2::text[], $3::uuid[], $4::timestamptz[])
    on conflict do nothing`,
  // An order and a scan of the same number that come in the same moment must see each other. Numbers share 256 locks, taken
  // in order: a batch with a thousand strange numbers would fill the server's table of locks.
  lockNumbers: `
    select pg_advisory_xact_lock(727155, bucket) from (
      select distinct get_byte(number_hash, 0) as bucket from unnest($1::bytea[]) as number_hash order by 1
    ) buckets`,
  byNumber: `
    select number_hash as "numberHash", carrier, parcel_id as "parcelId", ship_from as "shipFrom"
    from parcels.parcel_by_number where number_hash = any ($1::bytea[]) order by ship_from, parcel_id`,
  // Advisory, because a lock on each row would be written to the disk; in order, so that nobody waits in a circle.
  ownLanes: `
    select pg_advisory_xact_lock(727156, lane) from (select lane from unnest($1::int[]) as lane order by 1) lanes`,
  foldedParcels: `
    select parcel_id as "parcelId", shop_id as "shopId", person_id as "personId", order_id as "orderId", carrier,
      date_part('epoch', ship_from) * 1000 as "shipFrom", milestone, sub_status as "subStatus",
      date_part('epoch', milestone_at) * 1000 as "milestoneAt", attempts, scan_count as "scanCount",
      fold_scans as "foldScans", sealed_at is not null as "isSealed"
    from parcels.parcel where parcel_id = any ($1::uuid[])`,
  // Everything under the index is older than the month in which most parcels are finished: few are looked at in vain.
  finished: `
    select parcel_id as "parcelId" from parcels.parcel
    where sealed_at is null and parcel_id < $1 and parcel_id > $2 and milestone = any ($3::text[]) and last_sign_at < $4
    order by parcel_id limit $5`,
  addHistories: `
    insert into parcels.sealed_history (parcel_id, sealed) select * from unnest($1::uuid[], $2::bytea[])`,
  histories: `select parcel_id as "parcelId", sealed from parcels.sealed_history where parcel_id = any ($1::uuid[])`,
  dropHistories: `delete from parcels.sealed_history where parcel_id = any ($1::uuid[])`,
  dropScans: `delete from parcels.scan where parcel_id = any ($1::uuid[])`,
  markSealed: `update parcels.parcel set sealed_at = $2, fold_scans = null where parcel_id = any ($1::uuid[])`,
  markOpened: `update parcels.parcel set sealed_at = null where parcel_id = any ($1::uuid[])`,
  parcels: `select ${parcelColumns} from parcels.parcel where parcel_id = any ($1::uuid[])`,
  // A plan that fits every filter reads a whole shop to find its few failed parcels.
  listParcels: `
    select /* plan each time */ ${parcelColumns} from parcels.parcel
    where shop_id = $1 and ($2::text[] is null or milestone = any ($2)) and ($3::uuid is null or parcel_id < $3)
      and ($4::text is null or carrier = $4)
    order by parcel_id desc limit $5`,
  countByMilestone: `
    select milestone, count(*) as parcels from parcels.parcel where shop_id = $1 group by milestone`,
  addScans,
  foldScans: `
    select parcel_id as "parcelId", scan_id::text as "scanId", extract(epoch from occurred_at)::float8 * 1000 as at,
      milestone, sub_status as "subStatus", retracts, leg
    from parcels.scan where parcel_id = any ($1::uuid[])`,
  scansOfAll: `
    select ${scanColumns}
    from parcels.scan where parcel_id = any ($1::uuid[]) order by occurred_at, scan_id`,
  scansOf: `
    select ${scanColumns}
    from parcels.scan where parcel_id = any ($1::uuid[]) order by occurred_at, scan_id limit 5000`,
  // A batch is written by one statement: its scans, the codes that no table knows, and where the parcels stand now.
  takeBatch: `
    with scans as (${addScans}),
    unmapped as (
      insert into parcels.unmapped (shop_id, carrier, code, scans, first_at, last_at)
      select g.shop_id, g.carrier, g.code, g.scans, $30, $30
      from unnest($26::uuid[], $27::text[], $28::text[], $29::bigint[]) as g (shop_id, carrier, code, scans)
      order by g.shop_id, g.carrier, g.code
      on conflict (shop_id, carrier, code) do update
      set scans = parcels.unmapped.scans + excluded.scans, last_at = excluded.last_at
    )
    update parcels.parcel p
    set milestone = m.milestone, sub_status = m.sub_status, leg = m.leg,
      milestone_at = to_timestamp(m.milestone_ms / 1000), moved_at = coalesce(m.moved_at, p.moved_at),
      last_sign_at = to_timestamp(m.sign_ms / 1000), attempts = m.attempts, scan_count = m.scan_count,
      fold_scans = m.fold_scans
    from unnest($16::uuid[], $17::text[], $18::text[], $19::text[], $20::float8[], $21::timestamptz[], $22::float8[],
      $23::smallint[], $24::integer[], $25::bytea[])
      as m (parcel_id, milestone, sub_status, leg, milestone_ms, moved_at, sign_ms, attempts, scan_count, fold_scans)
    where p.parcel_id = m.parcel_id`,
  setServices: `
    update parcels.parcel p set service = g.service from unnest($1::uuid[], $2::text[]) as g (parcel_id, service)
    where p.parcel_id = g.parcel_id and p.service is distinct from g.service`,
  setArrival: `update parcels.parcel set arrival = $2::jsonb where parcel_id = $1 and arrival is distinct from $2::jsonb`,
  wait: `
    insert into parcels.waiting (number_hash, carrier, scan_id, shop_id, source, received_at, expires_at, sealed)
    select g.number_hash, g.carrier, g.scan_id, g.shop_id, g.source, g.received_at, $7, g.sealed
    from unnest($1::bytea[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[], $8::bytea[])
      as g (number_hash, carrier, scan_id, shop_id, source, received_at, sealed)
    on conflict do nothing
    returning number_hash as "numberHash", carrier, scan_id::text as "scanId"`,
  takeWaiting: `
    delete from parcels.waiting w using unnest($1::bytea[], $2::text[]) as g (number_hash, carrier)
    where w.number_hash = g.number_hash and w.carrier = g.carrier
    returning w.number_hash as "numberHash", w.carrier, w.scan_id::text as "scanId", w.source,
      w.received_at as "receivedAt", w.sealed`,
  countWaiting: `select carrier, count(*) as scans from parcels.waiting where shop_id = $1 group by carrier`,
  vanish: `
    with gone as (
      delete from parcels.waiting where (number_hash, carrier, scan_id) in (
        select number_hash, carrier, scan_id from parcels.waiting where expires_at <= $1
        order by expires_at limit $3 for update skip locked)
      returning shop_id, carrier
    ), counted as (
      insert into parcels.vanished (shop_id, carrier, vanished_on, scans)
      select shop_id, carrier, $2, count(*) from gone group by shop_id, carrier order by shop_id, carrier
      on conflict (shop_id, carrier, vanished_on) do update set scans = parcels.vanished.scans + excluded.scans
    )
    select count(*) as rows from gone`,
  vanished: `
    select carrier, sum(scans)::bigint as scans from parcels.vanished where shop_id = $1 group by carrier`,
  unmapped: `
    select carrier, code, scans, first_at as "firstAt", last_at as "lastAt" from parcels.unmapped
    where shop_id = $1 order by scans desc, code limit 500`,

  forgetScans: `
    delete from parcels.scan s using parcels.parcel p where p.parcel_id = s.parcel_id and p.shop_id = $1`,
  forgetHistories: `
    delete from parcels.sealed_history h using parcels.parcel p where p.parcel_id = h.parcel_id and p.shop_id = $1`,
  forgetNumbers: `
    delete from parcels.parcel_by_number n using parcels.parcel p where p.parcel_id = n.parcel_id and p.shop_id = $1`,
  forgetParcels: `delete from parcels.parcel where shop_id = $1`,
  forgetWaiting: `delete from parcels.waiting where shop_id = $1`,
  forgetVanished: `delete from parcels.vanished where shop_id = $1`,
  forgetUnmapped: `delete from parcels.unmapped where shop_id = $1`,
};

/** In this order: what refers to another row goes before it. */
export const forgetting: readonly string[] = [
  statements.forgetScans,
  statements.forgetHistories,
  statements.forgetNumbers,
  statements.forgetParcels,
  statements.forgetWaiting,
  statements.forgetVanished,
  statements.forgetUnmapped,
];
