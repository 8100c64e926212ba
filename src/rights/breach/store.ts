const caseColumns = `
  case_id as "caseId", shop_id as "shopId", suspect, key_id as "keyId", tables, taken_from as "from",
  taken_until as "until", keyring, aware_at as "awareAt", opened_at as "openedAt"`;

export const statements = {
  addCase: `
    insert into rights.breach_case
      (case_id, shop_id, suspect, key_id, tables, taken_from, taken_until, keyring, aware_at, opened_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  countCases: `select count(*)::int as count from rights.breach_case`,
  cases: `
    select ${caseColumns} from rights.breach_case
    where $1::uuid is null or shop_id is null or shop_id = $1 order by case_id desc limit $2`,
  // What each page of the console says of them: no words are read.
  openCases: `
    select c.case_id as "caseId", c.aware_at as "awareAt",
      (select s.actor from rights.breach_step s where s.case_id = c.case_id order by s.step_id limit 1) as "openedBy",
      exists (select from rights.breach_step s where s.case_id = c.case_id and s.kind = 'authority_told') as "isTold"
    from rights.breach_case c
    where ($1::uuid is null or c.shop_id is null or c.shop_id = $1) and coalesce((
      select s.kind from rights.breach_step s where s.case_id = c.case_id and s.kind in ('closed', 'reopened')
      order by s.step_id desc limit 1), 'reopened') <> 'closed'
    order by c.aware_at, c.case_id limit $2`,
  case: `
    select ${caseColumns} from rights.breach_case
    where case_id = $2 and ($1::uuid is null or shop_id is null or shop_id = $1)`,
  lockCase: `select case_id as "caseId" from rights.breach_case where case_id = $1 for update`,
  addStep: `
    insert into rights.breach_step (case_id, step_id, kind, at, actor, words) values ($1, $2, $3, $4, $5, $6)`,
  steps: `
    select case_id as "caseId", step_id as "stepId", kind, at, actor, words from rights.breach_step
    where case_id = any ($1::uuid[]) order by case_id, step_id limit 50000`,
  pastCases: `
    select count(*)::int as rows, min(last_at) as oldest from (
      select max(s.at) as last_at from rights.breach_case c join rights.breach_step s using (case_id)
      where $1::uuid is null or c.shop_id = $1 group by c.case_id) cases
    where last_at < $2`,
  dropCases: `
    with old as (
      select c.case_id from rights.breach_case c
      where ($1::uuid is null or c.shop_id = $1)
        and not exists (select from rights.breach_step s where s.case_id = c.case_id and s.at >= $2)
      order by c.case_id limit $3),
    steps as (delete from rights.breach_step where case_id in (select case_id from old)),
    mailings as (delete from rights.breach_mailing where case_id in (select case_id from old)),
    cases as (delete from rights.breach_case where case_id in (select case_id from old) returning case_id)
    select count(*)::int as rows from cases`,
  forgetSteps: `
    delete from rights.breach_step s using rights.breach_case c where c.case_id = s.case_id and c.shop_id = $1`,
  forgetCases: `delete from rights.breach_case where shop_id = $1`,
};
