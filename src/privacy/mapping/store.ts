/** The age of an entry and of a consent stands in its id, a version 7 uuid: milliseconds in the first 48 bits (RFC 9562, 5.7). */
const writtenAt = (id: string): string =>
  `to_timestamp(('x' || left(replace(${id}::text, '-', ''), 12))::bit(48)::bigint / 1000.0)`;

export const statements = {
  pastDisclosures: `
    select count(*) as rows, min(disclosed_at) as oldest from privacy.disclosure
    where ($1::uuid is null or shop_id = $1) and disclosed_at < $2 and person_id <> all ($3::uuid[])`,
  dropDisclosures: `
    with gone as (
      delete from privacy.disclosure where ctid = any (array(
        select ctid from privacy.disclosure
        where ($1::uuid is null or shop_id = $1) and disclosed_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
  pastWaiting: `select count(*) as rows from privacy.ledger_waiting where entry_id < $1`,
  lastProofs: `
    select g.person_id as "personId", max(g.at) as at from (
      select person_id, disclosed_at as at from privacy.disclosure where person_id = any ($1::uuid[])
      union all select person_id, least(given_at, ${writtenAt('consent_id')}) from privacy.consent where person_id = any ($1::uuid[])
      union all select person_id, withdrawn_at from privacy.withdrawal where person_id = any ($1::uuid[])
      union all select person_id, objected_at from privacy.objection where person_id = any ($1::uuid[])
      union all select person_id, restricted_at from privacy.restriction where person_id = any ($1::uuid[])
      union all select person_id, ${writtenAt('entry_id')} from privacy.ledger_own where person_id = any ($1::uuid[])
    ) g group by g.person_id`,
  pastAudit: `
    select count(*) as rows, min(happened_at) as oldest from privacy.audit
    where ($1::uuid is null or shop_id = $1) and happened_at < $2`,
  dropAudit: `
    with gone as (
      delete from privacy.audit where audit_id in (
        select audit_id from privacy.audit where $1::uuid is null and happened_at < $2 limit $3)
      returning 1
    )
    select count(*) as rows from gone`,
};
