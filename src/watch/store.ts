export const statements = {
  note: `
    insert into watch.watched (parcel_id, asked_at, due_at, failures, outcome) values ($1, $2, $3, $4, $5)
    on conflict (parcel_id) do update
    set asked_at = coalesce(excluded.asked_at, watch.watched.asked_at), due_at = excluded.due_at,
      failures = excluded.failures, outcome = excluded.outcome`,
  subscribe: `update watch.watched set subscribed_at = $2 where parcel_id = $1`,
  watched: `
    select parcel_id as "parcelId", asked_at as "askedAt", due_at as "dueAt", failures, outcome,
      subscribed_at is not null as subscribed
    from watch.watched where parcel_id = $1`,
};
