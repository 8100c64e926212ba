export const statements = {
  pastDisclosures: `
    select count(*) as rows, min(disclosed_at) as oldest from privacy.disclosure
    where ($1::uuid is null or shop_id = $1) and disclosed_at < $2`,
  dropDisclosures: `
    with gone as (
      delete from privacy.disclosure where ctid = any (array(
        select ctid from privacy.disclosure where ($1::uuid is null or shop_id = $1) and disclosed_at < $2 limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
  pastWaiting: `select count(*) as rows from privacy.ledger_waiting where entry_id < $1`,
  pastAudit: `
    select count(*) as rows, min(happened_at) as oldest from privacy.audit where $1::uuid is null and happened_at < $2`,
  dropAudit: `
    with gone as (
      delete from privacy.audit where audit_id in (
        select audit_id from privacy.audit where $1::uuid is null and happened_at < $2 limit $3)
      returning 1
    )
    select count(*) as rows from gone`,
};
