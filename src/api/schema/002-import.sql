create table api.import (
  import_id uuid primary key,
  shop_id uuid not null,
  created_at timestamptz not null,
  state text not null,
  file_key bytea,
  sealed bytea not null,
  byte_count bigint not null,
  bytes_done bigint not null,
  counts jsonb not null,
  orders_done bigint not null,
  ended_line bigint,
  ended_why text,
  ended_at timestamptz
);
comment on table api.import is 'family: local. Files of orders on their way in: how far each has come. Name and mapping are sealed; without its key the file is unreadable.';

create index import_by_shop on api.import (shop_id, import_id desc);

create table api.import_refusal (
  import_id uuid not null,
  place bigint not null,
  sealed bytea not null,
  primary key (import_id, place)
);
comment on table api.import_refusal is 'family: local. Rows of a file that were refused, sealed, for a week.';
