export const statements = {
  heldInvitations: `
    select to_jsonb(i) as row from reviews.invitation i where person_id = any ($1::uuid[]) order by order_id`,
  heldTokens: `select to_jsonb(t) as row from reviews.token t where person_id = any ($1::uuid[]) order by order_id`,
  heldReviews: `select to_jsonb(r) as row from reviews.review r where person_id = any ($1::uuid[]) order by review_id`,
  heldRevisions: `
    select to_jsonb(r) as row from reviews.revision r where person_id = any ($1::uuid[]) order by revision_id`,
  dropInvitations: `delete from reviews.invitation where person_id = any ($1::uuid[])`,
  dropTokens: `delete from reviews.token where person_id = any ($1::uuid[])`,
  dropReviews: `delete from reviews.review where person_id = any ($1::uuid[])`,
  dropRevisions: `delete from reviews.revision where person_id = any ($1::uuid[])`,
};
