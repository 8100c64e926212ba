-- The same words have the same hash in every shop: it is made of the words when it is wanted, and stands nowhere.
alter table privacy.consent
  drop column words_hash;
