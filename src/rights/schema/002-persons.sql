create table rights.hold_key (
  hold_id uuid primary key,
  shop_id uuid not null,
  wrapped bytea not null
);
comment on table rights.hold_key is 'family: local. The key of each record that the law keeps, wrapped; it goes when the record''s time is over.';

create table rights.hold (
  number_hash bytea not null,
  hold_id uuid not null,
  shop_id uuid not null,
  kind text not null,
  held_at timestamptz not null,
  ends_on date not null,
  sealed bytea not null,
  primary key (number_hash, hold_id)
);
comment on table rights.hold is 'family: lookup. Commercial records of erased persons that the law keeps, each sealed with a key of its own; without e-mail address and phone.';

create index hold_by_end on rights.hold (ends_on);

create table rights.erased (
  person_id uuid primary key,
  shop_id uuid not null,
  person_ids uuid[] not null,
  parcel_ids uuid[] not null,
  order_ids uuid[] not null,
  erased_at timestamptz not null
);
comment on table rights.erased is 'family: person. Whose rows are swept once more a quarter of an hour after their erasure; then this row goes too. Ids that lead nowhere.';

create table rights.email_change (
  person_id uuid primary key,
  change_id uuid not null,
  shop_id uuid not null,
  order_id uuid not null,
  email bytea not null,
  secret_hash bytea not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null
);
comment on table rights.email_change is 'family: person. A new e-mail address, sealed, that nobody has confirmed yet.';

create index email_change_by_secret on rights.email_change (secret_hash);
