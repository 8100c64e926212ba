create schema customer;

create table customer.code (
  person_id uuid not null,
  code_id uuid not null,
  shop_id uuid not null,
  order_id uuid not null,
  code_hash bytea not null,
  address_hash bytea not null,
  tries int not null,
  made_at timestamptz not null,
  until_at timestamptz not null,
  primary key (person_id, code_id)
);
comment on table customer.code is 'family: person. Codes that were sent to a known address, so that whoever reads it may see and change everything: keyed hashes, for minutes.';

create index code_by_address on customer.code (shop_id, address_hash);

create table customer.grant_of_person (
  grant_hash bytea primary key,
  link_hash bytea not null,
  person_id uuid not null,
  order_id uuid not null,
  shop_id uuid not null,
  made_at timestamptz not null,
  until_at timestamptz not null,
  downloaded_at timestamptz
);
comment on table customer.grant_of_person is 'family: lookup. SHA-256 of the addresses under which a page shows everything, after a code was typed in; each belongs to one link.';

create index grant_by_person on customer.grant_of_person (person_id);

create table customer.farewell (
  link_hash bytea primary key,
  shop_id uuid not null,
  language text not null,
  until_at timestamptz not null,
  receipt bytea not null
);
comment on table customer.farewell is 'family: lookup. What a link says for a day after its person was erased: a receipt, sealed under the link, which is stored nowhere.';
