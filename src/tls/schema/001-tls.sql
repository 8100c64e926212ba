create schema tls;

create table tls.account (
  directory text primary key,
  url text,
  private bytea not null,
  made_at timestamptz not null
);
comment on table tls.account is 'family: reference. Our accounts with certificate authorities, their keys sealed. No url: not registered yet.';

create table tls.certificate (
  certificate_id uuid primary key,
  host text not null,
  directory text not null,
  chain text not null,
  private bytea not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  made_at timestamptz not null
);
comment on table tls.certificate is 'family: reference. Certificates by the host they are for, their keys sealed.';

create index certificate_by_host on tls.certificate (host, made_at desc);

create table tls.revoked (
  certificate_id uuid primary key,
  revoked_at timestamptz not null
);
comment on table tls.revoked is 'family: reference. Certificates that staff had taken back.';

create table tls.renewal_window (
  certificate_id uuid primary key,
  starts_at timestamptz,
  ends_at timestamptz,
  ask_at timestamptz not null
);
comment on table tls.renewal_window is 'family: reference. When an authority wants a certificate renewed, where it says so, and when to ask again.';

create table tls.due (
  host text primary key,
  due_at timestamptz not null
);
comment on table tls.due is 'family: reference. When each host is looked at next.';

create table tls.wish (
  host text primary key,
  wished_at timestamptz not null
);
comment on table tls.wish is 'family: reference. Hosts that staff want a new certificate for now, whatever the old one says.';

create table tls.ordering (
  host text primary key,
  directory text not null,
  order_url text not null,
  request bytea not null,
  private bytea not null,
  placed_at timestamptz not null
);
comment on table tls.ordering is 'family: reference. Orders that are under way, with the key that is to be certified, sealed: whoever comes next goes on.';

create table tls.failure (
  host text primary key,
  failures int not null,
  why text not null,
  said text not null,
  directory text not null,
  failed_at timestamptz not null
);
comment on table tls.failure is 'family: reference. Why a host has no new certificate yet; gone with the next one.';

create table tls.proof (
  host text not null,
  kind text not null,
  token text not null,
  shown bytea not null,
  until timestamptz not null,
  primary key (host, kind, token)
);
comment on table tls.proof is 'family: reference. What authorities are shown while they look, sealed; every process answers from here.';

create table tls.hsts (
  one boolean primary key,
  stage int not null,
  since timestamptz not null
);
comment on table tls.hsts is 'family: reference. For how long browsers are told to ask by https only, as a stage.';
