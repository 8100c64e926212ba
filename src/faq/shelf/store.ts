const publishedColumns = `
  r.slug, r.language, r.source, r.revision, r.base, p.published_at as "publishedAt"`;

export const statements = {
  published: `
    select ${publishedColumns} from faq.published p
    join faq.revision r on r.shop_id = p.shop_id and r.slug = p.slug and r.language = p.language and r.revision = p.revision
    where p.shop_id = $1 and ($2::text is null or p.slug = $2) order by r.slug, r.language limit 12000`,
  publishedOf: `
    select ${publishedColumns} from faq.published p
    join faq.revision r on r.shop_id = p.shop_id and r.slug = p.slug and r.language = p.language and r.revision = p.revision
    where p.shop_id = $1 and p.slug = $2 and p.language = $3`,
  placed: `
    select slug, position, hidden_at as "hiddenAt" from faq.placed where shop_id = $1 and ($2::text is null or slug = $2)`,
  place: `
    insert into faq.placed (shop_id, slug, position, hidden_at) values ($1, $2, $3, $4)
    on conflict (shop_id, slug) do update set position = excluded.position, hidden_at = excluded.hidden_at`,

  // Who writes one article lets others write others; who takes all of a shop's waits for them, and they wait.
  lockArticle: `
    select pg_advisory_xact_lock_shared(727166, hashtext($1::text)),
      pg_advisory_xact_lock(727165, hashtext($1::text || ' ' || $2 || ' ' || $3))`,
  lockArticles: `select pg_advisory_xact_lock(727166, hashtext($1::text))`,
  newest: `
    select r.slug, r.language, r.revision, r.source, r.made_at as "madeAt" from faq.revision r
    join (
      select slug, language, max(revision) as revision from faq.revision where shop_id = $1 and ($2::text is null or slug = $2)
      group by slug, language) n on n.slug = r.slug and n.language = r.language and n.revision = r.revision
    where r.shop_id = $1 order by r.slug, r.language limit 12000`,
  revision: `
    select revision, source from faq.revision where shop_id = $1 and slug = $2 and language = $3 and revision = $4`,
  revisions: `
    select language, revision, made_at as "madeAt" from faq.revision where shop_id = $1 and slug = $2
    order by language, revision desc`,
  countOfShop: `select count(distinct slug) as count from faq.revision where shop_id = $1`,
  addRevision: `
    insert into faq.revision (shop_id, slug, language, revision, source, base, made_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
  addRevisions: `
    insert into faq.revision (shop_id, slug, language, revision, source, base, made_at)
    select $1, slug, language, revision, source, base, $7
    from unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[]) as g(slug, language, revision, source, base)`,
  // Of several texts of one edition the last is read.
  publishSome: `
    insert into faq.published (shop_id, slug, language, revision, published_at)
    select $1, slug, language, max(revision), $6
    from unnest($2::text[], $3::text[], $4::int[], $5::boolean[]) as g(slug, language, revision, published)
    where published group by slug, language
    on conflict (shop_id, slug, language) do update set revision = excluded.revision, published_at = excluded.published_at`,
  pruneSome: `
    delete from faq.revision r using unnest($2::text[], $3::text[], $4::int[]) as g(slug, language, last)
    where r.shop_id = $1 and r.slug = g.slug and r.language = g.language and r.revision <= g.last
      and not exists (
        select 1 from faq.published p where p.shop_id = r.shop_id and p.slug = r.slug and p.language = r.language
          and p.revision = r.revision)`,
  // The one that customers read is kept, however old it is.
  pruneRevisions: `
    delete from faq.revision r where r.shop_id = $1 and r.slug = $2 and r.language = $3 and r.revision <= $4
      and not exists (
        select 1 from faq.published p where p.shop_id = r.shop_id and p.slug = r.slug and p.language = r.language
          and p.revision = r.revision)`,
  publish: `
    insert into faq.published (shop_id, slug, language, revision, published_at) values ($1, $2, $3, $4, $5)
    on conflict (shop_id, slug, language) do update set revision = excluded.revision, published_at = excluded.published_at`,
  unpublish: `delete from faq.published where shop_id = $1 and slug = $2 and language = $3 returning revision`,
  dropRevisions: `delete from faq.revision where shop_id = $1 and slug = $2 returning revision`,
  dropPublished: `delete from faq.published where shop_id = $1 and slug = $2`,
  dropPlaced: `delete from faq.placed where shop_id = $1 and slug = $2`,

  forgetAllPublished: `delete from faq.published where shop_id = $1`,
  forgetAllRevisions: `delete from faq.revision where shop_id = $1`,
  forgetAllPlaced: `delete from faq.placed where shop_id = $1`,
} as const;

/** Drops all of it of a shop. */
export const forgettingArticles: readonly string[] = [
  statements.forgetAllPublished,
  statements.forgetAllRevisions,
  statements.forgetAllPlaced,
];
