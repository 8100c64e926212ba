create table api.import_chunk (
  import_id uuid not null,
  place integer not null,
  shop_id uuid not null,
  sealed bytea not null,
  primary key (import_id, place)
);
comment on table api.import_chunk is 'family: local. The files of imports, sealed piece by piece, from their upload to the end of their import.';
