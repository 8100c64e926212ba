export const statements = {
  // Locked until the transaction ends: what leaves in this moment is written down first, and nothing leaves after it.
  lockForErasure: `
    select person_id as "personId" from privacy.person_key where person_id = any ($1::uuid[]) order by person_id for update`,

  heldKeys: `select to_jsonb(k) as row from privacy.person_key k where person_id = any ($1::uuid[])`,
  heldParcelKeys: `select to_jsonb(k) as row from privacy.parcel_key k where parcel_id = any ($1::uuid[])`,
  heldConsents: `
    select to_jsonb(c) as row from privacy.consent c where person_id = any ($1::uuid[]) order by consent_id`,
  heldWithdrawals: `
    select to_jsonb(w) as row from privacy.withdrawal w where person_id = any ($1::uuid[]) order by consent_id`,
  heldRestrictions: `select to_jsonb(r) as row from privacy.restriction r where person_id = any ($1::uuid[])`,
  heldObjections: `
    select to_jsonb(o) as row from privacy.objection o where person_id = any ($1::uuid[]) order by purpose`,
  heldDisclosures: `
    select to_jsonb(d) as row from privacy.disclosure d where person_id = any ($1::uuid[]) order by disclosure_id`,
  heldCounts: `select to_jsonb(l) as row from privacy.ledger_person l where person_id = any ($1::uuid[])`,
  heldEntries: `
    select to_jsonb(l) as row from privacy.ledger_own l where person_id = any ($1::uuid[]) order by number`,
  heldWaiting: `
    select to_jsonb(l) as row from privacy.ledger_waiting l where person_id = any ($1::uuid[]) order by entry_id`,

  dropConsents: `delete from privacy.consent where person_id = any ($1::uuid[])`,
  dropWithdrawals: `delete from privacy.withdrawal where person_id = any ($1::uuid[])`,
  dropRestrictions: `delete from privacy.restriction where person_id = any ($1::uuid[])`,
  dropObjections: `delete from privacy.objection where person_id = any ($1::uuid[])`,
  dropDisclosures: `delete from privacy.disclosure where person_id = any ($1::uuid[])`,
  dropCounts: `delete from privacy.ledger_person where person_id = any ($1::uuid[])`,
  dropEntries: `delete from privacy.ledger_own where person_id = any ($1::uuid[])`,
  dropKeys: `delete from privacy.person_key where person_id = any ($1::uuid[])`,
  dropParcelKeys: `delete from privacy.parcel_key where parcel_id = any ($1::uuid[])`,
};
