export const statements = {
  pastSent: `
    select count(*) as rows, min(sent_at) as oldest from mail.sent
    where ($1::uuid is null or shop_id = $1) and sent_at < $2 and person_id <> all ($3::uuid[])`,
  dropSent: `
    with gone as (
      delete from mail.sent where ctid = any (array(
        select ctid from mail.sent
        where ($1::uuid is null or shop_id = $1) and sent_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
  pastBounces: `
    select count(*) as rows, min(bounced_at) as oldest from mail.bounce
    where ($1::uuid is null or shop_id = $1) and bounced_at < $2 and person_id <> all ($3::uuid[])`,
  dropBounces: `
    with gone as (
      delete from mail.bounce where ctid = any (array(
        select ctid from mail.bounce
        where ($1::uuid is null or shop_id = $1) and bounced_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
};
