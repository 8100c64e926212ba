export const statements = {
  addAccount: `
    insert into carriers.account (shop_id, account_id, carrier, secrets, paused, created_at, push_hash)
    values ($1, $2, $3, $4, null, $5, $6)`,
  setSecrets: `update carriers.account set secrets = $3, paused = null where shop_id = $1 and account_id = $2`,
  pause: `update carriers.account set paused = $3 where shop_id = $1 and account_id = $2`,
  accounts: `
    select shop_id as "shopId", account_id as "accountId", carrier, secrets, paused from carriers.account
    where shop_id = $1 order by account_id`,
  accountsById: `
    select shop_id as "shopId", account_id as "accountId", carrier, secrets, paused from carriers.account
    where account_id = any ($1::uuid[])`,
  lockAccount: `
    select shop_id as "shopId", account_id as "accountId", carrier, secrets, paused from carriers.account
    where shop_id = $1 and account_id = $2 for update`,
  keepSecrets: `update carriers.account set secrets = $3 where shop_id = $1 and account_id = $2`,
  // One row per account and day: the call is counted before it is made, and only while the day has calls left.
  spend: `
    insert into carriers.quota (account_id, day, used)
    select $1, $2, 1 where not exists (select from carriers.quota where account_id = $1 and blocked_until > $4)
    on conflict (account_id, day) do update set used = carriers.quota.used + 1 where carriers.quota.used < $3
    returning used`,
  blocked: `
    select max(blocked_until) as "blockedUntil" from carriers.quota where account_id = $1 and blocked_until > $2`,
  block: `
    insert into carriers.quota (account_id, day, used, blocked_until) values ($1, $2, 0, $3)
    on conflict (account_id, day) do update
    set blocked_until = greatest(carriers.quota.blocked_until, excluded.blocked_until)`,
  pushHash: `select push_hash as "pushHash" from carriers.account where shop_id = $1 and account_id = $2`,
  quota: `
    select
      coalesce((select used from carriers.quota where account_id = $1 and day = $2), 0) as used,
      (select max(blocked_until) from carriers.quota where account_id = $1 and blocked_until > $3) as "blockedUntil"`,
  dropQuota: `delete from carriers.quota where account_id = $1`,
  dropAccount: `delete from carriers.account where shop_id = $1 and account_id = $2 returning account_id as "accountId"`,
  forgetQuota: `
    delete from carriers.quota q using carriers.account a where a.account_id = q.account_id and a.shop_id = $1`,
  forgetAccounts: `delete from carriers.account where shop_id = $1`,
};
