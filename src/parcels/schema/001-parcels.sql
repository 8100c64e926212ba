create schema parcels;

create table parcels.parcel (
  parcel_id uuid not null,
  shop_id uuid not null,
  person_id uuid not null,
  order_id uuid not null,
  carrier text not null,
  service text,
  number bytea,
  number_hash bytea,
  ship_from timestamptz not null,
  milestone text not null,
  sub_status text,
  leg text not null,
  milestone_at timestamptz,
  moved_at timestamptz not null,
  last_sign_at timestamptz,
  attempts smallint not null,
  scan_count integer not null,
  arrival jsonb,
  primary key (parcel_id)
) partition by range (parcel_id);
comment on table parcels.parcel is 'family: parcel. One box with one carrier''s number (sealed), and where the fold of its scans stands.';

create index parcel_by_milestone on parcels.parcel (shop_id, milestone, parcel_id desc);

create table parcels.parcel_default partition of parcels.parcel default with (fillfactor = 80);
comment on table parcels.parcel_default is 'family: parcel. Parcels outside the months that have a partition.';

create table parcels.scan (
  parcel_id uuid not null,
  scan_id bigint not null,
  occurred_at timestamptz not null,
  local_time text not null,
  utc_offset text,
  zone text,
  confidence text not null,
  code text not null,
  milestone text not null,
  sub_status text,
  retracts boolean not null,
  leg text not null,
  source text not null,
  received_at timestamptz not null,
  sealed bytea,
  primary key (parcel_id, scan_id)
) partition by range (parcel_id);
comment on table parcels.scan is 'family: parcel. Append-only: what carriers said, once each; place and text are sealed.';

create table parcels.scan_default partition of parcels.scan default;
comment on table parcels.scan_default is 'family: parcel. Scans of parcels outside the months that have a partition.';

create table parcels.parcel_by_number (
  number_hash bytea not null,
  carrier text not null,
  parcel_id uuid not null,
  ship_from timestamptz not null,
  primary key (number_hash, carrier, parcel_id)
);
comment on table parcels.parcel_by_number is 'family: lookup. Finds the parcels that have carried a number, by its keyed hash.';

create table parcels.waiting (
  number_hash bytea not null,
  carrier text not null,
  scan_id bigint not null,
  shop_id uuid not null,
  source text not null,
  received_at timestamptz not null,
  expires_at timestamptz not null,
  sealed bytea not null,
  primary key (number_hash, carrier, scan_id)
);
comment on table parcels.waiting is 'family: lookup. Scans that came before their order; sealed whole, for 14 days.';

create index waiting_by_expiry on parcels.waiting (expires_at);

create table parcels.vanished (
  shop_id uuid not null,
  carrier text not null,
  vanished_on date not null,
  scans bigint not null,
  primary key (shop_id, carrier, vanished_on)
);
comment on table parcels.vanished is 'family: reference. How many scans never found an order, by day.';

create table parcels.unmapped (
  shop_id uuid not null,
  carrier text not null,
  code text not null,
  scans bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (shop_id, carrier, code)
);
comment on table parcels.unmapped is 'family: reference. Codes of carriers that no table knows, with how often they came.';
