export const statements = {
  pastCases: `
    select count(*) as rows, min(last_at) as oldest from service.customer_case
    where ($1::uuid is null or shop_id = $1) and last_at < $2 and person_id <> all ($3::uuid[])`,
  // Locked, so that whoever writes in this moment is waited for.
  findPast: `
    select person_id as "personId", case_id as "caseId" from service.customer_case
    where ($1::uuid is null or shop_id = $1) and last_at < $2 and person_id <> all ($4::uuid[])
    order by last_at, case_id limit $3 for update skip locked`,
  dropForwarded: `
    delete from service.forwarded f using service.entry e
    where e.person_id = f.person_id and e.entry_id = f.entry_id
      and (e.person_id, e.case_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  dropEntries: `
    delete from service.entry where (person_id, case_id) in (select * from unnest($1::uuid[], $2::uuid[]))
    returning entry_id as "entryId"`,
  dropCallBacks: `
    delete from service.call_back where (person_id, case_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  dropFirstAnswers: `
    delete from service.first_answer where (person_id, case_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  dropClosed: `
    delete from service.closed where (person_id, case_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  dropWaiting: `
    delete from service.waiting where (person_id, case_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  dropCases: `
    delete from service.customer_case where (person_id, case_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  caseless: `
    select g.person_id as "personId" from unnest($1::uuid[]) as g (person_id)
    where not exists (select from service.customer_case c where c.person_id = g.person_id)`,
  withCases: `select distinct person_id as "personId" from service.customer_case where person_id = any ($1::uuid[])`,

  pastCallBacks: `
    select count(*) as rows, min(ends_at) as oldest from service.call_back
    where ($1::uuid is null or shop_id = $1) and ends_at < $2 and person_id <> all ($3::uuid[])`,
  dropPastCallBacks: `
    with gone as (
      delete from service.call_back where ctid = any (array(
        select ctid from service.call_back
        where ($1::uuid is null or shop_id = $1) and ends_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
};
