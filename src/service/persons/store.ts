export const statements = {
  heldCases: `
    select to_jsonb(c) as row from service.customer_case c where person_id = any ($1::uuid[]) order by opened_at, case_id`,
  heldEntries: `select to_jsonb(e) as row from service.entry e where person_id = any ($1::uuid[]) order by at, entry_id`,
  heldWaiting: `select to_jsonb(w) as row from service.waiting w where person_id = any ($1::uuid[]) order by case_id`,
  heldClosed: `select to_jsonb(c) as row from service.closed c where person_id = any ($1::uuid[]) order by case_id`,
  heldFirstAnswers: `
    select to_jsonb(f) as row from service.first_answer f where person_id = any ($1::uuid[]) order by case_id`,
  heldCallBacks: `
    select to_jsonb(b) as row from service.call_back b where person_id = any ($1::uuid[]) order by starts_at, case_id`,
  heldForwarded: `select to_jsonb(f) as row from service.forwarded f where person_id = any ($1::uuid[]) order by entry_id`,
  dropCases: `delete from service.customer_case where person_id = any ($1::uuid[])`,
  dropEntries: `delete from service.entry where person_id = any ($1::uuid[])`,
  dropWaiting: `delete from service.waiting where person_id = any ($1::uuid[])`,
  dropClosed: `delete from service.closed where person_id = any ($1::uuid[])`,
  dropFirstAnswers: `delete from service.first_answer where person_id = any ($1::uuid[])`,
  dropCallBacks: `delete from service.call_back where person_id = any ($1::uuid[])`,
  dropForwarded: `delete from service.forwarded where person_id = any ($1::uuid[])`,
};
