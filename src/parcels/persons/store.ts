export const statements = {
  numbers: `
    select number_hash as "numberHash" from parcels.parcel
    where parcel_id = any ($1::uuid[]) and number_hash is not null`,
  dropNumbers: `
    delete from parcels.parcel_by_number where number_hash = any ($1::bytea[]) and parcel_id = any ($2::uuid[])`,
  // What waits for a number that another parcel carries too may be about that one.
  dropWaiting: `
    delete from parcels.waiting w where number_hash = any ($1::bytea[]) and shop_id = $2
      and not exists (select 1 from parcels.parcel_by_number n where n.number_hash = w.number_hash)`,

  heldParcels: `select to_jsonb(p) as row from parcels.parcel p where parcel_id = any ($1::uuid[]) order by parcel_id`,
  // The id of a scan is longer than what JSON's numbers keep.
  heldScans: `
    select to_jsonb(s) || jsonb_build_object('scan_id', scan_id::text) as row from parcels.scan s
    where parcel_id = any ($1::uuid[]) order by parcel_id, occurred_at, scan_id`,
  heldHistories: `
    select to_jsonb(h) as row from parcels.sealed_history h where parcel_id = any ($1::uuid[]) order by parcel_id`,
  dropParcels: `delete from parcels.parcel where parcel_id = any ($1::uuid[])`,
  dropScans: `delete from parcels.scan where parcel_id = any ($1::uuid[])`,
  dropHistories: `delete from parcels.sealed_history where parcel_id = any ($1::uuid[])`,
};
