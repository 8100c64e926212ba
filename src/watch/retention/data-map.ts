import { contract, type RoomMap } from '#privacy';

/** When carriers are asked about people's parcels. */
export const watchData = {
  'watch.watched': {
    about: 'customers',
    purposes: ['tracking'],
    basis: contract,
    keptFor: 'parcel',
    columns: {
      parcel_id: 'id',
      shop_id: 'id',
      asked_at: 'time',
      subscribed_at: 'time',
      due_at: 'time',
      failures: 'count',
      outcome: 'code',
    },
  },
} as const satisfies RoomMap;
