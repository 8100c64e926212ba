const columns = `
  w.witness_id as "witnessId", w.shop_id as "shopId", w.host, w.origin, w.url, w.keys, w.log_keys as "logKeys",
  w.added_at as "addedAt", w.signed_size as "signedSize", w.signed_at as "signedAt", w.attempts, w.trouble`;

export const statements = {
  witnesses: `
    select ${columns}, t.size as "theirSize", t.signed_at as "theirsSignedAt" from privacy.witness w
    left join privacy.witnessed_tree t on t.origin = w.origin
    where w.shop_id = $1 order by w.host limit 100`,
  addWitness: `
    insert into privacy.witness (witness_id, shop_id, host, origin, url, keys, log_keys, added_at, due_at, signed_size,
      attempts)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0, 0) on conflict do nothing returning witness_id`,
  lockShop: `select pg_advisory_xact_lock(727156, hashtext($1::text))`,
  dropWitness: `delete from privacy.witness where shop_id = $1 and witness_id = $2 returning host`,
  dropCosignaturesOf: `delete from privacy.ledger_cosignature where shop_id = $1 and witness_id = $2`,

  // Every shop of this house that told of the ledger told the same keys, or was refused.
  logKeysOf: `select distinct log_keys as "logKeys" from privacy.witness where origin = $1 limit 16`,
  tellersOf: `select distinct shop_id as "shopId" from privacy.witness where origin = $1 limit 100`,
  beginTree: `insert into privacy.witnessed_tree (origin, size) values ($1, 0) on conflict do nothing`,
  // Who comes second sees what the first has signed.
  lockTree: `select size, root, note from privacy.witnessed_tree where origin = $1 for update`,
  putTree: `update privacy.witnessed_tree set size = $2, root = $3, note = $4, signed_at = $5 where origin = $1`,

  // Taken until the lease is over, by one process: whoever dies with it is not waited for any longer.
  takeDue: `
    update privacy.witness w set due_at = $2 where w.witness_id in (
      select d.witness_id from privacy.witness d
      where d.due_at <= $1 and d.signed_size < (
        select max(c.size) from privacy.ledger_checkpoint c where c.shop_id = d.shop_id)
      order by d.due_at limit 16 for update skip locked)
    returning ${columns}`,
  setSigned: `
    update privacy.witness set signed_size = $2, signed_at = $3, due_at = $4, attempts = 0, trouble = null
    where witness_id = $1`,
  setTrouble: `
    update privacy.witness set due_at = $2, attempts = attempts + 1, trouble = $3, signed_size = $4 where witness_id = $1`,
  putCosignature: `
    insert into privacy.ledger_cosignature (shop_id, size, witness_id, lines)
    select $1, $2, $3, $4 where exists (select 1 from privacy.witness w where w.witness_id = $3)
    on conflict (shop_id, size, witness_id) do update set lines = excluded.lines`,
  // Those of the newest checkpoints that were signed; older ones say nothing more.
  pruneCosignatures: `
    delete from privacy.ledger_cosignature where shop_id = $1 and size < (
      select min(n.size) from (
        select distinct c.size from privacy.ledger_cosignature c where c.shop_id = $1 order by c.size desc limit 8) n)`,
  newest: `select size, note from privacy.ledger_checkpoint where shop_id = $1 order by size desc limit 1`,
  linesAt: `
    select lines from privacy.ledger_cosignature where shop_id = $1 and size = $2 order by witness_id limit 64`,
  newestSigned: `
    select c.size, c.note from privacy.ledger_checkpoint c where c.shop_id = $1 and c.size = (
      select max(s.size) from privacy.ledger_cosignature s where s.shop_id = $1)`,

  // Once for each tree: signatures under it are others each time. Without both texts once for the ledger, which grows and is
  // asked about again: it must not leave no room for a fork.
  addAlarm: `
    insert into privacy.witness_alarm (alarm_id, shop_id, origin, what, noticed_at, kept, shown)
    select $1, $2, $3, $4, $5, $6, $7
    where (select count(*) from privacy.witness_alarm a where a.shop_id = $2) < 50
      and not exists (
        select 1 from privacy.witness_alarm a
        where a.shop_id = $2 and a.origin = $3 and a.what = $4
          and ((a.kept is null and $6::text is null)
            or split_part(a.shown, chr(10) || chr(10), 1) is not distinct from split_part($7, chr(10) || chr(10), 1)))
    returning alarm_id`,
  alarms: `
    select alarm_id as "alarmId", origin, what, noticed_at as "noticedAt", kept, shown from privacy.witness_alarm
    where shop_id = $1 order by noticed_at desc limit 50`,

  forgetWitnesses: `delete from privacy.witness where shop_id = $1`,
  forgetCosignatures: `delete from privacy.ledger_cosignature where shop_id = $1`,
  forgetAlarms: `delete from privacy.witness_alarm where shop_id = $1`,
};
