create table reviews.setting (
  shop_id uuid primary key,
  invites boolean not null,
  basis text not null,
  told_at timestamptz,
  delay_days int not null,
  fallback_days int not null,
  publish_days int not null,
  changed_at timestamptz not null
);
comment on table reviews.setting is 'family: reference. How a shop asks for reviews. Told at: since when staff say that customers were told at the order (UWG, § 7(3)).';

create table reviews.invitation (
  person_id uuid not null,
  order_id uuid not null,
  shop_id uuid not null,
  verdict text not null,
  reason text,
  since timestamptz not null,
  is_fallback boolean not null,
  due_at timestamptz not null,
  decided_at timestamptz,
  review_id uuid,
  items bytea,
  primary key (person_id, order_id)
);
comment on table reviews.invitation is 'family: person. Each order once: planned, invited, or not invited and why. Since: its delivery, or the last sign of it. Items are sealed.';
create index invitation_planned on reviews.invitation (shop_id, verdict);

create table reviews.token (
  token_hash bytea primary key,
  shop_id uuid not null,
  person_id uuid not null,
  order_id uuid not null,
  until_at timestamptz not null
);
comment on table reviews.token is 'family: lookup. SHA-256 of the links to the form; the links themselves are stored nowhere.';
create index token_of_person on reviews.token (person_id);

create table reviews.review (
  person_id uuid not null,
  review_id uuid not null,
  order_id uuid not null,
  shop_id uuid not null,
  written_at timestamptz not null,
  changed_at timestamptz not null,
  latest_id uuid not null,
  shown_id uuid,
  shown_at timestamptz,
  entry_id uuid,
  state text not null,
  reason text,
  judged_at timestamptz,
  note bytea,
  answer bytea,
  answered_at timestamptz,
  primary key (person_id, review_id)
);
comment on table reviews.review is 'family: person. What somebody wrote about an order, where it stands, and the shop''s answer (sealed). Latest, shown: revisions. Entry: that of its publication.';
create index review_by_id on reviews.review (review_id);
create index review_shown on reviews.review (shop_id, shown_at desc, review_id desc) where shown_id is not null;
create index review_by_state on reviews.review (shop_id, state, changed_at);

create table reviews.revision (
  person_id uuid not null,
  revision_id uuid not null,
  review_id uuid not null,
  shop_id uuid not null,
  made_at timestamptz not null,
  digest text not null,
  content bytea not null,
  primary key (person_id, revision_id)
);
comment on table reviews.revision is 'family: person. Each form that was sent, whole and sealed; the digest stands in the ledger.';

create table reviews.standing (
  shop_id uuid not null,
  review_id uuid not null,
  state text not null,
  reason text,
  shop_stars smallint,
  delivery_stars smallint,
  primary key (shop_id, review_id)
);
comment on table reviews.standing is 'family: reference. What the ledger says of each review, for the figures: a random id that leads to nobody, its state, its stars.';

create table reviews.product_stars (
  shop_id uuid not null,
  review_id uuid not null,
  place smallint not null,
  sku text not null,
  stars smallint not null,
  primary key (shop_id, review_id, place)
);
comment on table reviews.product_stars is 'family: reference. Stars of products in published reviews; no person, no text.';
create index product_stars_by_sku on reviews.product_stars (shop_id, sku);

create table reviews.passed_over (
  shop_id uuid not null,
  reason text not null,
  orders int not null,
  primary key (shop_id, reason)
);
comment on table reviews.passed_over is 'family: reference. How many orders were not asked about, by reason.';
