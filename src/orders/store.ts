export const statements = {
  lockFirstShop: `select pg_advisory_xact_lock(727157)`,
  addShop: `
    insert into orders.shop (shop_id, name, language, sample, face, created_at) values ($1, $2, $3, $4, $5::jsonb, $6)`,
  shops: `
    select shop_id as "shopId", name, language, sample, face from orders.shop order by sample, shop_id`,

  // All of them, so that two shops cannot take one name at the same moment.
  lockShops: `
    select shop_id as "shopId", name, language, sample, face from orders.shop order by shop_id for update`,
  changeShop: `update orders.shop set name = $2, language = $3, face = $4::jsonb where shop_id = $1`,
  addLogo: `
    insert into orders.logo (shop_id, logo_id, content_type, bytes, added_at) values ($1, $2, $3, $4, $5)
    on conflict (shop_id, logo_id) do update set added_at = excluded.added_at`,
  dropOldLogos: `
    delete from orders.logo where shop_id = $1 and logo_id not in (
      select logo_id from orders.logo where shop_id = $1 order by added_at desc, logo_id limit $2)`,
  logo: `
    select content_type as "contentType", bytes from orders.logo where logo_id = $1 order by shop_id limit 1`,

  addPerson: `
    insert into orders.person (person_id, shop_id, created_at, name, email, phone, customer_id)
    values ($1, $2, $3, $4, $5, $6, $7)`,
  changePerson: `
    update orders.person set name = coalesce($2, name), email = coalesce($3, email), phone = coalesce($4, phone),
      customer_id = coalesce($5, customer_id)
    where person_id = $1`,
  person: `
    select person_id as "personId", shop_id as "shopId", name, email, phone, customer_id as "customerId"
    from orders.person where person_id = $1`,
  dropPerson: `delete from orders.person where person_id = $1`,
  lockPerson: `
    select email, customer_id as "customerId" from orders.person where person_id = $1 for no key update`,
  findPerson: `
    select person_id as "personId", kind from orders.person_by_hash
    where (key_hash, kind) in (select * from unnest($1::bytea[], $2::text[]))`,
  addPersonHash: `
    insert into orders.person_by_hash (key_hash, kind, person_id) values ($1, $2, $3)
    on conflict do nothing returning person_id as "personId"`,
  dropPersonHash: `delete from orders.person_by_hash where key_hash = $1 and kind = $2 and person_id = $3`,

  findPersons: `
    select key_hash as "keyHash", kind, person_id as "personId" from orders.person_by_hash
    where (key_hash, kind) in (select * from unnest($1::bytea[], $2::text[]))`,
  persons: `
    select person_id as "personId", shop_id as "shopId", name, email, phone, customer_id as "customerId"
    from orders.person where person_id = any ($1::uuid[])`,
  languages: `
    select distinct on (person_id) person_id as "personId", language from orders.purchase
    where person_id = any ($1::uuid[]) order by person_id, placed_at desc`,
  // Whoever is erased in this moment is waited for, or waits.
  personsToUse: `
    select person_id as "personId", shop_id as "shopId", name, email, phone, customer_id as "customerId"
    from orders.person where person_id = any ($1::uuid[]) order by person_id for key share`,
  // In the order of keys, so that two batches never wait for each other in a circle.
  addPersonHashes: `
    insert into orders.person_by_hash (key_hash, kind, person_id)
    select key_hash, kind, person_id from unnest($1::bytea[], $2::text[], $3::uuid[]) as g (key_hash, kind, person_id)
    order by key_hash, kind
    on conflict do nothing returning key_hash as "keyHash", kind`,
  addPersons: `
    insert into orders.person (person_id, shop_id, created_at, name, email, phone, customer_id)
    select g.person_id, $2, $3, g.name, g.email, g.phone, g.customer_id
    from unnest($1::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
      as g (person_id, name, email, phone, customer_id)`,

  claimNumber: `
    insert into orders.purchase_by_hash (key_hash, person_id, order_id) values ($1, $2, $3)
    on conflict do nothing returning order_id as "orderId"`,
  moveNumber: `update orders.purchase_by_hash set person_id = $2 where key_hash = $1`,
  findNumber: `
    select person_id as "personId", order_id as "orderId" from orders.purchase_by_hash where key_hash = $1 for update`,
  findNumberToRead: `
    select person_id as "personId", order_id as "orderId" from orders.purchase_by_hash where key_hash = $1`,
  claimNumbers: `
    insert into orders.purchase_by_hash (key_hash, person_id, order_id)
    select key_hash, person_id, order_id from unnest($1::bytea[], $2::uuid[], $3::uuid[]) as g (key_hash, person_id, order_id)
    order by key_hash
    on conflict do nothing returning key_hash as "keyHash"`,
  moveNumbers: `
    update orders.purchase_by_hash h set person_id = g.person_id
    from unnest($1::bytea[], $2::uuid[]) as g (key_hash, person_id) where h.key_hash = g.key_hash`,
  findNumbers: `
    select key_hash as "keyHash", person_id as "personId", order_id as "orderId" from orders.purchase_by_hash
    where key_hash = any ($1::bytea[]) order by key_hash for update`,
  contents: `
    select order_id as "orderId", content_hash as "contentHash" from orders.purchase
    where (person_id, order_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  addPurchases: `
    insert into orders.purchase
      (person_id, order_id, shop_id, receiver_id, placed_at, language, number, items, address, country, postcode_area,
       content_hash, link_generation, created_at)
    select g.person_id, g.order_id, $3, g.receiver_id, g.placed_at, g.language, g.number, g.items, g.address, '', '',
      g.content_hash, 1, $4
    from unnest($1::uuid[], $2::uuid[], $5::uuid[], $6::timestamptz[], $7::text[], $8::bytea[], $9::bytea[], $10::bytea[],
      $11::bytea[])
      as g (person_id, order_id, receiver_id, placed_at, language, number, items, address, content_hash)`,
  addPurchase: `
    insert into orders.purchase
      (person_id, order_id, shop_id, receiver_id, placed_at, language, number, items, address, country, postcode_area,
       content_hash, link_generation, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', $10, 1, $11)`,
  changePurchase: `
    update orders.purchase set receiver_id = $3, placed_at = $4, language = $5, items = $6, address = $7, country = '',
      postcode_area = '', content_hash = $8
    where person_id = $1 and order_id = $2`,
  purchase: `
    select person_id as "personId", order_id as "orderId", shop_id as "shopId", receiver_id as "receiverId",
      placed_at as "placedAt", language, number, items, address, content_hash as "contentHash",
      link_generation as "linkGeneration"
    from orders.purchase where person_id = $1 and order_id = $2`,
  purchases: `
    select person_id as "personId", order_id as "orderId", shop_id as "shopId", receiver_id as "receiverId",
      placed_at as "placedAt", language, number, items, address, link_generation as "linkGeneration"
    from orders.purchase where (person_id, order_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,

  boxes: `
    select parcel_id as "parcelId", place, carrier, number_hash as "numberHash"
    from orders.box where person_id = $1 and order_id = $2 order by place, parcel_id`,
  addBox: `
    insert into orders.box (person_id, order_id, parcel_id, place, carrier, number_hash) values ($1, $2, $3, $4, $5, $6)`,
  boxesOf: `
    select order_id as "orderId", parcel_id as "parcelId", place, carrier, number_hash as "numberHash" from orders.box
    where (person_id, order_id) in (select * from unnest($1::uuid[], $2::uuid[])) order by place, parcel_id`,
  addBoxes: `
    insert into orders.box (person_id, order_id, parcel_id, place, carrier, number_hash)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[], $6::bytea[])`,
  numberBox: `
    update orders.box set number_hash = $4 where person_id = $1 and order_id = $2 and parcel_id = $3`,

  addLink: `
    insert into orders.link (link_hash, shop_id, person_id, order_id, generation, expires_at)
    values ($1, $2, $3, $4, $5, null) on conflict do nothing`,
  addLinks: `
    insert into orders.link (link_hash, shop_id, person_id, order_id, generation, expires_at)
    select g.link_hash, $2, g.person_id, g.order_id, 1, null
    from unnest($1::bytea[], $3::uuid[], $4::uuid[]) as g (link_hash, person_id, order_id)
    on conflict do nothing`,
  findLink: `
    select shop_id as "shopId", person_id as "personId", order_id as "orderId", generation, expires_at as "expiresAt"
    from orders.link where link_hash = $1`,
  nextGeneration: `
    update orders.purchase set link_generation = link_generation + 1 where person_id = $1 and order_id = $2
    returning link_generation as "linkGeneration"`,
  dropLink: `delete from orders.link where link_hash = $1`,
  expireLinks: `
    update orders.link l set expires_at = g.expires_at
    from (select * from unnest($1::bytea[], $2::timestamptz[]) as g (link_hash, expires_at) order by link_hash) g
    where l.link_hash = g.link_hash and l.expires_at is distinct from g.expires_at`,

  forgetLinks: `delete from orders.link where shop_id = $1`,
  forgetBoxes: `
    delete from orders.box b using orders.purchase p
    where p.person_id = b.person_id and p.order_id = b.order_id and p.shop_id = $1`,
  forgetNumbers: `
    delete from orders.purchase_by_hash h using orders.purchase p
    where p.person_id = h.person_id and p.order_id = h.order_id and p.shop_id = $1`,
  forgetPurchases: `delete from orders.purchase where shop_id = $1`,
  forgetHashes: `
    delete from orders.person_by_hash h using orders.person p where p.person_id = h.person_id and p.shop_id = $1`,
  forgetPersons: `delete from orders.person where shop_id = $1`,
  forgetLogos: `delete from orders.logo where shop_id = $1`,
  forgetShop: `delete from orders.shop where shop_id = $1`,
};

/** In this order: what refers to another row goes before it. */
export const forgetting: readonly string[] = [
  statements.forgetLinks,
  statements.forgetBoxes,
  statements.forgetNumbers,
  statements.forgetPurchases,
  statements.forgetHashes,
  statements.forgetPersons,
  statements.forgetLogos,
  statements.forgetShop,
];
