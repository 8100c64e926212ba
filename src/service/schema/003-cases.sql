create table service.customer_case (
  person_id uuid not null,
  case_id uuid not null,
  shop_id uuid not null,
  number text not null,
  order_id uuid,
  topic text not null,
  language text not null,
  via text not null,
  opened_at timestamptz not null,
  last_at timestamptz not null,
  email bytea,
  name bytea,
  order_said bytea,
  primary key (person_id, case_id)
);
comment on table service.customer_case is 'family: person. Conversations with customers: what about, in which language, where answers go; addresses and names are sealed.';

create index case_by_number on service.customer_case (shop_id, number);
create index case_by_age on service.customer_case (shop_id, last_at desc);

create table service.entry (
  person_id uuid not null,
  entry_id uuid not null,
  case_id uuid not null,
  shop_id uuid not null,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  words bytea,
  message_id uuid,
  once_hash bytea,
  primary key (person_id, entry_id)
);
comment on table service.entry is 'family: person. Append-only: what was asked, answered and tried in a case; the words are sealed.';

create index entry_by_once on service.entry (once_hash) where once_hash is not null;
create index entry_of_case on service.entry (person_id, case_id, entry_id);

create table service.waiting (
  person_id uuid not null,
  case_id uuid not null,
  shop_id uuid not null,
  since timestamptz not null,
  primary key (person_id, case_id)
);
comment on table service.waiting is 'family: person. Cases in which the customer waits for an answer, and since when.';

create index waiting_longest on service.waiting (shop_id, since);

create table service.closed (
  person_id uuid not null,
  case_id uuid not null,
  shop_id uuid not null,
  closed_at timestamptz not null,
  actor text not null,
  primary key (person_id, case_id)
);
comment on table service.closed is 'family: person. Cases that are closed, by whom and when; one that is opened again has no row.';

create table service.first_answer (
  person_id uuid not null,
  case_id uuid not null,
  shop_id uuid not null,
  asked_at timestamptz not null,
  answered_at timestamptz not null,
  open_minutes integer,
  primary key (person_id, case_id)
);
comment on table service.first_answer is 'family: person. How long each case waited for its first answer: by the clock, and in minutes of opening time.';

create index first_answer_by_time on service.first_answer (shop_id, answered_at);

create table service.call_back (
  person_id uuid not null,
  case_id uuid not null,
  shop_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  wished_at timestamptz not null,
  phone bytea not null,
  primary key (person_id, case_id)
);
comment on table service.call_back is 'family: person. When a customer wants to be called, and under which number, sealed; gone 30 days after that.';

create index call_back_by_slot on service.call_back (shop_id, starts_at);

create table service.forwarded (
  person_id uuid not null,
  entry_id uuid not null,
  shop_id uuid not null,
  at timestamptz not null,
  outcome text not null,
  answer text not null,
  primary key (person_id, entry_id)
);
comment on table service.forwarded is 'family: person. What became of the mail that brings a question to the shop''s service address.';

create table service.case_setting (
  shop_id uuid primary key,
  calls_per_slot integer not null
);
comment on table service.case_setting is 'family: reference. How many customers of a shop may wish to be called in the same two hours.';
