create index parcel_by_number_of_parcel on parcels.parcel_by_number (parcel_id);
