export const statements = {
  addCanary: `insert into rights.canary (canary_id, shop_id, planted_at, sealed) values ($1, $2, $3, $4)`,
  canaries: `
    select canary_id as "canaryId", shop_id as "shopId", planted_at as "plantedAt", sealed from rights.canary
    where $1::uuid is null or shop_id = $1 order by canary_id limit 1000`,
  lockShop: `select pg_advisory_xact_lock(727158, hashtext($1))`,
  dropCanary: `
    delete from rights.canary where shop_id = $1 and canary_id = $2 returning sealed`,
  addUse: `
    insert into rights.canary_use (canary_id, use_id, shop_id, way, used_at, case_id) values ($1, $2, $3, $4, $5, $6)`,
  uses: `
    select canary_id as "canaryId", use_id as "useId", shop_id as "shopId", way, used_at as "usedAt", case_id as "caseId"
    from rights.canary_use where $1::uuid is null or shop_id = $1 order by use_id desc limit 1000`,
  lastUses: `
    select way, used_at as "usedAt", case_id as "caseId" from rights.canary_use
    where canary_id = $1 order by use_id desc limit 20`,
  use: `
    select shop_id as "shopId", way, used_at as "usedAt", case_id as "caseId" from rights.canary_use
    where canary_id = $1 and use_id = $2`,
  pastUses: `
    select count(*)::int as rows, min(used_at) as oldest from rights.canary_use
    where ($1::uuid is null or shop_id = $1) and used_at < $2`,
  dropUses: `
    with gone as (
      delete from rights.canary_use where (canary_id, use_id) in (
        select canary_id, use_id from rights.canary_use where ($1::uuid is null or shop_id = $1) and used_at < $2
        order by use_id limit $3)
      returning use_id)
    select count(*)::int as rows from gone`,
  forgetUses: `delete from rights.canary_use where shop_id = $1`,
  forgetCanaries: `delete from rights.canary where shop_id = $1`,
};
