export const statements = {
  pastParcels: `
    select count(*) as rows, min(greatest(moved_at, last_sign_at)) as oldest from parcels.parcel
    where ($1::uuid is null or shop_id = $1) and greatest(moved_at, last_sign_at) < $2 and person_id <> all ($3::uuid[])`,
  findPast: `
    select parcel_id as "parcelId" from parcels.parcel
    where ($1::uuid is null or shop_id = $1) and greatest(moved_at, last_sign_at) < $2 and person_id <> all ($4::uuid[])
    limit $3`,
  // Asked again when nobody else may fold them: what has moved in the meantime stays.
  stillPast: `
    select parcel_id as "parcelId" from parcels.parcel
    where parcel_id = any ($1::uuid[]) and greatest(moved_at, last_sign_at) < $2`,
  pastWaiting: `
    select count(*) as rows, min(received_at) as oldest from parcels.waiting
    where ($1::uuid is null or shop_id = $1) and received_at < $2`,
};
