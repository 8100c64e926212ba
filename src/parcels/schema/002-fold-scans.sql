alter table parcels.parcel add column fold_scans bytea;
