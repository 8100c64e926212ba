import type { PartitionPlan } from '#kit/database';

export const parcelKeyPartitions: PartitionPlan = { table: 'privacy.parcel_key', by: 'id' };

export const statements = {
  addPersonKeys: `
    insert into privacy.person_key (person_id, shop_id, wrapped)
    select * from unnest($1::uuid[], $2::uuid[], $3::bytea[])`,
  addParcelKeys: `
    insert into privacy.parcel_key (parcel_id, shop_id, wrapped)
    select * from unnest($1::uuid[], $2::uuid[], $3::bytea[])`,
  personKeys: `
    select person_id as id, shop_id as "shopId", wrapped from privacy.person_key where person_id = any ($1::uuid[])`,
  parcelKeys: `
    select parcel_id as id, shop_id as "shopId", wrapped from privacy.parcel_key where parcel_id = any ($1::uuid[])`,
  addConsent: `
    insert into privacy.consent
      (person_id, consent_id, shop_id, purpose, recipient, fields, given_at, words_hash, words, channel)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (person_id, purpose, recipient, given_at) do nothing`,
  consents: `
    select c.consent_id as "consentId", c.fields from privacy.consent c
    where c.person_id = $1 and c.purpose = $2 and c.recipient = $3
      and not exists (
        select from privacy.withdrawal w where w.person_id = c.person_id and w.consent_id = c.consent_id)
    order by c.given_at desc limit 20`,
  withdraw: `
    insert into privacy.withdrawal (person_id, consent_id, withdrawn_at)
    select person_id, consent_id, $3 from privacy.consent where person_id = $1 and consent_id = $2
    on conflict do nothing returning consent_id as "consentId"`,
  addDisclosure: `
    insert into privacy.disclosure
      (person_id, disclosure_id, shop_id, parcel_id, recipient, service, purpose, basis, consent_id, fields, withheld,
       disclosed_on, disclosed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict do nothing`,
  disclosures: `
    select disclosure_id as "disclosureId", parcel_id as "parcelId", recipient, service, purpose, basis, fields, withheld,
      disclosed_at as "disclosedAt"
    from privacy.disclosure where person_id = $1 order by disclosure_id desc limit 500`,
  addAudit: `
    insert into privacy.audit (audit_id, shop_id, happened_at, actor, verb, subject) values ($1, $2, $3, $4, $5, $6)`,
  audits: `
    select happened_at as "happenedAt", actor, verb, subject from privacy.audit
    where $1::uuid is null or shop_id is null or shop_id = $1
    order by audit_id desc limit $2`,
};
