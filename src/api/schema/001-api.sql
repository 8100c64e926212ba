create schema api;

create table api.key (
  key_id uuid primary key,
  shop_id uuid not null,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at timestamptz not null
);
comment on table api.key is 'family: local. Keys of the API by SHA-256 of their secret; a revoked key has no row.';
