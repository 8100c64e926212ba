const columns = `request_id as "requestId", shop_id as "shopId", person_id as "personId", kind, via, evidence,
  received_at as "receivedAt", due_at as "dueAt", extended_at as "extendedAt", outcome, ended_at as "endedAt"`;

export const statements = {
  addRequest: `
    insert into rights.request
      (request_id, shop_id, person_id, kind, via, evidence, received_at, due_at, outcome, ended_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  addStep: `
    insert into rights.request_step (request_id, step_id, at, actor, step, sealed) values ($1, $2, $3, $4, $5, $6)`,
  request: `select ${columns} from rights.request where request_id = $1 and shop_id = $2`,
  lockRequest: `select ${columns} from rights.request where request_id = $1 and shop_id = $2 for update`,
  steps: `
    select step_id as "stepId", at, actor, step, sealed from rights.request_step
    where request_id = $1 order by step_id limit 500`,
  countSteps: `select count(*) as steps from rights.request_step where request_id = $1`,
  open: `
    select ${columns} from rights.request
    where shop_id = $1 and ended_at is null and ($2::uuid is null or person_id = $2) order by due_at, request_id limit $3`,
  ended: `
    select ${columns} from rights.request
    where shop_id = $1 and ended_at is not null and ($2::uuid is null or person_id = $2)
    order by ended_at desc, request_id limit $3`,
  countOpen: `
    select count(*) as open, count(*) filter (where due_at <= $2) as overdue,
      count(*) filter (where due_at > $2 and due_at <= $3) as soon
    from rights.request where shop_id = $1 and ended_at is null`,
  identify: `
    update rights.request set evidence = $2, person_id = coalesce($3, person_id) where request_id = $1`,
  extend: `update rights.request set due_at = $2, extended_at = $3 where request_id = $1`,
  end: `update rights.request set outcome = $2, ended_at = $3 where request_id = $1`,
  remind: `
    insert into rights.reminder (shop_id, reminded_on) values ($1, $2) on conflict do nothing
    returning shop_id as "shopId"`,
  dropReminders: `delete from rights.reminder where reminded_on < $1`,

  pastRequests: `
    select count(*) as rows, min(ended_at) as oldest from rights.request
    where ($1::uuid is null or shop_id = $1) and ended_at < $2 and (person_id is null or person_id <> all ($3::uuid[]))`,
  dropRequests: `
    with gone as (
      delete from rights.request where request_id in (
        select request_id from rights.request
        where ($1::uuid is null or shop_id = $1) and ended_at < $2
          and (person_id is null or person_id <> all ($4::uuid[])) limit $3)
      returning request_id
    ), steps as (
      delete from rights.request_step s using gone g where s.request_id = g.request_id
    )
    select count(*) as rows from gone`,

  ofPersons: `
    select ${columns} from rights.request where person_id = any ($1::uuid[]) order by request_id limit 500`,
  stepsOfPersons: `
    select r.shop_id as "shopId", r.request_id as "requestId", s.step_id as "stepId", s.at, s.actor, s.step, s.sealed
    from rights.request_step s join rights.request r on r.request_id = s.request_id
    where r.person_id = any ($1::uuid[]) order by s.step_id limit 5000`,
  // What was asked and how it ended is kept as a proof; the words and whose it was go with the person.
  forgetWords: `
    update rights.request_step s set sealed = null from rights.request r
    where r.request_id = s.request_id and r.person_id = any ($1::uuid[]) and s.sealed is not null`,
  forgetPersons: `
    update rights.request set person_id = null where person_id = any ($1::uuid[])`,
  forgetSteps: `
    delete from rights.request_step s using rights.request r where r.request_id = s.request_id and r.shop_id = $1`,
  forgetRequests: `delete from rights.request where shop_id = $1`,
  forgetReminders: `delete from rights.reminder where shop_id = $1`,
};

/** In this order: what refers to another row goes before it. */
export const forgetting: readonly string[] = [
  statements.forgetSteps,
  statements.forgetRequests,
  statements.forgetReminders,
];
