export const statements = {
  corpora: `
    select language, corpus_id as "corpusId", articles, fingerprint, built_at as "builtAt" from faq.corpus
    where shop_id = $1`,
  corpus: `select corpus_id as "corpusId" from faq.corpus where shop_id = $1 and language = $2`,
  tryLockShop: `select pg_try_advisory_xact_lock(727164, hashtext($1::text)) as "isMine"`,
  lockShop: `select pg_advisory_xact_lock(727164, hashtext($1::text))`,
  putCorpus: `
    insert into faq.corpus (shop_id, language, corpus_id, articles, fingerprint, built_at) values ($1, $2, $3, 0, $4, $5)
    on conflict (shop_id, language) do update set corpus_id = excluded.corpus_id, articles = 0,
      fingerprint = excluded.fingerprint, built_at = excluded.built_at`,
  countEntries: `
    update faq.corpus c set articles = (select count(*) from faq.entry e where e.corpus_id = c.corpus_id)
    where c.corpus_id = $1`,

  numberOf: `select number from faq.entry where corpus_id = $1 and slug = $2`,
  lastNumber: `select coalesce(max(number), 0) as number from faq.entry where corpus_id = $1`,
  putEntries: `
    insert into faq.entry (corpus_id, number, slug, title, summary, topic, position, condition, source)
    select $1, e.number, e.slug, e.title, e.summary, e.topic, e.position, e.condition, e.source
    from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[])
      as e(number, slug, title, summary, topic, position, condition, source)`,
  // Stop words are told by how they are written, before umlauts are folded.
  putWords: `
    with given as (
      select number, raw, word, weight from unnest($3::int[], $4::text[], $5::text[], $6::real[])
        as g(number, raw, word, weight)),
    stem as (
      select w.word, (ts_lexize($2::regdictionary, w.word))[1] as lexeme
      from (select distinct word from given g where ts_lexize($2::regdictionary, g.raw) <> '{}') w),
    said as (
      select s.lexeme, g.number, max(g.weight) as weight from given g join stem s on s.word = g.word
      where s.lexeme is not null group by s.lexeme, g.number),
    posted as (
      insert into faq.posting (corpus_id, lexeme, number, weight) select $1, lexeme, number, weight from said),
    fresh as (
      insert into faq.word (corpus_id, word, lexeme)
      select $1, word, lexeme from stem where lexeme is not null order by word on conflict do nothing returning word)
    insert into faq.gram (corpus_id, gram, word)
    select distinct $1, substr('  ' || f.word || ' ', i, 3), f.word
    from fresh f, generate_series(1, 42) i where i <= length(f.word) + 1 and length(f.word) > 3`,
  countLexemes: `
    insert into faq.lexeme (corpus_id, lexeme, articles)
    select corpus_id, lexeme, count(*) from faq.posting where corpus_id = $1 group by corpus_id, lexeme`,
  countLexemesOf: `
    insert into faq.lexeme (corpus_id, lexeme, articles)
    select corpus_id, lexeme, 1 from faq.posting where corpus_id = $1 and number = $2 order by lexeme
    on conflict (corpus_id, lexeme) do update set articles = faq.lexeme.articles + 1`,
  dropEntry: `
    with gone as (delete from faq.posting where corpus_id = $1 and number = $2 returning lexeme),
    counted as (
      update faq.lexeme l set articles = l.articles - 1 from gone g where l.corpus_id = $1 and l.lexeme = g.lexeme)
    delete from faq.entry where corpus_id = $1 and number = $2`,

  meant: `
    with given as (
      select id, raw, word from unnest($3::int[], $4::text[], $5::text[]) as g(id, raw, word)),
    stem as (
      select id, ts_lexize($2::regdictionary, raw) = '{}' as "isStop", (ts_lexize($2::regdictionary, word))[1] as lexeme
      from given)
    select s.id, s."isStop", s.lexeme, coalesce(l.articles, 0) as articles
    from stem s left join faq.lexeme l on l.corpus_id = $1 and l.lexeme = s.lexeme`,
  stems: `
    select w.word, (ts_lexize($1::regdictionary, w.word))[1] as lexeme from unnest($2::text[]) as w(word)`,
  counts: `
    select lexeme, articles from faq.lexeme where corpus_id = $1 and lexeme = any ($2::text[]) and articles > 0`,
  begun: `
    select w.lexeme, max(l.articles) as articles from faq.word w
    join faq.lexeme l on l.corpus_id = w.corpus_id and l.lexeme = w.lexeme and l.articles > 0
    where w.corpus_id = $1 and w.word >= $2 and w.word < $2 || chr(65533)
    group by w.lexeme order by 2 desc, 1 limit 30`,
  near: `
    select n.id, n.word, w.lexeme, l.articles
    from (
      select g.id, t.word, count(*) as shared, row_number() over (partition by g.id order by count(*) desc, t.word) as place
      from unnest($2::int[], $3::text[]) as g(id, gram)
      join faq.gram t on t.corpus_id = $1 and t.gram = g.gram
      group by g.id, t.word having count(*) >= 2) n
    join faq.word w on w.corpus_id = $1 and w.word = n.word
    join faq.lexeme l on l.corpus_id = $1 and l.lexeme = w.lexeme and l.articles > 0
    where n.place <= 60`,
  found: `
    with asked as (
      select part, lexeme, factor from unnest($2::int[], $3::text[], $4::real[]) as a(part, lexeme, factor)),
    best as (
      select p.number, a.part, max(p.weight * a.factor) as score
      from asked a join faq.posting p on p.corpus_id = $1 and p.lexeme = a.lexeme
      group by p.number, a.part),
    ranked as (
      select number, sum(score) * (0.5 + 0.5 * count(*) / $5::real) as score from best group by number
      order by 2 desc, 1 limit 100)
    select e.slug, e.title, e.summary, e.topic, e.position, e.condition, r.score
    from ranked r join faq.entry e on e.corpus_id = $1 and e.number = r.number
    order by r.score desc, e.position, e.slug`,

  conditions: `
    select e.condition from faq.corpus c join faq.entry e on e.corpus_id = c.corpus_id
    where c.shop_id = $1 group by e.condition limit 2000`,
  fitting: `
    select c.language, e.slug, e.title, e.summary, e.topic, e.position, e.condition
    from faq.corpus c cross join unnest($2::text[]) as w(condition) cross join lateral (
      select n.slug, n.title, n.summary, n.topic, n.position, n.condition from faq.entry n
      where n.corpus_id = c.corpus_id and n.condition = w.condition order by n.position, n.slug limit $3) e
    where c.shop_id = $1 order by e.position, e.slug`,
  listed: `
    select c.language, e.slug, e.title, e.summary, e.topic, e.position, e.condition
    from faq.corpus c join faq.entry e on e.corpus_id = c.corpus_id
    where c.shop_id = $1 order by e.position, e.slug limit $2`,
  bySlugs: `
    select c.language, e.slug, e.title, e.summary, e.topic, e.position, e.condition, e.source
    from faq.corpus c join faq.entry e on e.corpus_id = c.corpus_id
    where c.shop_id = $1 and e.slug = any ($2::text[]) order by e.position, e.slug`,

  forgetGrams: `delete from faq.gram where corpus_id in (select corpus_id from faq.corpus where shop_id = $1)`,
  forgetWords: `delete from faq.word where corpus_id in (select corpus_id from faq.corpus where shop_id = $1)`,
  forgetLexemes: `delete from faq.lexeme where corpus_id in (select corpus_id from faq.corpus where shop_id = $1)`,
  forgetPostings: `delete from faq.posting where corpus_id in (select corpus_id from faq.corpus where shop_id = $1)`,
  forgetEntries: `delete from faq.entry where corpus_id in (select corpus_id from faq.corpus where shop_id = $1)`,
  forgetCorpora: `delete from faq.corpus where shop_id = $1`,
} as const;

/** Drops what is searched of a shop, table by table; it is made anew from the articles. */
export const droppingCorpora: readonly string[] = [
  statements.forgetGrams,
  statements.forgetWords,
  statements.forgetLexemes,
  statements.forgetPostings,
  statements.forgetEntries,
  statements.forgetCorpora,
];
