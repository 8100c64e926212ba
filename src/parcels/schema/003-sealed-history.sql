alter table parcels.parcel add column sealed_at timestamptz;

create index parcel_unsealed on parcels.parcel (parcel_id) where sealed_at is null;

create table parcels.sealed_history (
  parcel_id uuid not null,
  sealed bytea not null,
  primary key (parcel_id)
) partition by range (parcel_id);
comment on table parcels.sealed_history is 'family: parcel. All scans of a parcel that was finished long ago, packed and sealed as one; a late scan opens it again.';

create table parcels.sealed_history_default partition of parcels.sealed_history default;
comment on table parcels.sealed_history_default is 'family: parcel. Histories of parcels outside the months that have a partition.';
