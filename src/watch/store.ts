export const statements = {
  note: `
    insert into watch.watched (parcel_id, asked_at, due_at, failures, outcome) values ($1, $2, $3, $4, $5)
    on conflict (parcel_id) do update
    set asked_at = coalesce(excluded.asked_at, watch.watched.asked_at), due_at = excluded.due_at,
      failures = excluded.failures, outcome = excluded.outcome`,
  watched: `
    select parcel_id as "parcelId", asked_at as "askedAt", due_at as "dueAt", failures, outcome
    from watch.watched where parcel_id = $1`,
};
