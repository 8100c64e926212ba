import { contract, interests, sealedAs, type RoomMap } from '#privacy';

/** Files of orders on their way in, sealed whole, and the keys of machines. */
export const apiData = {
  'api.key': {
    about: 'nobody',
    keptFor: 'in use',
    columns: { key_id: 'id', shop_id: 'id', name: 'label', scopes: 'code', secret_hash: 'key', created_at: 'time' },
  },
  'api.import': {
    about: 'staff',
    purposes: ['shop systems'],
    basis: interests,
    keptFor: 'import',
    columns: {
      import_id: 'id',
      shop_id: 'id',
      created_at: 'time',
      state: 'code',
      file_key: 'key',
      // The file's name and the names of its columns.
      sealed: sealedAs('order_contents'),
      byte_count: 'count',
      bytes_done: 'count',
      counts: 'count',
      orders_done: 'count',
      ended_line: 'count',
      ended_why: 'code',
      ended_at: 'time',
    },
  },
  'api.import_refusal': {
    about: 'customers',
    purposes: ['shop systems'],
    basis: contract,
    keptFor: 'import',
    columns: { import_id: 'id', place: 'count', sealed: sealedAs('order_contents') },
  },
  'api.import_chunk': {
    about: 'customers',
    purposes: ['shop systems'],
    basis: contract,
    keptFor: 'import',
    columns: { import_id: 'id', place: 'count', shop_id: 'id', sealed: sealedAs('order_contents') },
  },
} as const satisfies RoomMap;
