export const statements = {
  addKey: `
    insert into api.key (key_id, shop_id, name, scopes, secret_hash, created_at) values ($1, $2, $3, $4, $5, $6)`,
  key: `
    select key_id as "keyId", shop_id as "shopId", name, scopes, secret_hash as "secretHash" from api.key
    where key_id = $1`,
  keys: `
    select key_id as "keyId", shop_id as "shopId", name, scopes, secret_hash as "secretHash" from api.key
    where shop_id = $1 order by key_id limit 500`,
  forgetShop: `delete from api.key where shop_id = $1`,
  dropKey: `delete from api.key where shop_id = $1 and key_id = $2 returning key_id as "keyId"`,
};
