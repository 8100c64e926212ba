/** The age of what has no time of its own stands in its id, a version 7 uuid. */
export const statements = {
  pastImports: `
    select count(*) as rows, min(created_at) as oldest from api.import
    where ($1::uuid is null or shop_id = $1) and created_at < $2`,
  dropImports: `
    delete from api.import where import_id in (select import_id from api.import where created_at < $1 limit $2)
    returning import_id as "importId"`,
  dropRefusals: `delete from api.import_refusal where import_id < $1 returning import_id as "importId"`,
  dropChunks: `delete from api.import_chunk where import_id < $1 returning import_id as "importId"`,
};
