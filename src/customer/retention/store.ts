export const statements = {
  pastCodes: `
    select count(*) as rows, min(made_at) as oldest from customer.code
    where ($1::uuid is null or shop_id = $1) and made_at < $2`,
  dropCodes: `
    with gone as (
      delete from customer.code where ctid = any (array(
        select ctid from customer.code where ($1::uuid is null or shop_id = $1) and made_at < $2 limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
  pastGrants: `
    select count(*) as rows, min(made_at) as oldest from customer.grant_of_person
    where ($1::uuid is null or shop_id = $1) and made_at < $2`,
  dropGrants: `
    with gone as (
      delete from customer.grant_of_person where ctid = any (array(
        select ctid from customer.grant_of_person where ($1::uuid is null or shop_id = $1) and made_at < $2 limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
  pastFarewells: `
    select count(*) as rows, min(until_at) as oldest from customer.farewell
    where ($1::uuid is null or shop_id = $1) and until_at < $2`,
  dropFarewells: `
    with gone as (
      delete from customer.farewell where ctid = any (array(
        select ctid from customer.farewell where ($1::uuid is null or shop_id = $1) and until_at < $2 limit $3))
      returning 1
    )
    select count(*) as rows from gone`,
};
