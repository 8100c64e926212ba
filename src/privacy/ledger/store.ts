export const statements = {
  // Each person's row is locked in the order of ids, so that nobody waits for somebody who waits for them.
  append: `
    with given as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bytea[])
        with ordinality as g(person_id, entry_id, shop_id, kind, head, digest, told, place)
    ), counted as (
      insert into privacy.ledger_person (person_id, shop_id, entries)
      select person_id, shop_id, count(*) from given group by person_id, shop_id order by person_id
      on conflict (person_id) do update set entries = privacy.ledger_person.entries + excluded.entries
      returning person_id, entries
    ), numbered as (
      select g.*, (c.entries - count(*) over person + row_number() over (partition by g.person_id order by g.place))::int as number
      from given g join counted c using (person_id)
      window person as (partition by g.person_id)
    ), own as (
      insert into privacy.ledger_own (person_id, number, entry_id, shop_id, kind, told)
      select person_id, number, entry_id, shop_id, kind, told from numbered
    ), waiting as (
      insert into privacy.ledger_waiting (person_id, entry_id, shop_id, entry)
      select person_id, entry_id, shop_id,
        head || encode(sha256(int8send(number::bigint) || digest), 'hex') || $8::text
      from numbered
    )
    select number from numbered order by place`,
  tell: `select pg_notify('glasspost_ledger', '')`,

  /** One gives places for all. The lock is gone with its transaction, and that with its process. */
  lock: `select pg_try_advisory_xact_lock(727155, hashtext($1::text)) as had`,
  // From shop to shop along the index: a ledger that does not go on may have many that wait.
  shopsWaiting: `
    with recursive shops as (
      (select shop_id from privacy.ledger_waiting order by shop_id limit 1)
      union all
      select (select w.shop_id from privacy.ledger_waiting w where w.shop_id > s.shop_id order by w.shop_id limit 1)
      from shops s where s.shop_id is not null
    )
    select shop_id as "shopId" from shops where shop_id is not null limit 1000`,
  takeWaiting: `
    delete from privacy.ledger_waiting w using (
      select person_id, entry_id from privacy.ledger_waiting where shop_id = $1 order by entry_id limit $2
    ) first
    where w.person_id = first.person_id and w.entry_id = first.entry_id
    returning w.entry_id as "entryId", w.entry`,
  last: `
    select size, root, note from privacy.ledger_checkpoint where shop_id = $1 order by size desc limit 1`,
  edge: `
    select level, tile_index as index, width, bytes from privacy.ledger_tile
    where shop_id = $1 and (level, tile_index) in (select * from unnest($2::int[], $3::bigint[]))`,
  putTiles: `
    insert into privacy.ledger_tile (shop_id, level, tile_index, width, bytes)
    select $1, * from unnest($2::int[], $3::bigint[], $4::int[], $5::bytea[])
    on conflict (shop_id, level, tile_index) do update set width = excluded.width, bytes = excluded.bytes`,
  putPlaces: `
    insert into privacy.ledger_place (shop_id, first_index, low, high, entry_ids) values ($1, $2, $3, $4, $5)`,
  putCheckpoint: `
    insert into privacy.ledger_checkpoint (shop_id, size, root, note, signed_at) values ($1, $2, $3, $4, $5)`,
  tile: `
    select width, bytes from privacy.ledger_tile where shop_id = $1 and level = $2 and tile_index = $3`,
  checkpointOf: `select size, root, note from privacy.ledger_checkpoint where shop_id = $1 and size = $2`,
  entriesAbout: `select entries from privacy.ledger_person where person_id = $1`,
  own: `
    select o.number, o.entry_id as "entryId", o.kind, o.told, p.index,
      d.parcel_id as "parcelId", d.recipient, d.service, d.purpose, d.basis, d.consent_id as "consentId", d.fields,
      d.withheld, d.disclosed_at as "disclosedAt"
    from privacy.ledger_own o
    left join privacy.disclosure d
      on o.told is null and d.person_id = o.person_id and d.disclosure_id = o.entry_id
    left join lateral (
      select first_index + (position(uuid_send(o.entry_id) in entry_ids) - 1) / 16 as index
      from privacy.ledger_place
      where shop_id = o.shop_id and high >= o.entry_id and low <= o.entry_id
        and position(uuid_send(o.entry_id) in entry_ids) > 0
      order by high limit 1
    ) p on true
    where o.person_id = $1 and o.number > $2 order by o.number limit $3`,

  checkpointsBetween: `
    select size, root, note from privacy.ledger_checkpoint where shop_id = $1 and size > $2 and size <= $3 order by size`,
  // Once read again, one a day is kept of those that are older than what anybody may still be on the way with, and those
  // that witnesses have signed.
  thinCheckpoints: `
    delete from privacy.ledger_checkpoint c
    where c.shop_id = $1 and c.size < $2 and c.signed_at < $3 and not exists (
      select 1 from privacy.ledger_cosignature s where s.shop_id = c.shop_id and s.size = c.size
    ) and exists (
      select 1 from privacy.ledger_checkpoint later
      where later.shop_id = c.shop_id and later.size > c.size and later.signed_at < $3
        and (later.signed_at at time zone 'UTC')::date = (c.signed_at at time zone 'UTC')::date)`,
  status: `
    select l.origin, c.size, c.signed_at as "signedAt", w.waiting, w.first_id as "firstWaiting",
      k.asked_at is not null as "isAsked", k.reading, k.ended_at as "endedAt", k.size as "checkedSize",
      k.wrong_what as "wrongWhat", k.wrong_index as "wrongIndex", k.wrong_of as "wrongOf"
    from (select $1::uuid as shop_id) s
    left join privacy.ledger_log l using (shop_id)
    left join lateral (
      select size, signed_at from privacy.ledger_checkpoint where shop_id = s.shop_id order by size desc limit 1
    ) c on true
    left join privacy.ledger_check k using (shop_id)
    cross join lateral (
      select count(*) as waiting, min(entry_id::text)::uuid as first_id
      from (select entry_id from privacy.ledger_waiting where shop_id = s.shop_id order by entry_id limit 10001) w
    ) w`,
  askCheck: `
    insert into privacy.ledger_check (shop_id, asked_at) values ($1, $2)
    on conflict (shop_id) do update set asked_at = excluded.asked_at`,
  forgetLength: `update privacy.ledger_check set size = null where shop_id = $1`,
  claimCheck: `
    insert into privacy.ledger_check (shop_id, begun_at, alive_at, reading) values ($1, $2, $2, 0)
    on conflict (shop_id) do update
      set begun_at = excluded.begun_at, alive_at = excluded.alive_at, reading = 0, asked_at = null
    returning size`,
  tellCheck: `select pg_notify('glasspost_ledger', 'check')`,
  // One that nobody has gone on with for a while is begun anew, by whoever comes first.
  beginCheck: `
    insert into privacy.ledger_check as k (shop_id, begun_at, alive_at, reading)
    select l.shop_id, $1, $1, 0 from privacy.ledger_log l left join privacy.ledger_check k using (shop_id)
    where (k.reading is null or k.alive_at < $2) and (k.ended_at is null or k.asked_at is not null
      or k.ended_at < case when k.wrong_what is null then $3::timestamptz else $4::timestamptz end)
    order by k.ended_at nulls first limit 1
    on conflict (shop_id) do update
      set begun_at = excluded.begun_at, alive_at = excluded.alive_at, reading = 0, asked_at = null
      where k.reading is null or k.alive_at < $2
    returning shop_id as "shopId", size`,
  goOnChecking: `update privacy.ledger_check set alive_at = $2, reading = $3 where shop_id = $1 and begun_at = $4`,
  // Of one that has become shorter stays known how long it was: else the next look would find all of it there.
  endCheck: `
    update privacy.ledger_check set ended_at = $2, reading = null, alive_at = null,
      size = case when $4::text = 'shorter' then size else $3 end, wrong_what = $4, wrong_index = $5, wrong_of = $6
    where shop_id = $1 and begun_at = $7`,

  origin: `select origin from privacy.ledger_log where shop_id = $1`,
  // A ledger that has begun keeps its name.
  begin: `
    insert into privacy.ledger_log (shop_id, origin, begun_at) values ($1, $2, $3)
    on conflict (shop_id) do update set origin = privacy.ledger_log.origin returning origin`,
  place: `
    select first_index + (position(uuid_send($2) in entry_ids) - 1) / 16 as index
    from privacy.ledger_place
    where shop_id = $1 and high >= $2 and low <= $2 and position(uuid_send($2) in entry_ids) > 0
    order by high limit 1`,

  forgetWaiting: `delete from privacy.ledger_waiting where shop_id = $1`,
  forgetOwn: `delete from privacy.ledger_own where shop_id = $1`,
  forgetPerson: `delete from privacy.ledger_person where shop_id = $1`,
  forgetPlace: `delete from privacy.ledger_place where shop_id = $1`,
  forgetTile: `delete from privacy.ledger_tile where shop_id = $1`,
  forgetCheckpoint: `delete from privacy.ledger_checkpoint where shop_id = $1`,
  forgetCheck: `delete from privacy.ledger_check where shop_id = $1`,
  forgetLog: `delete from privacy.ledger_log where shop_id = $1`,
};

/** What waits goes first: a ledger that is given places in this moment is waited for there. */
export const forgettingLedger: readonly string[] = [
  statements.forgetWaiting,
  statements.forgetOwn,
  statements.forgetPerson,
  statements.forgetPlace,
  statements.forgetTile,
  statements.forgetCheckpoint,
  statements.forgetCheck,
  statements.forgetLog,
];
