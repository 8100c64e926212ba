import { interests, type RoomMap } from '#privacy';

const signedIn = { about: 'staff', purposes: ['security'], basis: interests, keptFor: 'session' } as const;

/** Who of the shop's people is signed in: hashes and times. */
export const consoleData = {
  'console.link': { ...signedIn, columns: { link_hash: 'key', expires_at: 'time' } },
  'console.session': {
    ...signedIn,
    columns: { session_hash: 'key', shop_id: 'id', language: 'code', created_at: 'time', seen_at: 'time' },
  },
} as const satisfies RoomMap;
