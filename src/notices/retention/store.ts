export const statements = {
  pastTold: `
    select count(*) as rows, min(decided_at) as oldest from notices.told
    where ($1::uuid is null or shop_id = $1) and decided_at < $2 and person_id <> all ($3::uuid[])`,
  dropTold: `
    with gone as (
      delete from notices.told where ctid = any (array(
        select ctid from notices.told
        where ($1::uuid is null or shop_id = $1) and decided_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
  pastNotices: `
    select count(*) as rows, min(made_at) as oldest from notices.notice
    where ($1::uuid is null or shop_id = $1) and made_at < $2 and person_id <> all ($3::uuid[])`,
  dropNotices: `
    with gone as (
      delete from notices.notice where ctid = any (array(
        select ctid from notices.notice
        where ($1::uuid is null or shop_id = $1) and made_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning person_id, notice_id
    ), attempts as (
      delete from notices.attempt a using gone g where a.person_id = g.person_id and a.notice_id = g.notice_id
    ), outcomes as (
      delete from notices.outcome o using gone g where o.person_id = g.person_id and o.notice_id = g.notice_id
    )
    select count(*) as rows from gone`,
  pastMessages: `
    select count(*) as rows, min(made_at) as oldest from notices.message
    where ($1::uuid is null or shop_id = $1) and made_at < $2 and person_id <> all ($3::uuid[])`,
  dropMessages: `
    with gone as (
      delete from notices.message where ctid = any (array(
        select ctid from notices.message
        where ($1::uuid is null or shop_id = $1) and made_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning person_id, message_id
    ), attempts as (
      delete from notices.attempt a using gone g where a.person_id = g.person_id and a.notice_id = g.message_id
    ), outcomes as (
      delete from notices.outcome o using gone g where o.person_id = g.person_id and o.notice_id = g.message_id
    )
    select count(*) as rows from gone`,
};
