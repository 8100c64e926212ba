export const statements = {
  heldInvitations: `
    select to_jsonb(i) as row from evidence.invitation i where person_id = any ($1::uuid[]) order by changed_at`,
  dropInvitations: `delete from evidence.invitation where person_id = any ($1::uuid[])`,
};
