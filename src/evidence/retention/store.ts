export const statements = {
  pastInvitations: `
    select count(*) as rows, min(changed_at) as oldest from evidence.invitation
    where ($1::uuid is null or shop_id = $1) and changed_at < $2 and person_id <> all ($3::uuid[])`,
  dropInvitations: `
    with gone as (
      delete from evidence.invitation where ctid = any (array(
        select ctid from evidence.invitation
        where ($1::uuid is null or shop_id = $1) and changed_at < $2 and person_id <> all ($4::uuid[]) limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
};
