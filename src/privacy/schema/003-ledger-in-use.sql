alter table privacy.ledger_own add column told bytea;
comment on column privacy.ledger_own.told is 'What was said in the entry, sealed with the person''s key; null where the row of the disclosure says it.';

create table privacy.ledger_log (
  shop_id uuid primary key,
  origin text not null,
  begun_at timestamptz not null
);
comment on table privacy.ledger_log is 'family: reference. What each shop''s ledger is called, from its first entry on, whatever address it is served at.';

create table privacy.ledger_check (
  shop_id uuid primary key,
  asked_at timestamptz,
  begun_at timestamptz,
  alive_at timestamptz,
  reading bigint,
  ended_at timestamptz,
  size bigint,
  wrong_what text,
  wrong_index bigint,
  wrong_of text
);
comment on table privacy.ledger_check is 'family: reference. When each ledger was last read again from its first entry, how far it got, and the first entry that was wrong.';
