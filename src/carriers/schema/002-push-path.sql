alter table carriers.account add column push_hash bytea;
