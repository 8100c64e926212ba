create schema watch;

create table watch.watched (
  parcel_id uuid primary key,
  shop_id uuid not null,
  asked_at timestamptz,
  subscribed_at timestamptz,
  due_at timestamptz,
  failures smallint not null,
  outcome text not null
);
comment on table watch.watched is 'family: parcel. When the carrier was last asked about a parcel, what came of it, and when it will be asked again.';
