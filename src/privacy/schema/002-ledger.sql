create table privacy.ledger_person (
  person_id uuid primary key,
  shop_id uuid not null,
  entries int not null
);
comment on table privacy.ledger_person is 'family: person. How many entries of the ledger are about each person: an entry that is kept from them shows.';

create table privacy.ledger_own (
  person_id uuid not null,
  number int not null,
  entry_id uuid not null,
  shop_id uuid not null,
  kind text not null,
  primary key (person_id, number)
);
comment on table privacy.ledger_own is 'family: person. Which entries of the ledger are about a person, in order, and what each is about.';

create table privacy.ledger_waiting (
  person_id uuid not null,
  entry_id uuid not null,
  shop_id uuid not null,
  entry text not null,
  primary key (person_id, entry_id)
);
comment on table privacy.ledger_waiting is 'family: person. Entries that are committed and have no place in the ledger yet; moments later they do.';

create index ledger_waiting_by_shop on privacy.ledger_waiting (shop_id, entry_id);

create table privacy.ledger_place (
  shop_id uuid not null,
  first_index bigint not null,
  low uuid not null,
  high uuid not null,
  entry_ids bytea not null,
  primary key (shop_id, first_index)
);
comment on table privacy.ledger_place is 'family: reference. Which entries got their places together: 16 bytes each, in the order of their places.';

create index ledger_place_by_entry on privacy.ledger_place (shop_id, high);

create table privacy.ledger_tile (
  shop_id uuid not null,
  level int not null,
  tile_index bigint not null,
  width int not null,
  bytes bytea not null,
  primary key (shop_id, level, tile_index)
);
comment on table privacy.ledger_tile is 'family: reference. The ledger as it is served: tiles of hashes by level, bundles of entries at level -1. No personal data.';

create table privacy.ledger_checkpoint (
  shop_id uuid not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  signed_at timestamptz not null,
  primary key (shop_id, size)
);
comment on table privacy.ledger_checkpoint is 'family: reference. What each ledger said of itself, signed; the largest counts.';
