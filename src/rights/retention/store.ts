export const statements = {
  ownDays: `select clock, days from rights.retention where shop_id = $1`,
  setDays: `
    insert into rights.retention (shop_id, clock, days, set_at) values ($1, $2, $3, $4)
    on conflict (shop_id, clock) do update set days = excluded.days, set_at = excluded.set_at`,
  unsetDays: `delete from rights.retention where shop_id = $1 and clock = $2`,
  forgetShop: `delete from rights.retention where shop_id = $1`,
  leave: `
    insert into rights.leaving (person_id, shop_id, proven_at)
    select g.person_id, $2, g.proven_at from unnest($1::uuid[], $3::timestamptz[]) as g (person_id, proven_at)
    on conflict (person_id) do nothing`,
  pastLeaving: `
    select count(*) as rows, min(proven_at) as oldest from rights.leaving
    where ($1::uuid is null or shop_id = $1) and proven_at < $2 and person_id <> all ($3::uuid[])`,
  dropLeaving: `
    delete from rights.leaving where person_id in (
      select person_id from rights.leaving
      where ($1::uuid is null or shop_id = $1) and proven_at < $2 and person_id <> all ($4::uuid[])
      order by proven_at limit $3)
    returning person_id as "personId"`,
  heldLeaving: `select to_jsonb(l) as row from rights.leaving l where person_id = any ($1::uuid[])`,
  forgetPersons: `delete from rights.leaving where person_id = any ($1::uuid[])`,
  forgetLeaving: `delete from rights.leaving where shop_id = $1`,
  addRun: `
    insert into rights.retention_run (run_id, ran_at, actor, took_ms, dropped) values ($1, $2, $3, $4, $5::jsonb)`,
  runs: `
    select run_id as "runId", ran_at as "ranAt", actor, took_ms as "tookMs", dropped from rights.retention_run
    order by run_id desc limit $1`,
  dropRuns: `
    delete from rights.retention_run where run_id not in (
      select run_id from rights.retention_run order by run_id desc limit $1)`,
};
