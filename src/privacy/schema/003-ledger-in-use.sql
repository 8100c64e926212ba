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
  size bigint not null,
  checked bigint not null,
  wrong_what text,
  wrong_index bigint,
  wrong_of text,
  ended_at timestamptz
);
comment on table privacy.ledger_check is 'family: reference. How far each ledger was read again from its first entry, and the first entry that was wrong; ended_at is null while it is read.';
