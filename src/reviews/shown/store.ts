export const statements = {
  standings: `
    select review_id as "reviewId", state, reason, shop_stars as "shop", delivery_stars as "delivery"
    from reviews.standing
    where shop_id = $1 and state <> 'invited' and ($2::uuid is null or review_id > $2)
    order by review_id limit $3`,
  // Which to show, the newest first: by the ids alone, each along one index. Who wrote them is asked for those few only.
  newest: `
    select review_id as "reviewId", shown_at as "at" from reviews.standing
    where shop_id = $1 and state = 'published' and (shown_at, review_id) < ($2, $3)
    order by shown_at desc, review_id desc limit $4`,
  newestByStars: `
    select review_id as "reviewId", shown_at as "at" from reviews.standing
    where shop_id = $1 and state = 'published' and (shown_at, review_id) < ($2, $3) and shop_stars = $5
    order by shown_at desc, review_id desc limit $4`,
  newestOfProduct: `
    select review_id as "reviewId", shown_at as "at" from reviews.product_stars
    where shop_id = $1 and sku = $5 and (shown_at, review_id) < ($2, $3)
    order by shown_at desc, review_id desc limit $4`,
  newestOfProductByStars: `
    select review_id as "reviewId", shown_at as "at" from reviews.product_stars
    where shop_id = $1 and sku = $5 and (shown_at, review_id) < ($2, $3) and stars = $6
    order by shown_at desc, review_id desc limit $4`,
  shownAt: `
    select shown_at as "at" from reviews.standing where shop_id = $1 and review_id = $2 and state = 'published'`,
  productFigures: `
    select stars, count(*)::int as count from reviews.product_stars where shop_id = $1 and sku = $2 group by stars`,

  shown: `
    select r.person_id as "personId", r.review_id as "reviewId", r.shown_id as "revisionId", r.entry_id as "entryId",
      r.answer, r.answered_at as "answeredAt", v.digest, v.content
    from reviews.review r join reviews.revision v on v.person_id = r.person_id and v.revision_id = r.shown_id
    where r.shop_id = $1 and r.review_id = any ($2::uuid[])`,
};
