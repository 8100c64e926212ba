create schema mail;

create table mail.bounce_address (
  shop_id uuid primary key,
  return_to text not null
);
comment on table mail.bounce_address is 'family: reference. Where a shop wants to get back what cannot be delivered.';

create table mail.key_pair (
  shop_id uuid not null,
  pair_id uuid not null,
  domain text not null,
  label text not null,
  private bytea not null,
  rsa_public text not null,
  ed25519_public text not null,
  made_at timestamptz not null,
  seen_at timestamptz,
  primary key (shop_id, pair_id)
);
comment on table mail.key_pair is 'family: reference. Keys that sign a shop''s mails, sealed, with the public halves that belong into DNS.';

create unique index key_pair_by_label on mail.key_pair (shop_id, domain, label);

create table mail.sent (
  person_id uuid not null,
  mail_id uuid not null,
  shop_id uuid not null,
  order_id uuid not null,
  address_hash bytea not null,
  sent_at timestamptz not null,
  primary key (person_id, mail_id)
);
comment on table mail.sent is 'family: person. Which address each mail went to, as a keyed hash: what comes back is known by it.';

create index sent_by_shop on mail.sent (shop_id, mail_id);

create table mail.bounce (
  person_id uuid not null,
  mail_id uuid not null,
  shop_id uuid not null,
  address_hash bytea not null,
  weight text not null,
  code text not null,
  bounced_at timestamptz not null,
  primary key (person_id, mail_id)
);
comment on table mail.bounce is 'family: person. Mails that came back, each once.';

create table mail.suppressed (
  person_id uuid not null,
  address_hash bytea not null,
  shop_id uuid not null,
  order_id uuid not null,
  weight text not null,
  code text not null,
  suppressed_at timestamptz not null,
  primary key (person_id, address_hash)
);
comment on table mail.suppressed is 'family: person. Addresses that get no mail any more, as keyed hashes, with what they answered.';

create index suppressed_by_shop on mail.suppressed (shop_id, suppressed_at desc);

create table mail.unsubscribed (
  person_id uuid not null,
  mail_group text not null,
  shop_id uuid not null,
  unsubscribed_at timestamptz not null,
  primary key (person_id, mail_group)
);
comment on table mail.unsubscribed is 'family: person. Groups of mails that a person does not want.';
