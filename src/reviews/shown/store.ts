export const statements = {
  standings: `
    select review_id as "reviewId", state, reason, shop_stars as "shop", delivery_stars as "delivery"
    from reviews.standing
    where shop_id = $1 and state <> 'invited' and ($2::uuid is null or review_id > $2)
    order by review_id limit $3`,
  shown: `
    select r.person_id as "personId", r.review_id as "reviewId", r.shown_id as "revisionId", r.entry_id as "entryId",
      r.answer, v.digest, v.content
    from reviews.review r join reviews.revision v on v.person_id = r.person_id and v.revision_id = r.shown_id
    where r.shop_id = $1 and r.review_id = any ($2::uuid[])`,
};
