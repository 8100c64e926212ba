export const statements = {
  heldTold: `
    select to_jsonb(t) as row from notices.told t where person_id = any ($1::uuid[]) order by decided_at, parcel_id, kind`,
  heldNotices: `select to_jsonb(n) as row from notices.notice n where person_id = any ($1::uuid[]) order by notice_id`,
  heldAttempts: `select to_jsonb(a) as row from notices.attempt a where person_id = any ($1::uuid[]) order by notice_id`,
  heldOutcomes: `select to_jsonb(o) as row from notices.outcome o where person_id = any ($1::uuid[]) order by notice_id`,
  heldMessages: `select to_jsonb(m) as row from notices.message m where person_id = any ($1::uuid[]) order by message_id`,
  dropMessages: `delete from notices.message where person_id = any ($1::uuid[])`,
  dropTold: `delete from notices.told where person_id = any ($1::uuid[])`,
  dropNotices: `delete from notices.notice where person_id = any ($1::uuid[])`,
  dropAttempts: `delete from notices.attempt where person_id = any ($1::uuid[])`,
  dropOutcomes: `delete from notices.outcome where person_id = any ($1::uuid[])`,
};
