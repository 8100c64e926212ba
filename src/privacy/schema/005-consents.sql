alter table privacy.consent add column language text;
alter table privacy.consent add column words_version text;
alter table privacy.consent add column preset text;
alter table privacy.consent add column jurisdiction text;
alter table privacy.consent add column policy_url text;
alter table privacy.consent add column holds_until timestamptz;

comment on column privacy.consent.preset is 'How the box stood before the person touched it: unticked, or null where the shop has not said.';

create table privacy.restriction (
  person_id uuid primary key,
  shop_id uuid not null,
  restricted_at timestamptz not null
);
comment on table privacy.restriction is 'family: person. Whose data is only kept and not used (GDPR, art. 18), since when.';

create table privacy.objection (
  person_id uuid not null,
  purpose text not null,
  shop_id uuid not null,
  objected_at timestamptz not null,
  primary key (person_id, purpose)
);
comment on table privacy.objection is 'family: person. Purposes that a person has objected to (GDPR, art. 21), since when.';
