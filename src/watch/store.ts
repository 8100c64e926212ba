export const statements = {
  note: `
    insert into watch.watched as w (parcel_id, shop_id, asked_at, due_at, failures, outcome)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (parcel_id) do update
    set asked_at = coalesce(excluded.asked_at, w.asked_at), due_at = excluded.due_at, failures = excluded.failures, outcome = excluded.outcome`,
  // What came of the last question stays, unless the parcel's end has come or gone.
  plan: `
    insert into watch.watched as w (parcel_id, shop_id, due_at, failures, outcome)
    select g.parcel_id, g.shop_id, g.due_at, 0, case when g.due_at is null then 'over' else 'waiting' end
    from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as g (parcel_id, shop_id, due_at) order by g.parcel_id
    on conflict (parcel_id) do update
    set due_at = excluded.due_at,
      outcome = case when 'over' in (excluded.outcome, w.outcome) then excluded.outcome else w.outcome end`,
  subscribe: `update watch.watched set subscribed_at = $2 where parcel_id = $1`,
  // A subscription that began at or before $2 is none any more.
  unsubscribe: `
    update watch.watched set subscribed_at = null where parcel_id = $1 and subscribed_at <= $2 returning parcel_id`,
  watched: `
    select parcel_id as "parcelId", asked_at as "askedAt", due_at as "dueAt", failures, outcome,
      subscribed_at is not null as subscribed
    from watch.watched where parcel_id = any ($1::uuid[])`,
  forgetShop: `delete from watch.watched where shop_id = $1`,
};
