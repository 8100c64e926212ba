import type { PartitionPlan, Queries, Statement, Tx } from '#kit/database';
import { laneOf, type Fact, type ParkedFact, type StoredFact } from './shapes.ts';

export const factPartitions: PartitionPlan = { table: 'facts.fact', by: 'time' };

export const statements = {
  // The lanes' rows are locked in lane order, so that two writers never wait for each other in a circle.
  append: `
    with given as (
      select lane, kind, key, body, row_number() over (partition by lane order by place) as step
      from unnest($1::smallint[], $2::text[], $3::uuid[], $4::jsonb[]) with ordinality as g (lane, kind, key, body, place)
    ), counted as (
      select lane, count(*) as facts from given group by lane
    ), locked as (
      select lane from facts.lane where lane in (select lane from counted) order by lane for update
    ), bumped as (
      update facts.lane l set seq = l.seq + c.facts
      from counted c, locked k where l.lane = c.lane and k.lane = c.lane
      returning l.lane, l.seq - c.facts as base
    )
    insert into facts.fact (lane, seq, appended_at, kind, key, body)
    select g.lane, b.base + g.step, $5, g.kind, g.key, g.body from given g join bumped b using (lane)`,
  openCursors: `
    insert into facts.cursor (follower, lane, seq) select $1, lane, 0 from facts.lane order by lane on conflict do nothing`,
  look: `
    select
      exists (
        select from facts.cursor c join facts.lane l using (lane)
        where c.follower = $1 and l.seq > c.seq
          and not exists (select from facts.attempt a where a.follower = $1 and a.lane = c.lane)
      ) as fresh,
      array(select lane from facts.attempt where follower = $1 and next_at <= $2 order by lane) as due`,
  // Lanes from $3 on come first, so that under a load that never ends every lane has its turn.
  behind: `
    select c.lane from facts.cursor c join facts.lane l using (lane)
    where c.follower = $1 and l.seq > c.seq
      and not exists (select from facts.attempt a where a.follower = $1 and a.lane = c.lane)
    order by (c.lane < $3), c.lane limit $2`,
  claimLanes: `
    select c.lane, c.seq, l.seq as head from facts.cursor c join facts.lane l using (lane)
    where c.follower = $1 and l.seq > c.seq
      and not exists (select from facts.attempt a where a.follower = $1 and a.lane = c.lane)
    order by (c.lane < $3), c.lane limit $2 for update of c skip locked`,
  claimLane: `
    select c.lane, c.seq, l.seq as head from facts.cursor c join facts.lane l using (lane)
    where c.follower = $1 and c.lane = $2 and l.seq > c.seq for update of c skip locked`,
  lockCursor: `select seq from facts.cursor where follower = $1 and lane = $2 for update`,
  read: `
    select f.lane, f.seq, f.appended_at as "appendedAt", f.kind, f.key, f.body
    from unnest($1::smallint[], $2::bigint[]) as c (lane, seq)
    cross join lateral (
      select lane, seq, appended_at, kind, key, body
      from facts.fact f where f.lane = c.lane and f.seq > c.seq order by f.seq limit $3
    ) f
    order by f.lane, f.seq`,
  moveCursors: `
    update facts.cursor c set seq = m.seq from unnest($2::smallint[], $3::bigint[]) as m (lane, seq)
    where c.follower = $1 and c.lane = m.lane and c.seq < m.seq`,
  heads: `select lane, seq from facts.lane`,
  fail: `
    insert into facts.attempt (follower, lane, seq, failures, next_at) values ($1, $2, $3, 1, $4)
    on conflict (follower, lane) do update
    set failures = case when facts.attempt.seq = excluded.seq then facts.attempt.failures + 1 else 1 end,
        seq = excluded.seq, next_at = excluded.next_at
    returning failures`,
  pause: `update facts.attempt set next_at = $3 where follower = $1 and lane = $2`,
  unstick: `delete from facts.attempt where follower = $1 and lane = $2`,
  park: `
    insert into facts.parked (follower, key, lane, seq, appended_at, reason)
    select $1, g.key, g.lane, g.seq, g.appended_at, $6
    from unnest($2::uuid[], $3::smallint[], $4::bigint[], $5::timestamptz[]) as g (key, lane, seq, appended_at)
    on conflict do nothing`,
  parkedKeys: `select distinct key from facts.parked where follower = $1 and key = any ($2::uuid[])`,
  parked: `
    select p.follower, p.key, p.lane, p.seq, p.appended_at as "appendedAt", p.reason, f.kind
    from facts.parked p left join facts.fact f on f.lane = p.lane and f.seq = p.seq and f.appended_at = p.appended_at
    order by p.appended_at, p.lane, p.seq limit 500`,
  nextParked: `
    select p.lane, p.seq, p.appended_at as "appendedAt", f.kind, p.key, f.body
    from facts.parked p left join facts.fact f on f.lane = p.lane and f.seq = p.seq and f.appended_at = p.appended_at
    where p.follower = $1 and p.key = $2 order by p.seq limit 1`,
  blame: `update facts.parked set reason = $5 where follower = $1 and key = $2 and lane = $3 and seq = $4`,
  unpark: `delete from facts.parked where follower = $1 and key = $2 and lane = $3 and seq = $4`,
};

export type LaneSeq = { readonly lane: number; readonly seq: number };

/** A lane that a follower holds; `head` is the last number given out in it. */
export type Claimed = LaneSeq & { readonly head: number };

export const factsPerLaneMax = 100;

export function appended(facts: readonly Fact[], now: Temporal.Instant): Statement | null {
  if (facts.length === 0) return null;
  return [
    statements.append,
    [
      facts.map((fact) => laneOf(fact.key)),
      facts.map((fact) => fact.kind),
      facts.map((fact) => fact.key),
      facts.map((fact) => JSON.stringify(fact.body)),
      now,
    ],
  ];
}

/** What stands behind these places, up to a hundred facts of each lane. */
export async function readFacts(queries: Queries, places: readonly LaneSeq[]): Promise<readonly StoredFact[]> {
  return await queries.rows<StoredFact>(statements.read, [
    places.map((place) => place.lane),
    places.map((place) => place.seq),
    factsPerLaneMax,
  ]);
}

/** Never back: whoever comes late has nothing to say. */
export async function moveCursors(tx: Tx, follower: string, places: readonly LaneSeq[]): Promise<void> {
  await tx.rows(statements.moveCursors, [
    follower,
    places.map((place) => place.lane),
    places.map((place) => place.seq),
  ]);
}

/** Where the reader of these lanes stands after these facts; past what was dropped, when nothing is left in a lane. */
export function endsOf(lanes: readonly Claimed[], facts: readonly StoredFact[]): readonly LaneSeq[] {
  const read = Map.groupBy(facts, (fact) => fact.lane);
  return lanes.map(({ lane, seq, head }) => {
    const ours = read.get(lane) ?? [];
    const last = ours.at(-1)?.seq ?? seq;
    return { lane, seq: ours.length < factsPerLaneMax ? Math.max(last, head) : last };
  });
}

export async function parkedFacts(queries: Queries): Promise<readonly ParkedFact[]> {
  return await queries.rows<ParkedFact>(statements.parked, []);
}
