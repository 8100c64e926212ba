create table faq.revision (
  shop_id uuid not null,
  slug text not null,
  language text not null,
  revision int not null,
  source text not null,
  base text,
  made_at timestamptz not null,
  primary key (shop_id, slug, language, revision)
);
comment on table faq.revision is 'family: reference. What a shop wrote, each time it saved, the last thirty times. Base: the digest of the delivered text that was there then.';

create table faq.published (
  shop_id uuid not null,
  slug text not null,
  language text not null,
  revision int not null,
  published_at timestamptz not null,
  primary key (shop_id, slug, language)
);
comment on table faq.published is 'family: reference. Which revision customers read. No row: what the program delivers, or nothing.';

create table faq.placed (
  shop_id uuid not null,
  slug text not null,
  position int,
  hidden_at timestamptz,
  primary key (shop_id, slug)
);
comment on table faq.placed is 'family: reference. Where a shop wants an article to stand, and whether it is hidden.';

create table faq.corpus (
  shop_id uuid not null,
  language text not null,
  corpus_id uuid not null,
  articles int not null,
  fingerprint text not null,
  built_at timestamptz not null,
  primary key (shop_id, language)
);
comment on table faq.corpus is 'family: reference. What is searched in one language of one shop. Made from the articles, and made anew where the fingerprint (delivered articles, dictionaries, format) is another.';

create table faq.entry (
  corpus_id uuid not null,
  number int not null,
  slug text not null,
  title text not null,
  summary text not null,
  topic text not null,
  position int not null,
  condition text not null,
  source text not null,
  primary key (corpus_id, number)
);
comment on table faq.entry is 'family: reference. An article as customers read it.';

create unique index entry_slug on faq.entry (corpus_id, slug);
create index entry_condition on faq.entry (corpus_id, condition, position);

create table faq.posting (
  corpus_id uuid not null,
  lexeme text collate "C" not null,
  number int not null,
  weight real not null,
  primary key (corpus_id, lexeme, number) include (weight)
);
comment on table faq.posting is 'family: reference. Which article has which lexeme, and how much it says about it.';

create index posting_number on faq.posting (corpus_id, number);

create table faq.lexeme (
  corpus_id uuid not null,
  lexeme text collate "C" not null,
  articles int not null,
  primary key (corpus_id, lexeme)
);
comment on table faq.lexeme is 'family: reference. In how many articles a lexeme stands.';

create table faq.word (
  corpus_id uuid not null,
  word text collate "C" not null,
  lexeme text collate "C" not null,
  primary key (corpus_id, word)
);
comment on table faq.word is 'family: reference. The words that articles are written in, for what is typed by half or amiss.';

create table faq.gram (
  corpus_id uuid not null,
  gram text collate "C" not null,
  word text collate "C" not null,
  primary key (corpus_id, gram, word)
);
comment on table faq.gram is 'family: reference. Three letters each, of words.';

create table faq.tally (
  shop_id uuid not null,
  slug text not null,
  language text not null,
  day date not null,
  views int not null,
  helped int not null,
  not_helped int not null,
  primary key (shop_id, slug, language, day)
);
comment on table faq.tally is 'family: reference. How often an article was read, and whether it helped; nobody stands behind a number.';

create table faq.day (
  shop_id uuid not null,
  day date not null,
  searches int not null,
  without_hit int not null,
  offered int not null,
  opened int not null,
  written int not null,
  primary key (shop_id, day)
);
comment on table faq.day is 'family: reference. Searches, how many found nothing, how often answers stood before the form, how often it was opened and sent. What people typed is not kept.';

create table faq.counted (
  shop_id uuid not null,
  view_digest bytea not null,
  counted_at timestamptz not null,
  primary key (shop_id, view_digest)
);
comment on table faq.counted is 'family: reference. Views whose reader has said whether it helped, for two days: once each. A view is a random number that belongs to nobody.';
