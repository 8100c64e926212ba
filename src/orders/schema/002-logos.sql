create table orders.logo (
  shop_id uuid not null,
  logo_id text not null,
  content_type text not null,
  bytes bytea not null,
  added_at timestamptz not null,
  primary key (shop_id, logo_id)
);
comment on table orders.logo is 'family: reference. The logos of a shop, by the hash of their bytes; mails that went out may still show an earlier one.';

create index logo_by_id on orders.logo (logo_id);
