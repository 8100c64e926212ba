import type { RoomMap } from '#privacy';

/** Counters of calls; accounts with carriers are the shop's own. */
export const carriersData = {
  'carriers.quota': {
    about: 'nobody',
    keptFor: 'in use',
    columns: { account_id: 'id', day: 'time', used: 'count', blocked_until: 'time' },
  },
} as const satisfies RoomMap;
