export const statements = {
  pastParcels: `
    select count(*) as rows, min(greatest(moved_at, last_sign_at)) as oldest from parcels.parcel
    where ($1::uuid is null or shop_id = $1) and greatest(moved_at, last_sign_at) < $2`,
  findPast: `
    select parcel_id as "parcelId" from parcels.parcel
    where ($1::uuid is null or shop_id = $1) and greatest(moved_at, last_sign_at) < $2 limit $3`,
  // Asked again when nobody else may fold them: what has moved in the meantime stays.
  stillPast: `
    select parcel_id as "parcelId" from parcels.parcel
    where parcel_id = any ($1::uuid[]) and greatest(moved_at, last_sign_at) < $2`,
  dropScans: `delete from parcels.scan where parcel_id = any ($1::uuid[])`,
  dropHistories: `delete from parcels.sealed_history where parcel_id = any ($1::uuid[])`,
  dropNumbers: `delete from parcels.parcel_by_number where parcel_id = any ($1::uuid[])`,
  dropParcels: `delete from parcels.parcel where parcel_id = any ($1::uuid[])`,
  pastWaiting: `
    select count(*) as rows, min(received_at) as oldest from parcels.waiting
    where ($1::uuid is null or shop_id = $1) and received_at < $2`,
};
