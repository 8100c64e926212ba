create table rights.breach_mailing (
  case_id uuid not null,
  mailing_id uuid not null,
  shop_id uuid not null,
  begun_at timestamptz not null,
  actor text not null,
  letters bytea not null,
  persons integer not null,
  after_id uuid,
  mailed integer not null,
  unreached integer not null,
  ended_at timestamptz,
  primary key (case_id, mailing_id)
);
comment on table rights.breach_mailing is 'family: local. Letters to those who may be affected by a case (GDPR art. 34): what they say, sealed, and how far they went; to whom stands nowhere here.';
