create table rights.breach_case (
  case_id uuid primary key,
  shop_id uuid,
  suspect text not null,
  key_id text,
  tables text[] not null,
  taken_from timestamptz not null,
  taken_until timestamptz not null,
  keyring text not null,
  aware_at timestamptz not null,
  opened_at timestamptz not null
);
comment on table rights.breach_case is 'family: local. What may have been taken, when, and since when the shop knows; without a shop it is about all of them.';

create table rights.breach_step (
  case_id uuid not null,
  step_id uuid not null,
  kind text not null,
  at timestamptz not null,
  actor text not null,
  words bytea,
  primary key (case_id, step_id)
);
comment on table rights.breach_step is 'family: local. Append-only: what was done about a case, when and by whom; what was written about it is sealed.';

create table rights.canary (
  canary_id uuid primary key,
  shop_id uuid not null,
  planted_at timestamptz not null,
  sealed bytea not null
);
comment on table rights.canary is 'family: local. What nobody has reason to use; which it is stands in the sealed part only.';

create table rights.canary_use (
  canary_id uuid not null,
  use_id uuid not null,
  shop_id uuid not null,
  way text not null,
  used_at timestamptz not null,
  case_id uuid not null,
  primary key (canary_id, use_id)
);
comment on table rights.canary_use is 'family: local. Uses of canaries: each way once an hour, with the case that it opened.';
