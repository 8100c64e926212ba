export const statements = {
  dropWatched: `delete from watch.watched where parcel_id = any ($1::uuid[])`,
};
