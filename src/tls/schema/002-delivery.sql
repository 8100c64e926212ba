create table tls.delivery (
  host text not null,
  place text not null,
  certificate_id uuid,
  delivered_at timestamptz,
  tried_at timestamptz not null,
  failures int not null,
  why text,
  code int,
  said text not null,
  primary key (host, place)
);
comment on table tls.delivery is 'family: reference. Which certificate lies in the files of which machine, and what its server said to it. Failures since it last went well.';

create table tls.fetched (
  host text primary key,
  certificate_id uuid not null,
  fetched_at timestamptz not null
);
comment on table tls.fetched is 'family: reference. When a server last fetched the certificate of a host, and which.';
