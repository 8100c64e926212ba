export const statements = {
  ownDays: `select clock, days from rights.retention where shop_id = $1`,
  setDays: `
    insert into rights.retention (shop_id, clock, days, set_at) values ($1, $2, $3, $4)
    on conflict (shop_id, clock) do update set days = excluded.days, set_at = excluded.set_at`,
  unsetDays: `delete from rights.retention where shop_id = $1 and clock = $2`,
  forgetShop: `delete from rights.retention where shop_id = $1`,
  addRun: `
    insert into rights.retention_run (run_id, ran_at, actor, took_ms, dropped) values ($1, $2, $3, $4, $5::jsonb)`,
  runs: `
    select run_id as "runId", ran_at as "ranAt", actor, took_ms as "tookMs", dropped from rights.retention_run
    order by run_id desc limit $1`,
  dropRuns: `
    delete from rights.retention_run where run_id not in (
      select run_id from rights.retention_run order by run_id desc limit $1)`,
};
