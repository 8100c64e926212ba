create schema privacy;

create table privacy.person_key (
  person_id uuid primary key,
  shop_id uuid not null,
  wrapped bytea not null
);
comment on table privacy.person_key is 'family: person. The key of each person, wrapped; deleting the row makes everything sealed with it unreadable.';

create table privacy.parcel_key (
  parcel_id uuid not null,
  shop_id uuid not null,
  wrapped bytea not null,
  primary key (parcel_id)
) partition by range (parcel_id);
comment on table privacy.parcel_key is 'family: parcel. The key of each parcel''s number and scans, wrapped.';

create table privacy.parcel_key_default partition of privacy.parcel_key default;
comment on table privacy.parcel_key_default is 'family: parcel. Parcels outside the months that have a partition.';

create table privacy.consent (
  person_id uuid not null,
  consent_id uuid not null,
  shop_id uuid not null,
  purpose text not null,
  recipient text not null,
  fields text[] not null,
  given_at timestamptz not null,
  words_hash bytea not null,
  words bytea not null,
  channel text not null,
  primary key (person_id, consent_id),
  unique (person_id, purpose, recipient, given_at, fields)
);
comment on table privacy.consent is 'family: person. What a person allowed, in the words that were shown (sealed) and their hash.';

create table privacy.withdrawal (
  person_id uuid not null,
  consent_id uuid not null,
  withdrawn_at timestamptz not null,
  primary key (person_id, consent_id)
);
comment on table privacy.withdrawal is 'family: person. Consents that no longer hold.';

create table privacy.disclosure (
  person_id uuid not null,
  disclosure_id uuid not null,
  shop_id uuid not null,
  parcel_id uuid,
  recipient text not null,
  service text not null,
  purpose text not null,
  basis text not null,
  consent_id uuid,
  fields text[] not null,
  withheld text[] not null,
  disclosed_on date not null,
  disclosed_at timestamptz not null,
  primary key (person_id, disclosure_id)
);
comment on table privacy.disclosure is 'family: person. Append-only: who got which kinds of data, when, for what, on which basis.';

create unique index disclosure_once_a_day on privacy.disclosure
  (person_id, recipient, service, purpose, basis, consent_id, parcel_id, fields, withheld, disclosed_on)
  nulls not distinct;

create table privacy.audit (
  audit_id uuid primary key,
  shop_id uuid,
  happened_at timestamptz not null,
  actor text not null,
  verb text not null,
  subject text not null
);
comment on table privacy.audit is 'family: local. What staff, keys and commands did; ids and words only.';
