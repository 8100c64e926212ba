create table notices.message (
  person_id uuid not null,
  message_id uuid not null,
  shop_id uuid not null,
  order_id uuid,
  kind text not null,
  language text not null,
  made_at timestamptz not null,
  until_at timestamptz not null,
  email bytea,
  name bytea,
  content bytea,
  disclosed_to text,
  primary key (person_id, message_id)
);
comment on table notices.message is 'family: person. Mails that a person asked for or is owed, such as a code; what they say is sealed, and gone once they went.';

create index message_by_shop on notices.message (shop_id, message_id desc);
