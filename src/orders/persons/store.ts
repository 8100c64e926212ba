export const statements = {
  receivers: `
    select distinct receiver_id as "personId" from orders.purchase
    where person_id = any ($1::uuid[]) and receiver_id is not null order by receiver_id`,
  orders: `select order_id as "orderId" from orders.purchase where person_id = any ($1::uuid[]) order by order_id`,
  parcels: `select parcel_id as "parcelId" from orders.box where person_id = any ($1::uuid[]) order by parcel_id`,
  // In the order in which orders are put: first numbers, then persons; so that nobody waits in a circle.
  lockNumbers: `
    select key_hash as "keyHash" from orders.purchase_by_hash where key_hash = any ($1::bytea[]) order by key_hash for update`,
  lockPersons: `
    select person_id as "personId" from orders.person where person_id = any ($1::uuid[]) order by person_id for update`,
  purchases: `
    select order_id as "orderId", number, link_generation as "linkGeneration" from orders.purchase
    where person_id = $1 order by order_id`,
  person: `select email, customer_id as "customerId" from orders.person where person_id = $1`,

  dropPersonHashes: `delete from orders.person_by_hash where key_hash = any ($1::bytea[]) and person_id = any ($2::uuid[])`,
  dropNumbers: `delete from orders.purchase_by_hash where key_hash = any ($1::bytea[]) and person_id = any ($2::uuid[])`,
  dropLinks: `delete from orders.link where link_hash = any ($1::bytea[]) and person_id = any ($2::uuid[])`,

  dropPhone: `update orders.person set phone = null where person_id = $1`,

  personsAfter: `
    select person_id as "personId", shop_id as "shopId" from orders.person
    where person_id > $1 order by person_id limit $2`,
  // By person, which no index helps with: for what a backup brought back and nobody can work the hashes out of.
  dropAllHashes: `delete from orders.person_by_hash where person_id = any ($1::uuid[])`,
  dropAllNumbers: `delete from orders.purchase_by_hash where person_id = any ($1::uuid[])`,
  dropAllLinks: `delete from orders.link where person_id = any ($1::uuid[])`,

  heldPersons: `select to_jsonb(p) as row from orders.person p where person_id = any ($1::uuid[]) order by person_id`,
  heldPurchases: `select to_jsonb(p) as row from orders.purchase p where person_id = any ($1::uuid[]) order by order_id`,
  heldBoxes: `
    select to_jsonb(b) as row from orders.box b where person_id = any ($1::uuid[]) order by order_id, place, parcel_id`,
  dropPersons: `delete from orders.person where person_id = any ($1::uuid[])`,
  dropPurchases: `delete from orders.purchase where person_id = any ($1::uuid[])`,
  dropBoxes: `delete from orders.box where person_id = any ($1::uuid[])`,

  holder: `select person_id as "personId" from orders.person_by_hash where key_hash = $1 and kind = 'email'`,
  purchase: `
    select receiver_id as "receiverId" from orders.purchase where person_id = $1 and order_id = $2 for update`,
  correctAddress: `
    update orders.purchase set address = $3 where person_id = $1 and order_id = $2`,
};
