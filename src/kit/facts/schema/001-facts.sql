create schema facts;

create table facts.lane (
  lane smallint primary key,
  seq bigint not null
);
comment on table facts.lane is 'family: local. The last number given out in each lane.';

insert into facts.lane (lane, seq) select lane, 0 from generate_series(0, 63) as lane;

create table facts.fact (
  lane smallint not null,
  seq bigint not null,
  appended_at timestamptz not null,
  kind text not null,
  key uuid not null,
  body jsonb not null,
  primary key (lane, seq, appended_at)
) partition by range (appended_at);
comment on table facts.fact is 'family: local. What happened, in the order in which it was committed; ids and codes only.';

create table facts.fact_default partition of facts.fact default;
comment on table facts.fact_default is 'family: local. Facts outside the months that have a partition.';

create table facts.cursor (
  follower text not null,
  lane smallint not null,
  seq bigint not null,
  primary key (follower, lane)
);
comment on table facts.cursor is 'family: local. How far each follower has read each lane.';

create table facts.attempt (
  follower text not null,
  lane smallint not null,
  seq bigint not null,
  failures smallint not null,
  next_at timestamptz not null,
  primary key (follower, lane)
);
comment on table facts.attempt is 'family: local. The fact at which a follower of a lane is stuck, and when it tries again.';

create table facts.parked (
  follower text not null,
  key uuid not null,
  lane smallint not null,
  seq bigint not null,
  appended_at timestamptz not null,
  reason text not null,
  primary key (follower, key, lane, seq)
);
comment on table facts.parked is 'family: local. Facts that a follower could not handle, kept in order by key until staff retry them.';
