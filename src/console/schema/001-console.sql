create schema console;

create table console.link (
  link_hash bytea primary key,
  expires_at timestamptz not null
);
comment on table console.link is 'family: local. SHA-256 of the links that let somebody in once; redeeming one deletes its row.';

create table console.session (
  session_hash bytea primary key,
  shop_id uuid,
  language text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null
);
comment on table console.session is 'family: local. Who is signed in, by SHA-256 of the cookie; the shop is null while nobody has chosen one.';
