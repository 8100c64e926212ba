create table reviews.picture (
  person_id uuid not null,
  order_id uuid not null,
  picture_hash text not null,
  shop_id uuid not null,
  taken_at timestamptz not null,
  full_jpeg bytea not null,
  small_jpeg bytea not null,
  primary key (person_id, order_id, picture_hash)
);
comment on table reviews.picture is 'family: person. Pictures of a review as they are shown, named by the SHA-256 of the larger one; both sealed.';
create index picture_by_hash on reviews.picture (shop_id, picture_hash);
create index picture_by_time on reviews.picture (taken_at);

create table reviews.imported (
  shop_id uuid not null,
  source text not null,
  row_hash bytea not null,
  written_on date not null,
  stars smallint not null,
  sku text,
  words bytea not null,
  imported_at timestamptz not null,
  primary key (shop_id, source, row_hash)
);
comment on table reviews.imported is 'family: reference. Reviews that were brought along from elsewhere, without names; their words are sealed for the shop. They count in no figure.';
