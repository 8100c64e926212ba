create schema notices;

create table notices.told (
  person_id uuid not null,
  order_id uuid not null,
  parcel_id uuid not null,
  kind text not null,
  generation text not null,
  shop_id uuid not null,
  decided_at timestamptz not null,
  due_at timestamptz not null,
  verdict text not null,
  sub_status text,
  notice_id uuid,
  primary key (person_id, order_id, parcel_id, kind, generation)
);
comment on table notices.told is 'family: person. Each fact about a parcel that is worth telling, once, with what was decided about it.';

create table notices.notice (
  person_id uuid not null,
  notice_id uuid not null,
  order_id uuid not null,
  shop_id uuid not null,
  kind text not null,
  made_at timestamptz not null,
  primary key (person_id, notice_id)
);
comment on table notices.notice is 'family: person. One message to one person: what several parcels of an order have in common is told together.';

create index notice_by_shop on notices.notice (shop_id, notice_id desc);

create table notices.attempt (
  person_id uuid not null,
  notice_id uuid not null,
  tries integer not null,
  last_at timestamptz not null,
  answer text not null,
  primary key (person_id, notice_id)
);
comment on table notices.attempt is 'family: person. Messages that the mail server did not take yet, with its last answer.';

create table notices.outcome (
  person_id uuid not null,
  notice_id uuid not null,
  outcome text not null,
  at timestamptz not null,
  answer text not null,
  primary key (person_id, notice_id)
);
comment on table notices.outcome is 'family: person. What became of each message: sent, refused, or nobody to send it to.';
