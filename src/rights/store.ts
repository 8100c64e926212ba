export const statements = {
  addErased: `
    insert into rights.erased (person_id, shop_id, person_ids, parcel_ids, order_ids, erased_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (person_id) do nothing`,
  erased: `
    select shop_id as "shopId", person_ids as "personIds", parcel_ids as "parcelIds", order_ids as "orderIds"
    from rights.erased where person_id = $1`,
  lateErased: `
    select person_id as "personId" from rights.erased where erased_at < $1 order by erased_at limit $2`,
  dropErased: `delete from rights.erased where person_id = $1`,
  forgetErased: `delete from rights.erased where shop_id = $1`,

  // A newer wish takes the place of one that nobody has confirmed.
  addChange: `
    insert into rights.email_change (person_id, change_id, shop_id, order_id, email, secret_hash, asked_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (person_id) do update
    set change_id = excluded.change_id, order_id = excluded.order_id, email = excluded.email,
      secret_hash = excluded.secret_hash, asked_at = excluded.asked_at, expires_at = excluded.expires_at`,
  takeChange: `
    delete from rights.email_change where secret_hash = $1
    returning person_id as "personId", change_id as "changeId", shop_id as "shopId", email, expires_at as "expiresAt"`,
  changeOf: `
    select asked_at as "askedAt", expires_at as "expiresAt" from rights.email_change
    where person_id = $1 and expires_at > $2`,
  countOldChanges: `select count(*)::int as count from rights.email_change where expires_at < $1`,
  dropOldChanges: `
    with old as (delete from rights.email_change where expires_at < $1 returning 1) select count(*)::int as count from old`,
  forgetChanges: `delete from rights.email_change where shop_id = $1`,
  heldChanges: `select to_jsonb(c) as row from rights.email_change c where person_id = any ($1::uuid[])`,
  heldErased: `select to_jsonb(e) as row from rights.erased e where person_id = any ($1::uuid[])`,
  dropChanges: `delete from rights.email_change where person_id = any ($1::uuid[])`,
};
