export const statements = {
  heldWatched: `select to_jsonb(w) as row from watch.watched w where parcel_id = any ($1::uuid[]) order by parcel_id`,
  dropWatched: `delete from watch.watched where parcel_id = any ($1::uuid[])`,
};
