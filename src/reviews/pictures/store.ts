export const statements = {
  count: `select count(*)::int as count from reviews.picture where person_id = $1 and order_id = $2`,
  add: `
    insert into reviews.picture (person_id, order_id, picture_hash, shop_id, taken_at, full_jpeg, small_jpeg)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (person_id, order_id, picture_hash) do nothing`,
  of: `
    select picture_hash as "hash" from reviews.picture
    where person_id = $1 and order_id = $2 and picture_hash = any ($3::text[])`,
  own: `
    select person_id as "personId", order_id as "orderId", picture_hash as "hash", full_jpeg as "full",
      small_jpeg as "small"
    from reviews.picture where person_id = $1 and order_id = $2 and picture_hash = $3`,
  // The same picture may hang on two orders; only those of a review that is shown count.
  shown: `
    select p.person_id as "personId", p.order_id as "orderId", p.picture_hash as "hash", p.full_jpeg as "full",
      p.small_jpeg as "small", v.revision_id as "revisionId", v.content
    from reviews.picture p
      join reviews.review r on r.person_id = p.person_id and r.order_id = p.order_id and r.shown_id is not null
      join reviews.revision v on v.person_id = r.person_id and v.revision_id = r.shown_id
    where p.shop_id = $1 and p.picture_hash = $2 limit 5`,

  held: `
    select to_jsonb(p) as row from reviews.picture p where p.person_id = any ($1::uuid[])
    order by p.person_id, p.taken_at, p.picture_hash limit 1000`,
  drop: `delete from reviews.picture where person_id = any ($1::uuid[])`,
  dropOf: `delete from reviews.picture where person_id = $1 and order_id = $2`,
  forget: `delete from reviews.picture where shop_id = $1`,

  // What nobody sent in the end, and what hung on a review that is gone.
  pastLoose: `
    select count(*)::int as rows, min(p.taken_at) as oldest from reviews.picture p
    where ($1::uuid is null or p.shop_id = $1) and p.taken_at < $2
      and not exists (select from reviews.review r where r.person_id = p.person_id and r.order_id = p.order_id)`,
  dropLoose: `
    with gone as (
      delete from reviews.picture where (person_id, order_id, picture_hash) in (
        select p.person_id, p.order_id, p.picture_hash from reviews.picture p
        where ($1::uuid is null or p.shop_id = $1) and p.taken_at < $2
          and not exists (select from reviews.review r where r.person_id = p.person_id and r.order_id = p.order_id)
        limit $3)
      returning 1
    )
    select count(*)::int as rows from gone`,
};
