create table rights.request (
  request_id uuid primary key,
  shop_id uuid not null,
  person_id uuid,
  kind text not null,
  via text not null,
  evidence text not null,
  received_at timestamptz not null,
  due_at timestamptz not null,
  extended_at timestamptz,
  outcome text,
  ended_at timestamptz
);
comment on table rights.request is 'family: local. What persons asked for under the GDPR, until when they must have an answer, and what became of it. No person: nobody here was recognised.';

create index request_due on rights.request (shop_id, due_at) where ended_at is null;
create index request_ended on rights.request (shop_id, ended_at desc) where ended_at is not null;
create index request_of_person on rights.request (person_id) where person_id is not null;

create table rights.request_step (
  request_id uuid not null,
  step_id uuid not null,
  at timestamptz not null,
  actor text not null,
  step text not null,
  sealed bytea,
  primary key (request_id, step_id)
);
comment on table rights.request_step is 'family: local. What was done about a request and by whom; words are sealed, and go with the data of its person.';

create table rights.reminder (
  shop_id uuid not null,
  reminded_on date not null,
  primary key (shop_id, reminded_on)
);
comment on table rights.reminder is 'family: reference. The days on which staff were told what is due.';

create table rights.retention (
  shop_id uuid not null,
  clock text not null,
  days integer not null,
  set_at timestamptz not null,
  primary key (shop_id, clock)
);
comment on table rights.retention is 'family: reference. Where a shop keeps something for another time than the house does.';

create table rights.retention_run (
  run_id uuid primary key,
  ran_at timestamptz not null,
  actor text not null,
  took_ms integer not null,
  dropped jsonb not null
);
comment on table rights.retention_run is 'family: reference. What each run dropped, by table and clock; counts only.';

create table rights.leaving (
  person_id uuid primary key,
  shop_id uuid not null,
  proven_at timestamptz not null
);
comment on table rights.leaving is 'family: person. Persons whose last order is past its clock: what proves what was done with their data stays until it is past its own.';

create index leaving_by_age on rights.leaving (shop_id, proven_at);
