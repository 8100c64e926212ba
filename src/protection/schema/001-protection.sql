create schema protection;

create table protection.site (
  site_id uuid primary key,
  shop_id uuid,
  host text not null,
  port int not null,
  kind text not null,
  token text,
  added_at timestamptz not null,
  due_at timestamptz,
  scan_asked_at timestamptz,
  proof_asked_at timestamptz
);
comment on table protection.site is 'family: reference. Hosts whose scans are kept. No shop: the installation''s own. No token: kept by the house itself, nothing has to be shown. Not due: nothing is scanned.';

create unique index site_once on protection.site (shop_id, host, port, (kind = 'mail')) nulls not distinct;
create index site_due on protection.site (due_at);

create table protection.proof (
  site_id uuid primary key,
  shown_by text not null,
  seen_at timestamptz not null,
  looked_at timestamptz not null,
  missing_since timestamptz
);
comment on table protection.proof is 'family: reference. How a host was shown to be the shop''s, and when last; gone when it was missing for too long.';

create table protection.scan (
  site_id uuid not null,
  scan_id uuid not null,
  scanned_at timestamptz not null,
  took_ms int not null,
  grade text,
  score int,
  score_grade text,
  alarms int not null,
  warnings int not null,
  notes int not null,
  version text not null,
  primary key (site_id, scan_id)
);
comment on table protection.scan is 'family: reference. One line for each scan, for two years.';

create table protection.seen (
  site_id uuid not null,
  scan_id uuid not null,
  facts jsonb not null,
  seen jsonb,
  primary key (site_id, scan_id)
);
comment on table protection.seen is 'family: reference. What the last scans of a host saw, and the facts that are shown of it.';

create table protection.finding (
  site_id uuid not null,
  finding_id uuid not null,
  finding_key text not null,
  part text not null,
  code text not null,
  severity text not null,
  cap text,
  details jsonb not null,
  since timestamptz not null,
  seen_at timestamptz not null,
  visible_from timestamptz,
  mended_at timestamptz,
  mail_id uuid,
  primary key (site_id, finding_id)
);
comment on table protection.finding is 'family: reference. What was found, from the first scan that saw it to the first that did not, and the mail that told it.';

create unique index finding_open_once on protection.finding (site_id, finding_key) where mended_at is null;

create table protection.told (
  site_id uuid primary key,
  mailed_at timestamptz,
  opened_at timestamptz,
  grade text,
  fell_from text
);
comment on table protection.told is 'family: reference. Where staff stand: the grade they know, the last mail, and whether one waits to be closed.';

create table protection.mail (
  mail_id uuid primary key,
  site_id uuid not null,
  made_at timestamptz not null,
  content jsonb not null,
  sent_at timestamptz
);
comment on table protection.mail is 'family: reference. Mails to staff, without whom they go to.';

create table protection.mail_place (
  mail_id uuid not null,
  place int not null,
  outcome text not null,
  ended_at timestamptz not null,
  primary key (mail_id, place)
);
comment on table protection.mail_place is 'family: reference. What became of a mail, by the place of its address in the setting.';
