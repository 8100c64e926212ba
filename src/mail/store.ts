export const statements = {
  bounceAddress: `select return_to as "returnTo" from mail.bounce_address where shop_id = $1`,
  setBounceAddress: `
    insert into mail.bounce_address (shop_id, return_to) values ($1, $2)
    on conflict (shop_id) do update set return_to = excluded.return_to`,
  addKeyPair: `
    insert into mail.key_pair (shop_id, pair_id, domain, label, private, rsa_public, ed25519_public, made_at, seen_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, null) on conflict do nothing returning pair_id as "pairId"`,
  keyPairs: `
    select shop_id as "shopId", pair_id as "pairId", domain, label, private, rsa_public as "rsaPublic",
      ed25519_public as "ed25519Public", made_at as "madeAt", seen_at as "seenAt"
    from mail.key_pair where shop_id = $1 order by made_at desc, pair_id desc limit 20`,
  keyPairSeen: `
    update mail.key_pair set seen_at = $3 where shop_id = $1 and pair_id = $2 and seen_at is null
    returning pair_id as "pairId"`,
  addSent: `
    insert into mail.sent (person_id, mail_id, shop_id, order_id, address_hash, sent_at)
    select g.person_id, g.mail_id, g.shop_id, g.order_id, g.address_hash, $6
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bytea[])
      as g (person_id, mail_id, shop_id, order_id, address_hash)
    on conflict (person_id, mail_id) do update set address_hash = excluded.address_hash, sent_at = excluded.sent_at`,
  sentOfShop: `
    select person_id as "personId", mail_id as "mailId", shop_id as "shopId", order_id as "orderId",
      address_hash as "addressHash"
    from mail.sent where shop_id = $1 and mail_id = $2`,
  mailed: `
    select distinct person_id as "personId", shop_id as "shopId" from mail.sent
    where ($1::uuid is null or shop_id = $1) and sent_at between $2 and $3 and ($4::uuid is null or person_id > $4)
    order by person_id limit $5`,
  countMailed: `
    select shop_id as "shopId", count(distinct person_id)::int as persons from mail.sent
    where ($1::uuid is null or shop_id = $1) and sent_at between $2 and $3 group by shop_id`,
  // The same bounce again is no other one; a hard one replaces a soft one.
  addBounce: `
    insert into mail.bounce (person_id, mail_id, shop_id, address_hash, weight, code, bounced_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (person_id, mail_id) do update set weight = excluded.weight, code = excluded.code
    where mail.bounce.weight = 'soft' and excluded.weight = 'hard'
    returning mail_id as "mailId"`,
  softBounces: `
    select count(*)::int as count from mail.bounce
    where person_id = $1 and address_hash = $2 and weight = 'soft' and bounced_at > $3`,
  suppress: `
    insert into mail.suppressed (person_id, address_hash, shop_id, order_id, weight, code, suppressed_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (person_id, address_hash) do nothing returning person_id as "personId"`,
  suppressions: `
    select person_id as "personId", address_hash as "addressHash", code from mail.suppressed
    where person_id = any ($1::uuid[])`,
  suppressedOfShop: `
    select person_id as "personId", order_id as "orderId", address_hash as "addressHash", weight, code,
      suppressed_at as "suppressedAt"
    from mail.suppressed where shop_id = $1 order by suppressed_at desc, person_id limit $2`,
  // What it had counted is forgotten with it: the next soft bounce is a first one.
  liftPerson: `
    with lifted as (delete from mail.suppressed where shop_id = $1 and person_id = $2 returning person_id),
      bounces as (delete from mail.bounce where shop_id = $1 and person_id = $2)
    select count(*)::int as count from lifted`,
  personsSuppressed: `
    select person_id as "personId" from mail.suppressed where shop_id = $1 and address_hash = $2 limit 100`,
  unsubscribe: `
    insert into mail.unsubscribed (person_id, mail_group, shop_id, unsubscribed_at) values ($1, $2, $3, $4)
    on conflict do nothing returning person_id as "personId"`,
  resubscribe: `
    delete from mail.unsubscribed where person_id = $1 and mail_group = $2 returning person_id as "personId"`,
  unsubscribed: `
    select person_id as "personId", mail_group as "group" from mail.unsubscribed where person_id = any ($1::uuid[])`,
  forgetBounceAddress: `delete from mail.bounce_address where shop_id = $1`,
  forgetKeyPairs: `delete from mail.key_pair where shop_id = $1`,
  forgetSent: `delete from mail.sent where shop_id = $1`,
  forgetBounces: `delete from mail.bounce where shop_id = $1`,
  forgetSuppressed: `delete from mail.suppressed where shop_id = $1`,
  forgetUnsubscribed: `delete from mail.unsubscribed where shop_id = $1`,
};

export const forgetting: readonly string[] = [
  statements.forgetBounceAddress,
  statements.forgetKeyPairs,
  statements.forgetSent,
  statements.forgetBounces,
  statements.forgetSuppressed,
  statements.forgetUnsubscribed,
];
