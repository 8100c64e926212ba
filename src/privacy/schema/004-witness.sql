create table privacy.witness (
  witness_id uuid primary key,
  shop_id uuid not null,
  host text not null,
  origin text not null,
  url text not null,
  keys text not null,
  log_keys text not null,
  added_at timestamptz not null,
  due_at timestamptz not null,
  signed_size bigint not null,
  signed_at timestamptz,
  attempts int not null,
  trouble text,
  unique (shop_id, host)
);
comment on table privacy.witness is 'family: reference. Other houses that sign what they see of a shop''s ledger, and whose ledger this house signs in turn.';

create index witness_due on privacy.witness (due_at);

create table privacy.ledger_cosignature (
  shop_id uuid not null,
  size bigint not null,
  witness_id uuid not null,
  lines text not null,
  primary key (shop_id, size, witness_id)
);
comment on table privacy.ledger_cosignature is 'family: reference. What witnesses signed: signature lines under a checkpoint of a ledger.';

create table privacy.witnessed_tree (
  origin text primary key,
  size bigint not null,
  root bytea,
  note text,
  signed_at timestamptz
);
comment on table privacy.witnessed_tree is 'family: reference. What this house has signed last of each ledger that it was told of. It stays when the ledger is no longer signed: two trees of one size are never signed.';

create table privacy.witness_alarm (
  alarm_id uuid primary key,
  shop_id uuid not null,
  origin text not null,
  what text not null,
  noticed_at timestamptz not null,
  kept text,
  shown text
);
comment on table privacy.witness_alarm is 'family: reference. A ledger that said two things that cannot both be true, with both of them where they are at hand.';

create index witness_alarm_by_shop on privacy.witness_alarm (shop_id, noticed_at);
