create table keys.process (
  process_id uuid primary key,
  wraps text not null,
  knows text[] not null,
  seen_at timestamptz not null
);
comment on table keys.process is 'family: local. Which wrapping keys each process that runs has: none is used before all know it, none dropped while one still uses it.';

create table keys.rotation (
  rotation_id uuid primary key,
  began_at timestamptz not null,
  actor text not null,
  to_id text not null,
  rewrapped bigint not null,
  ended_at timestamptz
);
comment on table keys.rotation is 'family: local. Changes of the wrapping key, and how far each has come.';

create table keys.backup (
  kind text not null,
  made_at timestamptz not null,
  bytes bigint not null,
  row_count bigint not null,
  encrypted boolean not null,
  primary key (kind, made_at)
);
comment on table keys.backup is 'family: local. When data and keys were last copied away; where to stands nowhere.';
