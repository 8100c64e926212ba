create schema keys;

create table keys.installation (
  one boolean primary key check (one),
  keyring_id text not null
);
comment on table keys.installation is 'family: local. Names the keyring outside the database that this database is sealed with.';
