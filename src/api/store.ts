export const statements = {
  addKey: `
    insert into api.key (key_id, shop_id, name, scopes, secret_hash, created_at) values ($1, $2, $3, $4, $5, $6)`,
  keysById: `
    select key_id as "keyId", shop_id as "shopId", name, scopes, secret_hash as "secretHash" from api.key
    where key_id = any ($1::uuid[])`,
  keys: `
    select key_id as "keyId", shop_id as "shopId", name, scopes, secret_hash as "secretHash" from api.key
    where shop_id = $1 order by key_id limit 500`,
  forgetShop: `delete from api.key where shop_id = $1`,
  dropKey: `delete from api.key where shop_id = $1 and key_id = $2 returning key_id as "keyId"`,

  addImport: `
    insert into api.import
      (import_id, shop_id, created_at, state, file_key, sealed, byte_count, bytes_done, counts, orders_done)
    values ($1, $2, $3, 'uploaded', $4, $5, $6, 0, $7::jsonb, 0)`,
  countImportKeys: `
    select encode(substring(file_key from 1 for 4), 'hex') as id, count(*) as rows from api.import
    where file_key is not null group by 1`,
  staleImportKeys: `
    select import_id as id, file_key as wrapped from api.import
    where import_id > $1 and substring(file_key from 1 for 4) <> $2 order by import_id limit $3`,
  awaitImportKeys: `lock table api.import in share mode`,
  rewrapImportKeys: `
    update api.import i set file_key = n.after from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (id, before, after)
    where i.import_id = n.id and i.file_key = n.before returning i.import_id`,
  import: `
    select import_id as "importId", shop_id as "shopId", created_at as "createdAt", state, file_key as "fileKey", sealed,
      byte_count as "byteCount", bytes_done as "bytesDone", counts, ended_line as "endedLine", ended_why as "endedWhy"
    from api.import where import_id = $1`,
  imports: `
    select import_id as "importId", shop_id as "shopId", created_at as "createdAt", state, file_key as "fileKey", sealed,
      byte_count as "byteCount", bytes_done as "bytesDone", counts, ended_line as "endedLine", ended_why as "endedWhy"
    from api.import where shop_id = $1 order by import_id desc limit 50`,
  remapImport: `update api.import set sealed = $2 where import_id = $1 and state = 'uploaded'`,
  // Of two clicks in the same moment the second finds it running.
  startImport: `
    update api.import set state = 'running' where import_id = $1 and state = 'uploaded' returning import_id as "importId"`,
  // Of two runs of the same import the second finds that the first has gone on.
  noteImport: `
    update api.import set counts = $3::jsonb, orders_done = $4, bytes_done = $5
    where import_id = $1 and state = 'running' and orders_done = $2 returning import_id as "importId"`,
  endImport: `
    update api.import set state = $2, file_key = null, ended_line = $3, ended_why = $4, ended_at = $5
    where import_id = $1 and state = 'running' returning import_id as "importId"`,
  addRefusals: `
    insert into api.import_refusal (import_id, place, sealed)
    select $1, g.place, g.sealed from unnest($2::bigint[], $3::bytea[]) as g (place, sealed)`,
  refusals: `
    select place, sealed from api.import_refusal where import_id = $1 and place > $2 order by place limit 500`,
  dropRefusals: `delete from api.import_refusal where import_id = $1`,
  dropImport: `
    delete from api.import where import_id = $1 and state <> 'running' returning import_id as "importId"`,
  addChunk: `insert into api.import_chunk (import_id, place, shop_id, sealed) values ($1, $2, $3, $4)`,
  chunk: `select sealed from api.import_chunk where import_id = $1 and place = $2`,
  dropChunks: `delete from api.import_chunk where import_id = $1`,
  forgetChunks: `delete from api.import_chunk where shop_id = $1`,
  forgetRefusals: `
    delete from api.import_refusal r using api.import i where i.import_id = r.import_id and i.shop_id = $1`,
  forgetImports: `delete from api.import where shop_id = $1`,
};
