export const statements = {
  // Each person's row is locked in the order of ids, so that nobody waits for somebody who waits for them.
  append: `
    with given as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[])
        with ordinality as g(person_id, entry_id, shop_id, kind, head, digest, place)
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
      insert into privacy.ledger_own (person_id, number, entry_id, shop_id, kind)
      select person_id, number, entry_id, shop_id, kind from numbered
    )
    insert into privacy.ledger_waiting (person_id, entry_id, shop_id, entry)
    select person_id, entry_id, shop_id,
      head || encode(sha256(int8send(number::bigint) || digest), 'hex') || $7::text
    from numbered`,
  tell: `select pg_notify('glasspost_ledger', '')`,

  /** One gives places for all. The lock is gone with its transaction, and that with its process. */
  lock: `select pg_try_advisory_xact_lock(727155, hashtext($1::text)) as had`,
  shopsWaiting: `select distinct shop_id as "shopId" from privacy.ledger_waiting limit 1000`,
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
  own: `
    select number, entry_id as "entryId", kind from privacy.ledger_own where person_id = $1 order by number`,
  places: `
    select first_index as "firstIndex", entry_ids as "entryIds" from privacy.ledger_place
    where shop_id = $1 and high >= $2 and low <= $2 order by high limit 100`,
};
