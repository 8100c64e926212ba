export const statements = {
  // Two requests at one moment must not both be the last that is allowed.
  lockCodes: `select pg_advisory_xact_lock(hashtextextended($1::text, 727163))`,
  countCodes: `
    select count(*) filter (where person_id = $1 and order_id = $2 and made_at > $5)::int as "ofLink",
      count(*) filter (where address_hash = $4)::int as "ofAddress"
    from customer.code where shop_id = $3 and (person_id = $1 or address_hash = $4) and made_at > $6`,
  addCode: `
    insert into customer.code
      (person_id, code_id, shop_id, order_id, code_hash, address_hash, tries, made_at, until_at)
    values ($1, $2, $3, $4, $5, $6, 0, $7, $8)`,
  // The newest only; what was tried too often is not tried again, however many try at one moment.
  tryCode: `
    update customer.code set tries = tries + 1
    where person_id = $1 and code_id = (
        select code_id from customer.code where person_id = $1 and order_id = $2 order by code_id desc limit 1)
      and until_at > $3 and tries < $4
    returning code_id as "codeId", code_hash as "codeHash"`,
  // It is used up, and goes on counting.
  useCode: `update customer.code set until_at = made_at where person_id = $1 and code_id = $2`,
  addGrant: `
    insert into customer.grant_of_person (grant_hash, link_hash, person_id, order_id, shop_id, made_at, until_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
  grant: `
    select person_id as "personId", until_at as "untilAt" from customer.grant_of_person
    where grant_hash = $1 and link_hash = $2 and until_at > $3`,
  // Once for each time that the page was opened.
  firstDownload: `
    update customer.grant_of_person set downloaded_at = $3
    where grant_hash = $1 and link_hash = $2 and downloaded_at is null returning person_id as "personId"`,
  closeGrant: `delete from customer.grant_of_person where grant_hash = $1 and link_hash = $2`,
  addFarewell: `
    insert into customer.farewell (link_hash, shop_id, language, until_at, receipt) values ($1, $2, $3, $4, $5)
    on conflict do nothing`,
  farewell: `
    select shop_id as "shopId", language, receipt from customer.farewell where link_hash = $1 and until_at > $2`,

  dropOldCodes: `delete from customer.code where made_at < $1`,
  dropOldGrants: `delete from customer.grant_of_person where until_at <= $1`,
  dropOldFarewells: `delete from customer.farewell where until_at <= $1`,
  heldCodes: `select to_jsonb(c) as row from customer.code c where person_id = any ($1::uuid[]) order by code_id`,
  heldGrants: `
    select to_jsonb(g) as row from customer.grant_of_person g where person_id = any ($1::uuid[]) order by made_at`,
  forgetCodes: `delete from customer.code where person_id = any ($1::uuid[])`,
  forgetGrants: `delete from customer.grant_of_person where person_id = any ($1::uuid[])`,
  forgetShopCodes: `delete from customer.code where shop_id = $1`,
  forgetShopGrants: `delete from customer.grant_of_person where shop_id = $1`,
  forgetShopFarewells: `delete from customer.farewell where shop_id = $1`,
};
