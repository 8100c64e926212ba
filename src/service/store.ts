export const statements = {
  facts: `select facts from service.contact where shop_id = $1`,
  addFacts: `insert into service.contact (shop_id, facts, changed_at) values ($1, '{}', $2) on conflict do nothing`,
  lockFacts: `select facts from service.contact where shop_id = $1 for update`,
  putFacts: `
    insert into service.contact (shop_id, facts, changed_at) values ($1, $2::jsonb, $3)
    on conflict (shop_id) do update set facts = excluded.facts, changed_at = excluded.changed_at`,
  forgetFacts: `delete from service.contact where shop_id = $1`,
};
