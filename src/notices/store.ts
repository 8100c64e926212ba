export const statements = {
  // What had passed before it was sent is told anew when it comes again.
  tell: `
    insert into notices.told
      (person_id, order_id, parcel_id, kind, generation, shop_id, decided_at, due_at, verdict, sub_status, notice_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, null)
    on conflict (person_id, order_id, parcel_id, kind, generation) do update
    set decided_at = excluded.decided_at, due_at = excluded.due_at, verdict = excluded.verdict,
      sub_status = excluded.sub_status, notice_id = null
    where notices.told.verdict = 'passed'
    returning kind`,
  toldOfParcel: `
    select kind, generation, verdict from notices.told where person_id = $1 and order_id = $2 and parcel_id = $3`,
  toldOfOrder: `
    select parcel_id as "parcelId", kind, generation, verdict from notices.told where person_id = $1 and order_id = $2`,
  firstDue: `
    select min(due_at) as "dueAt" from notices.told
    where person_id = $1 and order_id = $2 and verdict = 'due' and notice_id is null`,
  lockDue: `
    select parcel_id as "parcelId", kind, generation, shop_id as "shopId" from notices.told
    where person_id = $1 and order_id = $2 and verdict = 'due' and notice_id is null
    order by parcel_id, kind, generation for update`,
  pass: `
    update notices.told set verdict = 'passed', notice_id = null
    where person_id = $1 and order_id = $2 and parcel_id = $3 and kind = $4 and generation = $5`,
  putInto: `
    update notices.told set notice_id = $5
    where person_id = $1 and order_id = $2 and kind = $3 and parcel_id = any ($4::uuid[])
      and verdict = 'due' and notice_id is null`,
  addNotice: `
    insert into notices.notice (person_id, notice_id, order_id, shop_id, kind, made_at) values ($1, $2, $3, $4, $5, $6)`,
  notice: `
    select n.person_id as "personId", n.notice_id as "noticeId", n.order_id as "orderId", n.shop_id as "shopId", n.kind,
      n.made_at as "madeAt", o.outcome
    from notices.notice n left join notices.outcome o on o.person_id = n.person_id and o.notice_id = n.notice_id
    where n.person_id = $1 and n.notice_id = $2`,
  factsOfNotice: `
    select parcel_id as "parcelId", kind, generation from notices.told
    where person_id = $1 and order_id = $2 and notice_id = $3 order by parcel_id`,
  dropNotice: `
    with attempts as (delete from notices.attempt where person_id = $1 and notice_id = $2)
    delete from notices.notice where person_id = $1 and notice_id = $2`,
  conclude: `
    insert into notices.outcome (person_id, notice_id, outcome, at, answer) values ($1, $2, $3, $4, $5)
    on conflict do nothing returning outcome`,
  attempt: `
    insert into notices.attempt (person_id, notice_id, tries, last_at, answer) values ($1, $2, 1, $3, $4)
    on conflict (person_id, notice_id) do update
    set tries = notices.attempt.tries + 1, last_at = excluded.last_at, answer = excluded.answer`,
  ofOrder: `
    select t.parcel_id as "parcelId", t.kind, t.sub_status as "subStatus", t.decided_at as "decidedAt", t.due_at as "dueAt",
      t.verdict, t.notice_id as "noticeId", o.outcome, o.at as "concludedAt", coalesce(o.answer, a.answer) as answer,
      a.tries
    from notices.told t
    left join notices.outcome o on o.person_id = t.person_id and o.notice_id = t.notice_id
    left join notices.attempt a on a.person_id = t.person_id and a.notice_id = t.notice_id
    where t.person_id = $1 and t.order_id = $2 order by t.decided_at, t.parcel_id, t.kind limit 500`,
  ofShop: `
    select n.person_id as "personId", n.notice_id as "noticeId", n.order_id as "orderId", n.kind, n.made_at as "madeAt",
      o.outcome, o.at as "concludedAt", coalesce(o.answer, a.answer) as answer, a.tries
    from notices.notice n
    left join notices.outcome o on o.person_id = n.person_id and o.notice_id = n.notice_id
    left join notices.attempt a on a.person_id = n.person_id and a.notice_id = n.notice_id
    where n.shop_id = $1 and ($2::uuid is null or n.notice_id < $2) order by n.notice_id desc limit $3`,
  forgetShop: `
    with gone as (delete from notices.notice where shop_id = $1 returning person_id, notice_id),
      attempts as (
        delete from notices.attempt a using gone g where a.person_id = g.person_id and a.notice_id = g.notice_id
      ),
      outcomes as (
        delete from notices.outcome o using gone g where o.person_id = g.person_id and o.notice_id = g.notice_id
      )
    delete from notices.told where shop_id = $1`,
};
