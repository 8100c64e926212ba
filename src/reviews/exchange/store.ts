export const statements = {
  add: `
    insert into reviews.imported (shop_id, source, row_hash, written_on, stars, sku, words, imported_at)
    select $1, $2, g.row_hash, g.written_on, g.stars, g.sku, g.words, $8
    from unnest($3::bytea[], $4::date[], $5::smallint[], $6::text[], $7::bytea[])
      as g (row_hash, written_on, stars, sku, words)
    on conflict (shop_id, source, row_hash) do nothing
    returning 1 as one`,
  count: `select count(*)::int as count from reviews.imported where shop_id = $1`,
  sources: `
    select source, count(*)::int as count, sum(stars)::int as sum from reviews.imported
    where shop_id = $1 group by source order by source limit 50`,
  newest: `
    select source, row_hash as "hash", written_on::text as "writtenOn", stars, words from reviews.imported
    where shop_id = $1 order by written_on desc, row_hash limit $2`,
  drop: `
    with gone as (delete from reviews.imported where shop_id = $1 and source = $2 returning 1)
    select count(*)::int as count from gone`,
  forget: `delete from reviews.imported where shop_id = $1`,
};
