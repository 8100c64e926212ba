import type { Queries, Tx } from '#kit/database';
import type { OpenFinding, SiteRow } from './rows.ts';

const siteColumns = `
  s.site_id as "siteId", s.shop_id as "shopId", s.host, s.port, s.kind, s.token, s.added_at as "addedAt",
  s.due_at as "dueAt", p.shown_by as "shownBy", p.seen_at as "proofSeenAt", p.looked_at as "proofLookedAt",
  p.missing_since as "missingSince", l.scan_id as "scanId", l.scanned_at as at, l.took_ms as "tookMs", l.grade, l.score,
  l.score_grade as "scoreGrade", l.alarms, l.warnings, l.notes, l.version`;
const siteJoins = `
  left join protection.proof p on p.site_id = s.site_id
  left join lateral (
    select c.* from protection.scan c where c.site_id = s.site_id order by c.scan_id desc limit 1) l on true`;
const findingColumns = `
  f.site_id as "siteId", f.finding_id as "findingId", f.finding_key as key, f.part, f.code, f.severity, f.cap, f.details,
  f.since, f.seen_at as "seenAt", f.visible_from as "visibleFrom", f.mended_at as "mendedAt", f.mail_id as "mailId",
  m.sent_at as "toldAt"`;

export const statements = {
  sites: `
    select ${siteColumns} from protection.site s ${siteJoins} where s.shop_id is null or s.shop_id = $1
    order by s.shop_id nulls first, s.host, s.port limit 500`,
  site: `select ${siteColumns} from protection.site s ${siteJoins} where s.site_id = $1`,
  allSites: `select ${siteColumns} from protection.site s ${siteJoins} order by s.site_id limit 5000`,
  countOfShop: `select count(*) as count from protection.site where shop_id = $1 and token is not null`,
  addSite: `
    insert into protection.site (site_id, shop_id, host, port, kind, token, added_at, due_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning site_id`,
  dropSite: `delete from protection.site where site_id = $1 returning site_id`,
  lockSite: `select site_id from protection.site where site_id = $1 for update`,

  claimDue: `
    update protection.site set due_at = $2 where site_id in (
      select d.site_id from protection.site d where d.due_at <= $1 order by d.due_at limit 12 for update skip locked)
    returning site_id as "siteId"`,
  setDue: `update protection.site set due_at = $2 where site_id = $1`,
  hasten: `update protection.site set due_at = $2 where site_id = any ($1::uuid[]) and due_at > $2`,
  stopScanning: `update protection.site set due_at = null where site_id = $1`,
  nextDue: `select min(due_at) as "dueAt" from protection.site`,
  askScan: `
    update protection.site set scan_asked_at = $2
    where site_id = $1 and (scan_asked_at is null or scan_asked_at <= $3) returning site_id`,
  askProof: `
    update protection.site set proof_asked_at = $2
    where site_id = $1 and (proof_asked_at is null or proof_asked_at <= $3) returning site_id`,

  proved: `
    insert into protection.proof (site_id, shown_by, seen_at, looked_at) values ($1, $2, $3, $3)
    on conflict (site_id) do update set shown_by = excluded.shown_by, seen_at = excluded.seen_at,
      looked_at = excluded.looked_at, missing_since = null`,
  proofMissing: `
    update protection.proof set looked_at = $2, missing_since = coalesce(missing_since, $2) where site_id = $1
    returning missing_since as "missingSince"`,
  proofLooked: `update protection.proof set looked_at = $2 where site_id = $1`,
  dropProof: `delete from protection.proof where site_id = $1`,

  addScan: `
    insert into protection.scan (site_id, scan_id, scanned_at, took_ms, grade, score, score_grade, alarms, warnings, notes,
      version)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  history: `
    select scan_id as "scanId", scanned_at as at, took_ms as "tookMs", grade, score, score_grade as "scoreGrade", alarms,
      warnings, notes, version
    from protection.scan where site_id = $1 order by scan_id desc limit $2`,
  addSeen: `insert into protection.seen (site_id, scan_id, facts, seen) values ($1, $2, $3::jsonb, $4::jsonb)`,
  latestSeen: `
    select distinct on (n.site_id) n.site_id as "siteId", n.facts, n.seen, c.scanned_at as at, c.grade, c.score,
      c.score_grade as "scoreGrade"
    from protection.seen n join protection.scan c on c.site_id = n.site_id and c.scan_id = n.scan_id
    where n.site_id = any ($1::uuid[]) order by n.site_id, n.scan_id desc`,
  pruneSeen: `
    delete from protection.seen where site_id = $1 and scan_id not in (
      select n.scan_id from protection.seen n where n.site_id = $1 order by n.scan_id desc limit 8)`,
  pruneScans: `
    delete from protection.scan where site_id = $1 and (scanned_at < $2 or scan_id in (
      select o.scan_id from protection.scan o where o.site_id = $1 order by o.scan_id desc offset 5000))`,

  openFindings: `
    select ${findingColumns} from protection.finding f left join protection.mail m on m.mail_id = f.mail_id where f.site_id = any ($1::uuid[]) and f.mended_at is null
    order by f.since desc, f.finding_id limit 5000`,
  mendedFindings: `
    select ${findingColumns} from protection.finding f left join protection.mail m on m.mail_id = f.mail_id where f.site_id = $1 and f.mended_at >= $2
    order by f.mended_at desc, f.finding_id limit 500`,
  addFindings: `
    insert into protection.finding (site_id, finding_id, finding_key, part, code, severity, cap, details, since, seen_at,
      visible_from)
    select $1, g.id, g.key, g.part, g.code, g.severity, g.cap, g.details::jsonb, $2, $2, g.visible_from
    from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
      as g (id, key, part, code, severity, cap, details, visible_from)
    on conflict (site_id, finding_key) where mended_at is null do nothing`,
  // What became an alarm is news again.
  keepFindings: `
    update protection.finding f set seen_at = $2, severity = g.severity, cap = g.cap, details = g.details::jsonb,
      visible_from = g.visible_from,
      mail_id = case when g.severity = 'alarm' and f.severity <> 'alarm' then null else f.mail_id end
    from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
      as g (id, severity, cap, details, visible_from)
    where f.site_id = $1 and f.finding_id = g.id and f.mended_at is null`,
  mend: `
    update protection.finding set mended_at = $2 where site_id = $1 and finding_id = any ($3::uuid[]) and mended_at is null`,
  pruneMended: `delete from protection.finding where site_id = $1 and mended_at < $2`,

  told: `
    select mailed_at as "mailedAt", opened_at as "openedAt", grade, fell_from as "fellFrom"
    from protection.told where site_id = $1`,
  // What was told, mended and is there again is no news to anybody for a day.
  lastTold: `
    select distinct f.finding_key as key from protection.finding f join protection.mail m on m.mail_id = f.mail_id
    where f.site_id = $1 and f.mended_at is not null and m.made_at > $2 limit 500`,
  setTold: `
    insert into protection.told (site_id, mailed_at, opened_at, grade, fell_from) values ($1, $2, $3, $4, $5)
    on conflict (site_id) do update set mailed_at = excluded.mailed_at, opened_at = excluded.opened_at,
      grade = excluded.grade, fell_from = excluded.fell_from`,
  addMail: `insert into protection.mail (mail_id, site_id, made_at, content) values ($1, $2, $3, $4::jsonb)`,
  tellFindings: `update protection.finding set mail_id = $3 where site_id = $1 and finding_id = any ($2::uuid[])`,
  mail: `
    select m.site_id as "siteId", m.made_at as "madeAt", m.content, s.shop_id as "shopId" from protection.mail m
    join protection.site s on s.site_id = m.site_id
    where m.mail_id = $1 and not exists (
      select 1 from protection.mail_place e where e.mail_id = m.mail_id and e.place = $2)`,
  endMail: `
    insert into protection.mail_place (mail_id, place, outcome, ended_at) values ($1, $2, $3, $4) on conflict do nothing`,
  mailSent: `update protection.mail set sent_at = coalesce(sent_at, $2) where mail_id = $1`,
  pruneMailPlaces: `
    delete from protection.mail_place where mail_id in (
      select m.mail_id from protection.mail m where m.site_id = $1 and m.made_at < $2)`,
  pruneMails: `delete from protection.mail where site_id = $1 and made_at < $2`,

  forgetProofs: `delete from protection.proof where site_id = any ($1::uuid[])`,
  forgetScans: `delete from protection.scan where site_id = any ($1::uuid[])`,
  forgetSeen: `delete from protection.seen where site_id = any ($1::uuid[])`,
  forgetFindings: `delete from protection.finding where site_id = any ($1::uuid[])`,
  forgetTold: `delete from protection.told where site_id = any ($1::uuid[])`,
  forgetMailPlaces: `
    delete from protection.mail_place where mail_id in (
      select m.mail_id from protection.mail m where m.site_id = any ($1::uuid[]))`,
  forgetMails: `delete from protection.mail where site_id = any ($1::uuid[])`,
  sitesOfShop: `select site_id as "siteId" from protection.site where shop_id = $1`,
  forgetSites: `delete from protection.site where site_id = any ($1::uuid[])`,
};

export async function siteRow(queries: Queries, siteId: string): Promise<SiteRow | null> {
  return await queries.one<SiteRow>(statements.site, [siteId]);
}

export async function openFindings(queries: Queries, siteIds: readonly string[]): Promise<readonly OpenFinding[]> {
  return await queries.rows<OpenFinding>(statements.openFindings, [siteIds]);
}

/** Everything that is kept of some sites, and the sites. */
export async function forgetSites(tx: Tx, siteIds: readonly string[]): Promise<void> {
  const { forgetProofs, forgetScans, forgetSeen, forgetFindings, forgetTold, forgetMailPlaces, forgetMails } =
    statements;
  const kept = [forgetProofs, forgetScans, forgetSeen, forgetFindings, forgetTold, forgetMailPlaces, forgetMails];
  for (const statement of [...kept, statements.forgetSites]) await tx.rows(statement, [siteIds]);
}
