create schema carriers;

create table carriers.account (
  shop_id uuid not null,
  account_id uuid not null,
  carrier text not null,
  secrets bytea not null,
  paused text,
  created_at timestamptz not null,
  primary key (shop_id, account_id)
);
comment on table carriers.account is 'family: reference. A shop''s accounts with carriers; what opens them is sealed under a key of the shop.';

create table carriers.quota (
  account_id uuid not null,
  day date not null,
  used integer not null,
  blocked_until timestamptz,
  primary key (account_id, day)
);
comment on table carriers.quota is 'family: local. How many calls each account made on each of the carrier''s days.';
