import { consentBasis } from '../rules/outside.ts';
import { contract, interests, obligation, sealedAs, type RoomMap } from '../data-map.ts';

const proof = { about: 'customers', purposes: ['accountability'], basis: obligation } as const;

/** Privacy's own tables: keys, consents, disclosures, ledger, audit. */
export const privacyData = {
  'privacy.person_key': {
    about: 'customers',
    purposes: ['security'],
    basis: contract,
    keptFor: 'proof',
    columns: { person_id: 'id', shop_id: 'id', wrapped: 'key' },
  },
  'privacy.parcel_key': {
    about: 'customers',
    purposes: ['security'],
    basis: contract,
    keptFor: 'parcel',
    columns: { parcel_id: 'id', shop_id: 'id', wrapped: 'key' },
  },
  'privacy.consent': {
    about: 'customers',
    purposes: ['support', 'rights of the person', 'accountability'],
    basis: consentBasis,
    keptFor: 'proof',
    columns: {
      person_id: 'id',
      consent_id: 'id',
      shop_id: 'id',
      purpose: 'code',
      recipient: 'code',
      fields: 'code',
      given_at: 'time',
      words: sealedAs('consent_words'),
      channel: 'code',
      language: 'code',
      words_version: 'code',
      preset: 'code',
      jurisdiction: 'code',
      policy_url: 'code',
      holds_until: 'time',
    },
  },
  'privacy.restriction': {
    ...proof,
    keptFor: 'proof',
    columns: { person_id: 'id', shop_id: 'id', restricted_at: 'time' },
  },
  'privacy.objection': {
    ...proof,
    keptFor: 'proof',
    columns: { person_id: 'id', purpose: 'code', shop_id: 'id', objected_at: 'time' },
  },
  'privacy.withdrawal': {
    ...proof,
    keptFor: 'proof',
    columns: { person_id: 'id', consent_id: 'id', withdrawn_at: 'time' },
  },
  'privacy.disclosure': {
    ...proof,
    keptFor: 'proof',
    columns: {
      person_id: 'id',
      disclosure_id: 'id',
      shop_id: 'id',
      parcel_id: 'id',
      recipient: 'code',
      service: 'code',
      purpose: 'code',
      basis: 'code',
      consent_id: 'id',
      fields: 'code',
      withheld: 'code',
      disclosed_on: 'time',
      disclosed_at: 'time',
    },
  },
  'privacy.ledger_person': {
    ...proof,
    keptFor: 'proof',
    columns: { person_id: 'id', shop_id: 'id', entries: 'count' },
  },
  'privacy.ledger_own': {
    ...proof,
    keptFor: 'proof',
    columns: { person_id: 'id', number: 'count', entry_id: 'id', shop_id: 'id', kind: 'code', told: 'entry' },
  },
  'privacy.ledger_waiting': {
    ...proof,
    keptFor: 'moment',
    columns: { person_id: 'id', entry_id: 'id', shop_id: 'id', entry: 'entry' },
  },
  // What strangers check: commitments and hashes, nobody's data, and no proof at all with a hole in it.
  'privacy.ledger_tile': {
    about: 'nobody',
    keptFor: 'for good',
    columns: { shop_id: 'id', level: 'count', tile_index: 'count', width: 'count', bytes: 'entry' },
  },
  'privacy.ledger_place': {
    about: 'nobody',
    keptFor: 'for good',
    columns: { shop_id: 'id', first_index: 'count', low: 'id', high: 'id', entry_ids: 'id' },
  },
  'privacy.ledger_checkpoint': {
    about: 'nobody',
    keptFor: 'for good',
    columns: { shop_id: 'id', size: 'count', root: 'entry', note: 'entry', signed_at: 'time' },
  },
  'privacy.audit': {
    about: 'staff',
    purposes: ['accountability', 'security'],
    basis: interests,
    keptFor: 'audit',
    columns: {
      audit_id: 'id',
      shop_id: 'id',
      happened_at: 'time',
      actor: 'code',
      verb: 'code',
      subject: 'id',
    },
  },
} as const satisfies RoomMap;

/** What lies on the floors below, which know nothing of people. */
export const groundData = {
  'kit.migration': {
    about: 'nobody',
    keptFor: 'in use',
    columns: { id: 'code', checksum: 'code' },
  },
  'keys.installation': { about: 'nobody', keptFor: 'in use', columns: { one: 'flag', keyring_id: 'id' } },
  'keys.process': {
    about: 'nobody',
    keptFor: 'in use',
    columns: { process_id: 'id', wraps: 'code', knows: 'code', seen_at: 'time' },
  },
  'keys.rotation': {
    about: 'nobody',
    keptFor: 'in use',
    columns: {
      rotation_id: 'id',
      began_at: 'time',
      actor: 'code',
      to_id: 'code',
      rewrapped: 'count',
      ended_at: 'time',
    },
  },
  'keys.backup': {
    about: 'nobody',
    keptFor: 'in use',
    columns: { kind: 'code', made_at: 'time', bytes: 'count', row_count: 'count', encrypted: 'flag' },
  },
  'facts.lane': { about: 'nobody', keptFor: 'in use', columns: { lane: 'count', seq: 'count' } },
  'facts.fact': {
    about: 'customers',
    purposes: ['tracking page', 'notice'],
    basis: contract,
    keptFor: 'fact',
    columns: {
      lane: 'count',
      seq: 'count',
      appended_at: 'time',
      kind: 'code',
      key: 'id',
      body: 'code',
    },
  },
  'facts.cursor': { about: 'nobody', keptFor: 'in use', columns: { follower: 'code', lane: 'count', seq: 'count' } },
  'facts.attempt': {
    about: 'nobody',
    keptFor: 'in use',
    columns: { follower: 'code', lane: 'count', seq: 'count', failures: 'count', next_at: 'time' },
  },
  // Until staff try it again: an id that leads nowhere once its person or parcel is gone.
  'facts.parked': {
    about: 'nobody',
    keptFor: 'in use',
    columns: {
      follower: 'code',
      key: 'id',
      lane: 'count',
      seq: 'count',
      appended_at: 'time',
      reason: 'code',
    },
  },
} as const satisfies RoomMap;
