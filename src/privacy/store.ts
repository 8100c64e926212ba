import type { PartitionPlan, Queries } from '#kit/database';
import { forgettingLedger } from './ledger/store.ts';

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
  // Those that were wrapped first and last: between them lies every wrapping key that was ever used.
  outerPersonKeys: `
    (select person_id as id, wrapped from privacy.person_key order by person_id limit 1)
    union all (select person_id as id, wrapped from privacy.person_key order by person_id desc limit 1)`,
  // A wrapped key begins with the four bytes that name what wraps it.
  holders: `
    select person_id as "personId", shop_id as "shopId" from privacy.person_key
    where ($1::uuid is null or shop_id = $1) and person_id < $2 and ($3::uuid is null or person_id > $3)
    order by person_id limit $4`,
  countHolders: `
    select shop_id as "shopId", count(*)::int as persons from privacy.person_key
    where ($1::uuid is null or shop_id = $1) and person_id < $2 group by shop_id`,
  countPersonKeys: `
    select encode(substring(wrapped from 1 for 4), 'hex') as id, count(*) as rows from privacy.person_key group by 1`,
  countParcelKeys: `
    select encode(substring(wrapped from 1 for 4), 'hex') as id, count(*) as rows from privacy.parcel_key group by 1`,
  staleParcelKeys: `
    select parcel_id as id, wrapped from privacy.parcel_key
    where parcel_id > $1 and substring(wrapped from 1 for 4) <> $2 order by parcel_id limit $3`,
  stalePersonKeys: `
    select person_id as id, wrapped from privacy.person_key
    where person_id > $1 and substring(wrapped from 1 for 4) <> $2 order by person_id limit $3`,
  awaitPersonKeys: `lock table privacy.person_key in share mode`,
  awaitParcelKeys: `lock table privacy.parcel_key in share mode`,
  rewrapPersonKeys: `
    update privacy.person_key k set wrapped = n.after from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (id, before, after)
    where k.person_id = n.id and k.wrapped = n.before returning k.person_id`,
  rewrapParcelKeys: `
    update privacy.parcel_key k set wrapped = n.after from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (id, before, after)
    where k.parcel_id = n.id and k.wrapped = n.before returning k.parcel_id`,
  ledgerHeads: `
    select distinct on (shop_id) shop_id as "shopId", size, encode(root, 'hex') as root
    from privacy.ledger_checkpoint order by shop_id, size desc`,
  addConsent: `
    insert into privacy.consent
      (person_id, consent_id, shop_id, purpose, recipient, fields, given_at, words, channel, language,
       words_version, preset, jurisdiction, policy_url, holds_until)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    on conflict (person_id, purpose, recipient, given_at, fields, preset) do nothing
    returning consent_id as "consentId"`,
  // Locked, so that a withdrawal comes either before what leaves under the consent or after it.
  lockConsents: `
    select consent_id as "consentId", purpose, recipient, fields, given_at as "givenAt", holds_until as "holdsUntil", preset
    from privacy.consent
    where person_id = $1 and purpose = $2 and recipient = $3 and given_at <= $4 and fields && $5::text[]
    order by given_at desc, consent_id limit 100 for share`,
  withdrawn: `
    select consent_id as "consentId" from privacy.withdrawal where person_id = $1 and consent_id = any ($2::uuid[])`,
  // With those that would still let one of its kinds go to the same recipient for the same purpose.
  lockAlike: `
    select c.consent_id as "consentId" from privacy.consent c, privacy.consent asked
    where asked.person_id = $1 and asked.consent_id = $2 and c.person_id = $1 and c.purpose = asked.purpose
      and c.recipient = asked.recipient and c.fields && asked.fields
      and (c.consent_id = $2 or c.holds_until is null or c.holds_until > $3)
    order by c.consent_id for update of c`,
  // When somebody last took back, after this moment, what let one of these kinds go to this recipient for this purpose.
  takenBack: `
    select max(w.withdrawn_at) as at from privacy.withdrawal w
    join privacy.consent c on c.person_id = w.person_id and c.consent_id = w.consent_id
    where w.person_id = $1 and c.purpose = $2 and c.recipient = $3 and c.fields && $4::text[] and w.withdrawn_at > $5`,
  withdraw: `
    insert into privacy.withdrawal (person_id, consent_id, withdrawn_at) values ($1, $2, $3)
    on conflict do nothing returning consent_id as "consentId"`,
  consentsOf: `
    select c.consent_id as "consentId", c.shop_id as "shopId", c.purpose, c.recipient, c.fields, c.given_at as "givenAt",
      c.words, c.channel, c.language, c.words_version as "version", c.preset, c.jurisdiction,
      c.policy_url as "policyUrl", c.holds_until as "holdsUntil", w.withdrawn_at as "withdrawnAt"
    from privacy.consent c
    left join privacy.withdrawal w on w.person_id = c.person_id and w.consent_id = c.consent_id
    where c.person_id = $1 order by c.given_at desc, c.consent_id desc limit 500`,
  effects: `
    select c.consent_id as "consentId", c.purpose, c.recipient, c.fields, c.given_at as "givenAt", c.preset, c.holds_until as "holdsUntil",
      w.withdrawn_at as "withdrawnAt"
    from privacy.consent c
    left join privacy.withdrawal w on w.person_id = c.person_id and w.consent_id = c.consent_id
    where c.person_id = $1 order by c.given_at desc, c.consent_id desc limit 100`,
  lockPerson: `
    select person_id as id, shop_id as "shopId", wrapped from privacy.person_key where person_id = $1 for key share`,
  // Waits for whatever leaves in this moment; what comes after it waits for this.
  holdPerson: `select shop_id as "shopId" from privacy.person_key where person_id = $1 for update`,
  lockPersons: `
    select person_id as "personId" from privacy.person_key where person_id = any ($1::uuid[])
    order by person_id for key share`,
  restrained: `
    select person_id as "personId" from privacy.restriction where person_id = any ($1::uuid[])
    union select person_id from privacy.objection where person_id = any ($1::uuid[]) and purpose = $2`,
  addRestriction: `
    insert into privacy.restriction (person_id, shop_id, restricted_at) values ($1, $2, $3)
    on conflict do nothing returning person_id as "personId"`,
  dropRestriction: `delete from privacy.restriction where person_id = $1 returning person_id as "personId"`,
  // A run that drops by clocks holds it shared for a batch; who restricts holds it alone, and so comes before or after.
  holdRestrictions: `select pg_advisory_xact_lock_shared(727171)`,
  takeRestrictions: `select pg_advisory_xact_lock(727171)`,
  restrictedIn: `
    select person_id as "personId" from privacy.restriction where $1::uuid is null or shop_id = $1`,
  addObjection: `
    insert into privacy.objection (person_id, purpose, shop_id, objected_at) values ($1, $2, $3, $4)
    on conflict do nothing returning person_id as "personId"`,
  dropObjection: `
    delete from privacy.objection where person_id = $1 and purpose = $2 returning person_id as "personId"`,
  restraints: `
    select null as purpose, restricted_at as at from privacy.restriction where person_id = $1
    union all select purpose, objected_at as at from privacy.objection where person_id = $1 order by 1 nulls first`,
  addDisclosure: `
    insert into privacy.disclosure
      (person_id, disclosure_id, shop_id, parcel_id, recipient, service, purpose, basis, consent_id, fields, withheld,
       disclosed_on, disclosed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict do nothing returning disclosure_id as "disclosureId"`,
  disclosures: `
    select disclosure_id as "disclosureId", parcel_id as "parcelId", recipient, service, purpose, basis, fields, withheld,
      disclosed_at as "disclosedAt"
    from privacy.disclosure where person_id = $1 order by disclosure_id desc limit 500`,
  dropPersonKeys: `delete from privacy.person_key where person_id = any ($1::uuid[])`,
  dropParcelKeys: `delete from privacy.parcel_key where parcel_id = any ($1::uuid[])`,
  addAudit: `
    insert into privacy.audit (audit_id, shop_id, happened_at, actor, verb, subject) values ($1, $2, $3, $4, $5, $6)`,
  audits: `
    select happened_at as "happenedAt", actor, verb, subject from privacy.audit
    where $1::uuid is null or shop_id is null or shop_id = $1
    order by audit_id desc limit $2`,

  forgetWithdrawals: `
    delete from privacy.withdrawal w using privacy.consent c
    where c.person_id = w.person_id and c.consent_id = w.consent_id and c.shop_id = $1`,
  forgetRestrictions: `delete from privacy.restriction where shop_id = $1`,
  forgetObjections: `delete from privacy.objection where shop_id = $1`,
  forgetConsents: `delete from privacy.consent where shop_id = $1`,
  forgetDisclosures: `delete from privacy.disclosure where shop_id = $1`,
  forgetAudit: `delete from privacy.audit where shop_id = $1`,
  forgetPersonKeys: `delete from privacy.person_key where shop_id = $1`,
  forgetParcelKeys: `delete from privacy.parcel_key where shop_id = $1`,
};

/** In this order: what refers to another row goes before it. */
export const forgetting: readonly string[] = [
  ...forgettingLedger,
  statements.forgetWithdrawals,
  statements.forgetConsents,
  statements.forgetRestrictions,
  statements.forgetObjections,
  statements.forgetDisclosures,
  statements.forgetAudit,
  statements.forgetPersonKeys,
  statements.forgetParcelKeys,
];

export type LedgerHead = { readonly shopId: string; readonly size: number; readonly root: string };

/** How far the ledger of each shop is signed. */
export async function ledgerHeads(queries: Queries): Promise<readonly LedgerHead[]> {
  return await queries.rows<LedgerHead>(statements.ledgerHeads, []);
}
