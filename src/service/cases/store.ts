const columns = `c.person_id as "personId", c.case_id as "caseId", c.shop_id as "shopId", c.number, c.order_id as "orderId",
  c.topic, c.language, c.via, c.opened_at as "openedAt", c.last_at as "lastAt", c.email, c.name,
  c.order_said as "orderSaid", w.since as "waitingSince", x.closed_at as "closedAt",
  b.starts_at as "startsAt", b.ends_at as "endsAt", b.phone,
  exists (select from service.entry e where e.person_id = b.person_id and e.case_id = b.case_id and e.kind = 'called'
    and e.at >= b.wished_at) as "isCalled"`;

const joined = `from service.customer_case c
  left join service.waiting w on w.person_id = c.person_id and w.case_id = c.case_id
  left join service.closed x on x.person_id = c.person_id and x.case_id = c.case_id
  left join service.call_back b on b.person_id = c.person_id and b.case_id = c.case_id`;

export const statements = {
  addCase: `
    insert into service.customer_case
      (person_id, case_id, shop_id, number, order_id, topic, language, via, opened_at, last_at, email, name, order_said)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12)`,
  // A form that is sent twice in the same moment waits for itself.
  lockOnce: `select pg_advisory_xact_lock(727159, hashtext(encode($1::bytea, 'hex')))`,
  byOnce: `
    select c.person_id as "personId", c.case_id as "caseId", c.number from service.entry e
    join service.customer_case c on c.person_id = e.person_id and c.case_id = e.case_id
    where e.once_hash = $1`,
  addEntry: `
    insert into service.entry (person_id, entry_id, case_id, shop_id, at, kind, actor, words, message_id, once_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  touch: `
    update service.customer_case set last_at = greatest(last_at, $3) where person_id = $1 and case_id = $2`,
  // Who asks twice has waited since the first time.
  wait: `
    insert into service.waiting (person_id, case_id, shop_id, since) values ($1, $2, $3, $4) on conflict do nothing`,
  waitNoMore: `
    delete from service.waiting where person_id = $1 and case_id = $2 returning since`,
  close: `
    insert into service.closed (person_id, case_id, shop_id, closed_at, actor) values ($1, $2, $3, $4, $5)
    on conflict do nothing returning case_id as "caseId"`,
  reopen: `delete from service.closed where person_id = $1 and case_id = $2 returning case_id as "caseId"`,
  addFirstAnswer: `
    insert into service.first_answer (person_id, case_id, shop_id, asked_at, answered_at, open_minutes)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
  // What began a case of the form for everybody was written by whoever typed in the address.
  countOfPerson: `
    select count(*) filter (where e.at > $2) as hour, count(*) as day from service.entry e
    join service.customer_case c on c.person_id = e.person_id and c.case_id = e.case_id
    where e.person_id = $1 and e.kind = 'asked' and e.at > $3 and ($4 = 'page' or c.via <> 'page' or exists (
      select from service.entry f where f.person_id = e.person_id and f.case_id = e.case_id and f.entry_id < e.entry_id))`,
  countEntries: `select count(*) as entries from service.entry where person_id = $1 and case_id = $2`,

  hasNumber: `select case_id as "caseId" from service.customer_case where shop_id = $1 and number = $2`,
  caseByNumber: `select ${columns} ${joined} where c.shop_id = $1 and c.number = $2`,
  lockCase: `
    select case_id as "caseId" from service.customer_case where person_id = $1 and case_id = $2 for no key update`,
  caseById: `select ${columns} ${joined} where c.person_id = $1 and c.case_id = $2`,
  ofPerson: `select ${columns} ${joined} where c.person_id = $1 order by c.opened_at desc, c.case_id limit $2`,
  open: `
    select ${columns} ${joined}
    where w.shop_id = $1 order by w.since, c.case_id limit $2`,
  answered: `
    select ${columns} ${joined}
    where c.shop_id = $1 and w.since is null and x.closed_at is null order by c.last_at desc, c.case_id limit $2`,
  closed: `
    select ${columns} ${joined}
    where x.shop_id = $1 order by x.closed_at desc, c.case_id limit $2`,
  callsDue: `
    select ${columns} ${joined}
    where b.shop_id = $1 and x.closed_at is null and not exists (
      select from service.entry e where e.person_id = b.person_id and e.case_id = b.case_id and e.kind = 'called'
        and e.at >= b.wished_at)
    order by b.starts_at, c.case_id limit $2`,
  countWaiting: `select count(*) as waiting from service.waiting where shop_id = $1`,
  entries: `
    select entry_id as "entryId", at, kind, actor, words, message_id as "messageId" from service.entry
    where person_id = $1 and case_id = $2 order by at, entry_id limit $3`,
  entry: `
    select case_id as "caseId", at, kind, words from service.entry where person_id = $1 and entry_id = $2`,
  lastAsked: `
    select distinct on (e.person_id, e.case_id)
      e.person_id as "personId", e.case_id as "caseId", e.entry_id as "entryId", e.words
    from unnest($1::uuid[], $2::uuid[]) as c (person_id, case_id)
    join service.entry e on e.person_id = c.person_id and e.case_id = c.case_id and e.kind = 'asked'
    order by e.person_id, e.case_id, e.entry_id desc`,
  forwarded: `
    select f.entry_id as "entryId", f.at, f.outcome, f.answer from service.forwarded f
    join service.entry e on e.person_id = f.person_id and e.entry_id = f.entry_id
    where f.person_id = $1 and e.case_id = $2`,
  isForwarded: `select outcome from service.forwarded where person_id = $1 and entry_id = $2`,
  forward: `
    insert into service.forwarded (person_id, entry_id, shop_id, at, outcome, answer) values ($1, $2, $3, $4, $5, $6)
    on conflict (person_id, entry_id) do update set at = excluded.at, outcome = excluded.outcome, answer = excluded.answer`,

  // One shop's wishes at a time, so that a slot never has one too many.
  lockSlots: `select pg_advisory_xact_lock(727158, hashtext($1::text))`,
  slotsTaken: `
    select starts_at as "startsAt", count(*) as taken from service.call_back
    where shop_id = $1 and starts_at >= $2 group by starts_at`,
  wishCall: `
    insert into service.call_back (person_id, case_id, shop_id, starts_at, ends_at, wished_at, phone)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (person_id, case_id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at,
      wished_at = excluded.wished_at, phone = excluded.phone`,
  setting: `select calls_per_slot as "callsPerSlot" from service.case_setting where shop_id = $1`,
  setSetting: `
    insert into service.case_setting (shop_id, calls_per_slot) values ($1, $2)
    on conflict (shop_id) do update set calls_per_slot = excluded.calls_per_slot`,

  firstAnswers: `
    select greatest(0, floor(extract(epoch from answered_at - asked_at) / 60))::int as minutes,
      open_minutes as "openMinutes" from service.first_answer
    where shop_id = $1 and answered_at > $2 order by answered_at desc limit $3`,
  waited: `
    select greatest(0, floor(extract(epoch from $2::timestamptz - w.since) / 60))::int as minutes from service.waiting w
    where w.shop_id = $1 and not exists (
      select from service.first_answer f where f.person_id = w.person_id and f.case_id = w.case_id)
    order by w.since limit $3`,

  forgetForwarded: `delete from service.forwarded where shop_id = $1`,
  forgetCallBacks: `delete from service.call_back where shop_id = $1`,
  forgetFirstAnswers: `delete from service.first_answer where shop_id = $1`,
  forgetClosed: `delete from service.closed where shop_id = $1`,
  forgetWaiting: `delete from service.waiting where shop_id = $1`,
  forgetEntries: `delete from service.entry where shop_id = $1`,
  forgetCases: `delete from service.customer_case where shop_id = $1`,
  forgetSetting: `delete from service.case_setting where shop_id = $1`,
};

/** Of a whole shop. */
export const forgetting: readonly string[] = [
  statements.forgetForwarded,
  statements.forgetCallBacks,
  statements.forgetFirstAnswers,
  statements.forgetClosed,
  statements.forgetWaiting,
  statements.forgetEntries,
  statements.forgetCases,
  statements.forgetSetting,
];
