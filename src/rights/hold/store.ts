export const statements = {
  countHoldKeys: `
    select encode(substring(wrapped from 1 for 4), 'hex') as id, count(*) as rows from rights.hold_key group by 1`,
  staleHoldKeys: `
    select hold_id as id, wrapped from rights.hold_key
    where hold_id > $1 and substring(wrapped from 1 for 4) <> $2 order by hold_id limit $3`,
  awaitHoldKeys: `lock table rights.hold_key in share mode`,
  rewrapHoldKeys: `
    update rights.hold_key k set wrapped = n.after from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (id, before, after)
    where k.hold_id = n.id and k.wrapped = n.before returning k.hold_id`,
  addHoldKeys: `
    insert into rights.hold_key (hold_id, shop_id, wrapped)
    select g.hold_id, $2, g.wrapped from unnest($1::uuid[], $3::bytea[]) as g (hold_id, wrapped)`,
  addHolds: `
    insert into rights.hold (number_hash, hold_id, shop_id, kind, held_at, ends_on, sealed)
    select g.number_hash, g.hold_id, $3, g.kind, $4, g.ends_on, g.sealed
    from unnest($1::bytea[], $2::uuid[], $5::text[], $6::date[], $7::bytea[])
      as g (number_hash, hold_id, kind, ends_on, sealed)`,
  holds: `
    select h.hold_id as "holdId", h.kind, h.held_at as "heldAt", h.ends_on as "endsOn", h.sealed, k.wrapped
    from rights.hold h join rights.hold_key k on k.hold_id = h.hold_id
    where h.number_hash = $1 and h.shop_id = $2 order by h.hold_id limit 100`,
  countOver: `select count(*)::int as count from rights.hold where ends_on < $1`,
  dropOver: `
    with over as (delete from rights.hold where ends_on < $1 returning hold_id),
      keys as (delete from rights.hold_key k using over where k.hold_id = over.hold_id)
    select count(*)::int as count from over`,
  forgetHoldKeys: `delete from rights.hold_key where shop_id = $1`,
  forgetHolds: `delete from rights.hold where shop_id = $1`,
};
