export const statements = {
  // What had passed before it was sent is told anew when it comes again.
  tell: `
    insert into notices.told
      (person_id, order_id, parcel_id, kind, generation, shop_id, decided_at, due_at, verdict, sub_status, happened_at,
        held_until, of_kind, of_generation, notice_id)
    select g.person_id, g.order_id, g.parcel_id, g.kind, g.generation, g.shop_id, $7, g.due_at, g.verdict, g.sub_status,
      g.happened_at, g.held_until, g.of_kind, g.of_generation, g.notice_id
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $8::timestamptz[], $9::text[],
      $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[], $15::uuid[])
      as g (person_id, order_id, parcel_id, kind, generation, shop_id, due_at, verdict, sub_status, happened_at,
        held_until, of_kind, of_generation, notice_id)
    on conflict (person_id, order_id, parcel_id, kind, generation) do update
    set decided_at = excluded.decided_at, due_at = excluded.due_at, verdict = excluded.verdict,
      sub_status = excluded.sub_status, happened_at = excluded.happened_at, held_until = excluded.held_until,
      notice_id = excluded.notice_id
    where notices.told.verdict in ('passed', 'withdrawn')
    returning parcel_id as "parcelId"`,
  toldOfParcels: `
    select t.parcel_id as "parcelId", t.kind, t.generation, t.verdict, t.happened_at as "happenedAt", o.outcome, o.at as "concludedAt"
    from notices.told t left join notices.outcome o on o.person_id = t.person_id and o.notice_id = t.notice_id
    where (t.person_id, t.order_id, t.parcel_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]))`,
  // Whoever marks a fact as corrected and whoever asks whether it is told must not look at the same time.
  lockTold: `
    select kind from notices.told where person_id = $1 and order_id = $2 and parcel_id = $3
    order by kind, generation for update`,
  withdraw: `
    update notices.told set verdict = 'withdrawn'
    where person_id = $1 and order_id = $2 and parcel_id = $3 and kind = $4 and generation = $5 and verdict = 'due'
      and notice_id is null`,
  correct: `
    update notices.told set verdict = 'corrected'
    where person_id = $1 and order_id = $2 and parcel_id = $3 and kind = $4 and generation = $5 and verdict = 'due'`,
  parcelsTold: `
    select distinct t.person_id as "personId", t.order_id as "orderId", t.parcel_id as "parcelId", t.kind
    from notices.told t join notices.outcome o on o.person_id = t.person_id and o.notice_id = t.notice_id
    where (t.person_id, t.order_id, t.kind) in (select * from unnest($1::uuid[], $2::uuid[], $3::text[]))
      and t.verdict = 'due' and o.outcome = 'sent'`,
  toldOfOrders: `
    select order_id as "orderId", parcel_id as "parcelId", kind, generation, verdict from notices.told
    where (person_id, order_id) in (select * from unnest($1::uuid[], $2::uuid[]))`,
  pending: `
    select person_id as "personId", order_id as "orderId", kind, held_until is not null as "isLong",
      min(due_at) as "firstAt", max(due_at) as "lastAt"
    from notices.told
    where (person_id, order_id, kind, held_until is not null) in (
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[]))
      and verdict = 'due' and notice_id is null
    group by person_id, order_id, kind, held_until is not null`,
  // What is held is not taken before its time, whoever comes for others of its kind.
  lockDue: `
    select t.person_id as "personId", t.order_id as "orderId", t.parcel_id as "parcelId", t.kind, t.generation,
      t.shop_id as "shopId", t.happened_at as "happenedAt",
      t.of_kind as "ofKind", t.of_generation as "ofGeneration", null::uuid as "ofNoticeId", null::timestamptz as "ofSentAt"
    from notices.told t
    where t.person_id = $1 and t.order_id = $2 and t.verdict = 'due' and t.notice_id is null
      and ($3::text is null or t.kind = $3) and (t.held_until is null or t.held_until <= $4)
    order by t.parcel_id, t.kind, t.generation for update`,
  heldUntil: `
    select kind, min(held_until) as "dueAt" from notices.told
    where person_id = $1 and order_id = $2 and verdict = 'due' and notice_id is null
      and ($3::text is null or kind = $3) and held_until > $4
    group by kind`,
  pass: `
    update notices.told set verdict = $6, notice_id = null
    where person_id = $1 and order_id = $2 and parcel_id = $3 and kind = $4 and generation = $5`,
  putInto: `
    update notices.told set notice_id = $5
    where person_id = $1 and order_id = $2 and kind = $3 and (parcel_id, generation) in (select * from unnest($4::uuid[], $6::text[]))
      and verdict = 'due' and notice_id is null`,
  addNotices: `
    insert into notices.notice (person_id, notice_id, order_id, shop_id, kind, made_at)
    select g.person_id, g.notice_id, g.order_id, g.shop_id, g.kind, $6
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as g (person_id, notice_id, order_id, shop_id, kind)`,
  notices: `
    select n.person_id as "personId", n.notice_id as "noticeId", n.order_id as "orderId", n.shop_id as "shopId", n.kind,
      n.made_at as "madeAt", n.handed_at as "handedAt", o.outcome
    from notices.notice n left join notices.outcome o on o.person_id = n.person_id and o.notice_id = n.notice_id
    where (n.person_id, n.notice_id) in (select * from unnest($1::uuid[], $2::uuid[]))
    order by n.person_id, n.notice_id`,
  factsOfNotices: `
    select t.person_id as "personId", t.order_id as "orderId", t.notice_id as "noticeId", t.parcel_id as "parcelId",
      t.kind, t.generation, t.happened_at as "happenedAt", t.of_kind as "ofKind",
      t.of_generation as "ofGeneration", f.notice_id as "ofNoticeId", o.at as "ofSentAt"
    from notices.told t
    left join notices.told f on f.person_id = t.person_id and f.order_id = t.order_id and f.parcel_id = t.parcel_id
      and f.kind = t.of_kind and f.generation = t.of_generation
    left join notices.outcome o on o.person_id = f.person_id and o.notice_id = f.notice_id
    where (t.person_id, t.notice_id, t.order_id) in (select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]))
    order by t.parcel_id`,
  dropNotice: `
    with attempts as (delete from notices.attempt where person_id = $1 and notice_id = $2)
    delete from notices.notice where person_id = $1 and notice_id = $2`,
  conclude: `
    insert into notices.outcome (person_id, notice_id, outcome, at, answer)
    select g.person_id, g.notice_id, g.outcome, $4, g.answer
    from unnest($1::uuid[], $2::uuid[], $3::text[], $5::text[]) as g (person_id, notice_id, outcome, answer)
    order by g.person_id, g.notice_id
    on conflict do nothing returning notice_id as "noticeId"`,
  hand: `
    update notices.notice n set handed_at = $3
    from (select * from unnest($1::uuid[], $2::uuid[]) as g (person_id, notice_id) order by 1, 2) g
    where n.person_id = g.person_id and n.notice_id = g.notice_id`,
  attempt: `
    with kept as (update notices.notice set handed_at = $5 where person_id = $1 and notice_id = $2)
    insert into notices.attempt (person_id, notice_id, tries, last_at, answer) values ($1, $2, 1, $3, $4)
    on conflict (person_id, notice_id) do update
    set tries = notices.attempt.tries + 1, last_at = excluded.last_at, answer = excluded.answer`,
  ofOrder: `
    select t.parcel_id as "parcelId", t.kind, t.sub_status as "subStatus", t.decided_at as "decidedAt", t.due_at as "dueAt",
      t.held_until as "heldUntil", t.of_kind as "ofKind", t.verdict, t.notice_id as "noticeId", o.outcome, o.at as "concludedAt", coalesce(o.answer, a.answer) as answer,
      a.tries
    from notices.told t
    left join notices.outcome o on o.person_id = t.person_id and o.notice_id = t.notice_id
    left join notices.attempt a on a.person_id = t.person_id and a.notice_id = t.notice_id
    where t.person_id = $1 and t.order_id = $2 order by t.decided_at, t.parcel_id, t.kind limit 500`,
  ofShop: `
    select n.person_id as "personId", n.notice_id as "noticeId", n.order_id as "orderId", n.kind, n.made_at as "madeAt",
      o.outcome, o.at as "concludedAt", coalesce(o.answer, a.answer) as answer, a.tries,
      exists (
        select 1 from notices.told t
        where t.person_id = n.person_id and t.order_id = n.order_id and t.notice_id = n.notice_id
          and t.verdict = 'corrected'
      ) as "isCorrected"
    from notices.notice n
    left join notices.outcome o on o.person_id = n.person_id and o.notice_id = n.notice_id
    left join notices.attempt a on a.person_id = n.person_id and a.notice_id = n.notice_id
    where n.shop_id = $1 and ($2::uuid is null or n.notice_id < $2) order by n.notice_id desc limit $3`,
  addMessage: `
    insert into notices.message
      (person_id, message_id, shop_id, order_id, kind, language, made_at, until_at, email, name, content, disclosed_to)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
  message: `
    select person_id as "personId", message_id as "messageId", shop_id as "shopId", order_id as "orderId", kind, language,
      made_at as "madeAt", until_at as "untilAt", email, name, content, disclosed_to as "disclosedTo"
    from notices.message where person_id = $1 and message_id = $2 and content is not null`,
  amendMessage: `update notices.message set content = $2 where person_id = $1 and message_id = $1`,
  attemptMessage: `
    insert into notices.attempt (person_id, notice_id, tries, last_at, answer)
    select person_id, message_id, 1, $3, $4 from notices.message where person_id = $1 and message_id = $2
    on conflict (person_id, notice_id) do update
    set tries = notices.attempt.tries + 1, last_at = excluded.last_at, answer = excluded.answer`,
  // Once; and nothing of somebody who was forgotten while it was under way.
  concludeMessage: `
    with went as (
      update notices.message set content = null, email = null, name = null
      where person_id = $1 and message_id = $2 and content is not null returning person_id, message_id)
    insert into notices.outcome (person_id, notice_id, outcome, at, answer)
    select person_id, message_id, $3, $4, $5 from went
    on conflict do nothing returning notice_id as "noticeId"`,
  messagesOf: `
    select m.message_id as "messageId", m.kind, m.made_at as "madeAt", o.outcome, o.at as "concludedAt"
    from notices.message m
    left join notices.outcome o on o.person_id = m.person_id and o.notice_id = m.message_id
    where m.person_id = $1 order by m.message_id desc limit 200`,
  dropMessage: `
    with attempts as (delete from notices.attempt where person_id = $1 and notice_id = $2),
      outcomes as (delete from notices.outcome where person_id = $1 and notice_id = $2)
    delete from notices.message where person_id = $1 and message_id = $2`,
  forgetShop: `
    with gone as (
        select person_id, notice_id from notices.notice where shop_id = $1
        union all select person_id, message_id from notices.message where shop_id = $1
      ),
      notices as (delete from notices.notice where shop_id = $1),
      messages as (delete from notices.message where shop_id = $1),
      attempts as (
        delete from notices.attempt a using gone g where a.person_id = g.person_id and a.notice_id = g.notice_id
      ),
      outcomes as (
        delete from notices.outcome o using gone g where o.person_id = g.person_id and o.notice_id = g.notice_id
      )
    delete from notices.told where shop_id = $1`,
};
