export const statements = {
  view: `
    insert into faq.tally (shop_id, slug, language, day, views, helped, not_helped) values ($1, $2, $3, $4, 1, 0, 0)
    on conflict (shop_id, slug, language, day) do update set views = faq.tally.views + 1`,
  helped: `
    insert into faq.tally (shop_id, slug, language, day, views, helped, not_helped) values ($1, $2, $3, $4, 0, $5, $6)
    on conflict (shop_id, slug, language, day) do update set helped = faq.tally.helped + excluded.helped,
      not_helped = faq.tally.not_helped + excluded.not_helped`,
  once: `
    insert into faq.counted (shop_id, view_digest, counted_at) values ($1, $2, $3) on conflict do nothing
    returning counted_at`,
  dropCounted: `delete from faq.counted where shop_id = $1 and counted_at < $2`,
  dropTallies: `delete from faq.tally where shop_id = $1 and slug = $2 and language = $3 and day < $4`,
  dropDays: `delete from faq.day where shop_id = $1 and day < $2`,
  count: `
    insert into faq.day (shop_id, day, searches, without_hit, offered, opened, written) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (shop_id, day) do update set searches = faq.day.searches + excluded.searches,
      without_hit = faq.day.without_hit + excluded.without_hit, offered = faq.day.offered + excluded.offered,
      opened = faq.day.opened + excluded.opened, written = faq.day.written + excluded.written`,
  tallies: `
    select slug, language, sum(views)::int as views, sum(helped)::int as helped, sum(not_helped)::int as "notHelped"
    from faq.tally where shop_id = $1 and day >= $2 group by slug, language`,
  days: `
    select day, searches, without_hit as "withoutHit", offered, opened, written from faq.day
    where shop_id = $1 and day >= $2 order by day`,

  forgetAllTallies: `delete from faq.tally where shop_id = $1`,
  forgetAllDays: `delete from faq.day where shop_id = $1`,
  forgetAllCounted: `delete from faq.counted where shop_id = $1`,
} as const;

/** Drops all of it of a shop. */
export const forgettingCounts: readonly string[] = [
  statements.forgetAllTallies,
  statements.forgetAllDays,
  statements.forgetAllCounted,
];
