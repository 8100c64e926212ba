create table evidence.seal (
  seal_id uuid primary key,
  shop_id uuid not null,
  issuer text not null,
  kind text not null,
  name text not null,
  certificate_url text not null,
  domain text not null,
  issuer_ref text not null,
  adapter jsonb,
  secrets bytea,
  added_at timestamptz not null,
  due_at timestamptz not null,
  failures int not null default 0,
  check_asked_at timestamptz,
  invites_since timestamptz
);
comment on table evidence.seal is 'family: reference. Seals and ratings that others gave a shop. No adapter: the issuer''s own. Secrets are sealed under the shop''s key. Invites: customers who allowed it are invited through it.';

create unique index seal_once on evidence.seal (shop_id, issuer, kind, certificate_url);
create index seal_due on evidence.seal (due_at);

create table evidence.seal_check (
  seal_id uuid not null,
  check_id uuid not null,
  checked_at timestamptz not null,
  outcome text not null,
  reason text,
  grade numeric(5, 2),
  scale numeric(5, 2),
  review_count int,
  label text,
  valid_until timestamptz,
  took_ms int not null,
  primary key (seal_id, check_id)
);
comment on table evidence.seal_check is 'family: reference. What an issuer answered, one row for each check, for two years: valid, ended or failed.';

create table evidence.seal_told (
  seal_id uuid primary key,
  state text not null,
  told_at timestamptz not null
);
comment on table evidence.seal_told is 'family: reference. The state of a seal that staff know.';

create table evidence.invitation (
  person_id uuid not null,
  order_id uuid not null,
  seal_id uuid not null,
  shop_id uuid not null,
  reference uuid not null,
  state text not null,
  attempts int not null,
  changed_at timestamptz not null,
  primary key (person_id, order_id, seal_id)
);
comment on table evidence.invitation is 'family: person. Whether an order''s buyer was invited through another''s system to rate it, once: withheld, sending, sent, refused or unknown.';
