export const statements = {
  heldSent: `select to_jsonb(s) as row from mail.sent s where person_id = any ($1::uuid[]) order by mail_id`,
  heldBounces: `select to_jsonb(b) as row from mail.bounce b where person_id = any ($1::uuid[]) order by mail_id`,
  heldSuppressed: `
    select to_jsonb(s) as row from mail.suppressed s where person_id = any ($1::uuid[]) order by suppressed_at`,
  heldUnsubscribed: `
    select to_jsonb(u) as row from mail.unsubscribed u where person_id = any ($1::uuid[]) order by mail_group`,
  dropSent: `delete from mail.sent where person_id = any ($1::uuid[])`,
  dropBounces: `delete from mail.bounce where person_id = any ($1::uuid[])`,
  dropSuppressed: `delete from mail.suppressed where person_id = any ($1::uuid[])`,
  dropUnsubscribed: `delete from mail.unsubscribed where person_id = any ($1::uuid[])`,
};
