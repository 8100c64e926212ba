create table tls.hsts_host (
  host text primary key,
  stage int not null,
  since timestamptz not null
);
comment on table tls.hsts_host is 'family: reference. The stage of a name of the shop’s own server, which is its own.';
