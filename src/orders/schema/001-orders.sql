create schema orders;

create table orders.shop (
  shop_id uuid primary key,
  name text not null,
  language text not null,
  sample boolean not null,
  face jsonb not null,
  created_at timestamptz not null
);
comment on table orders.shop is 'family: reference. The shops of this installation and what they look like.';

create table orders.person (
  person_id uuid primary key,
  shop_id uuid not null,
  created_at timestamptz not null,
  name bytea,
  email bytea,
  phone bytea,
  customer_id bytea
);
comment on table orders.person is 'family: person. Buyers, and receivers where another person receives; all sealed.';

create table orders.person_by_hash (
  key_hash bytea not null,
  kind text not null,
  person_id uuid not null,
  primary key (key_hash, kind)
);
comment on table orders.person_by_hash is 'family: lookup. Finds a buyer by keyed hash of the e-mail address or of the shop''s customer id.';

create table orders.purchase (
  person_id uuid not null,
  order_id uuid not null,
  shop_id uuid not null,
  receiver_id uuid,
  placed_at timestamptz not null,
  language text not null,
  number bytea not null,
  items bytea not null,
  address bytea not null,
  country text not null,
  postcode_area text not null,
  content_hash bytea not null,
  link_generation integer not null,
  created_at timestamptz not null,
  primary key (person_id, order_id)
);
comment on table orders.purchase is 'family: person. What was bought and where it goes; sealed but for the country and two digits of the postcode.';

create table orders.purchase_by_hash (
  key_hash bytea primary key,
  person_id uuid not null,
  order_id uuid not null
);
comment on table orders.purchase_by_hash is 'family: lookup. Finds an order by keyed hash of the shop and its order number.';

create table orders.box (
  person_id uuid not null,
  order_id uuid not null,
  parcel_id uuid not null,
  place smallint not null,
  carrier text not null,
  number_hash bytea,
  primary key (person_id, order_id, parcel_id)
);
comment on table orders.box is 'family: person. The parcels of an order; what happens to them stands in the parcels'' own tables.';

create table orders.link (
  link_hash bytea primary key,
  shop_id uuid not null,
  person_id uuid not null,
  order_id uuid not null,
  generation integer not null,
  expires_at timestamptz
);
comment on table orders.link is 'family: lookup. SHA-256 of the links that customers hold; the links themselves are stored nowhere.';
