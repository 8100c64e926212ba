-- A shop that says afterwards how the box stood says something new: a record of its own, and the first stays as it was told.
alter table privacy.consent
  drop constraint consent_person_id_purpose_recipient_given_at_fields_key;
create unique index consent_told_once on privacy.consent
  (person_id, purpose, recipient, given_at, fields, preset)
  nulls not distinct;
