import { contract, hashOf, type RoomMap } from '#privacy';

const asked = {
  about: 'customers',
  purposes: ['rights of the person', 'answering a request', 'security'],
  basis: contract,
  keptFor: 'session',
} as const;

/** What data pages keep for their minutes: hashes of codes and of secret addresses, and the last word to who is gone. */
export const customerData = {
  'customer.code': {
    ...asked,
    columns: {
      person_id: 'id',
      code_id: 'id',
      shop_id: 'id',
      order_id: 'id',
      code_hash: 'key',
      address_hash: hashOf('email'),
      tries: 'count',
      made_at: 'time',
      until_at: 'time',
    },
  },
  'customer.grant_of_person': {
    ...asked,
    columns: {
      grant_hash: 'key',
      link_hash: 'key',
      person_id: 'id',
      order_id: 'id',
      shop_id: 'id',
      made_at: 'time',
      until_at: 'time',
      downloaded_at: 'time',
    },
  },
  'customer.farewell': {
    ...asked,
    columns: { link_hash: 'key', shop_id: 'id', language: 'code', until_at: 'time', receipt: 'entry' },
  },
} as const satisfies RoomMap;
