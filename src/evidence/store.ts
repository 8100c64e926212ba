import type { Queries, Tx } from '#kit/database';

const sealColumns = `
  s.seal_id as "sealId", s.shop_id as "shopId", s.issuer, s.kind, s.name, s.certificate_url as "certificateUrl", s.domain,
  s.issuer_ref as "issuerRef", s.adapter, s.secrets, s.added_at as "addedAt", s.due_at as "dueAt", s.failures,
  s.invites_since as "invitesSince"`;
const checkColumns = `
  c.seal_id as "sealId", c.check_id as "checkId", c.checked_at as at, c.outcome, c.reason, c.grade::float8 as grade,
  c.scale::float8 as scale, c.review_count as count, c.label, c.valid_until as "validUntil", c.took_ms as "tookMs"`;

export const statements = {
  seals: `select ${sealColumns} from evidence.seal s where s.shop_id = $1 order by s.added_at, s.seal_id limit 50`,
  seal: `select ${sealColumns} from evidence.seal s where s.seal_id = $1`,
  countSeals: `select count(*) as count from evidence.seal where shop_id = $1`,
  // Two that are added at once do not both pass the count.
  lockShop: `select pg_advisory_xact_lock(hashtext('evidence.seal'), hashtext($1::text))`,
  addSeal: `
    insert into evidence.seal (seal_id, shop_id, issuer, kind, name, certificate_url, domain, issuer_ref, adapter, secrets,
      added_at, due_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12) on conflict do nothing returning seal_id`,
  askCheck: `
    update evidence.seal set check_asked_at = $2
    where seal_id = $1 and (check_asked_at is null or check_asked_at <= $3) returning seal_id`,
  setInvites: `update evidence.seal set invites_since = $2 where seal_id = $1`,

  claimDue: `
    update evidence.seal set due_at = $2 where seal_id in (
      select d.seal_id from evidence.seal d where d.due_at <= $1 order by d.due_at limit 20 for update skip locked)
    returning seal_id as "sealId"`,
  nextDue: `select min(due_at) as "dueAt" from evidence.seal`,
  setDue: `update evidence.seal set due_at = $2, failures = $3 where seal_id = $1 returning seal_id`,

  addCheck: `
    insert into evidence.seal_check (seal_id, check_id, checked_at, outcome, reason, grade, scale, review_count, label,
      valid_until, took_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  checks: `
    select ${checkColumns} from evidence.seal_check c where c.seal_id = $1 order by c.check_id desc limit $2`,
  // The last of all, and the last that the issuer itself decided: more is not needed to know how a seal stands.
  lastChecks: `
    select ${checkColumns} from unnest($1::uuid[]) as w (seal_id)
    cross join lateral (
      (select l.* from evidence.seal_check l where l.seal_id = w.seal_id order by l.check_id desc limit 1)
      union
      (select d.* from evidence.seal_check d where d.seal_id = w.seal_id and d.outcome <> 'failed'
        order by d.check_id desc limit 1)) c
    order by c.check_id desc`,
  check: `select ${checkColumns} from evidence.seal_check c where c.seal_id = $1 and c.check_id = $2`,
  pruneChecks: `
    delete from evidence.seal_check where seal_id = $1 and (checked_at < $2 or check_id in (
      select o.check_id from evidence.seal_check o where o.seal_id = $1 order by o.check_id desc offset 2000))`,

  told: `select state from evidence.seal_told where seal_id = $1`,
  setTold: `
    insert into evidence.seal_told (seal_id, state, told_at) values ($1, $2, $3)
    on conflict (seal_id) do update set state = excluded.state, told_at = excluded.told_at`,

  inviting: `
    select ${sealColumns} from evidence.seal s where s.shop_id = any ($1::uuid[]) and s.invites_since is not null
    order by s.added_at limit 500`,
  invitation: `
    select state, attempts, reference from evidence.invitation where person_id = $1 and order_id = $2 and seal_id = $3`,
  addInvitation: `
    insert into evidence.invitation (person_id, order_id, seal_id, shop_id, reference, state, attempts, changed_at)
    values ($1, $2, $3, $4, $5, $6, 1, $7)
    on conflict (person_id, order_id, seal_id) do update set state = excluded.state,
      attempts = evidence.invitation.attempts + 1, changed_at = excluded.changed_at
    where evidence.invitation.state = 'waiting'
    returning reference, attempts`,
  endInvitation: `
    update evidence.invitation set state = $4, changed_at = $5 where person_id = $1 and order_id = $2 and seal_id = $3`,
  countInvitations: `
    select state, count(*) as count from evidence.invitation where seal_id = $1 group by state`,

  forgetChecks: `delete from evidence.seal_check where seal_id = any ($1::uuid[])`,
  forgetTold: `delete from evidence.seal_told where seal_id = any ($1::uuid[])`,
  forgetSeals: `delete from evidence.seal where seal_id = any ($1::uuid[])`,
  forgetInvitations: `delete from evidence.invitation where shop_id = $1`,
};

/** A seal with everything that is kept of it, but for whom it invited. */
export async function forgetSeals(tx: Tx, sealIds: readonly string[]): Promise<void> {
  const { forgetChecks, forgetTold, forgetSeals: drop } = statements;
  for (const statement of [forgetChecks, forgetTold, drop]) await tx.rows(statement, [sealIds]);
}

export async function sealRow<Row extends object>(queries: Queries, sealId: string): Promise<Row | null> {
  return await queries.one<Row>(statements.seal, [sealId]);
}
