import type { RoomMap } from '#privacy';

/** What this room keeps about people: that they were invited through another's system, not what was told there. */
export const evidenceData = {
  'evidence.invitation': {
    about: 'customers',
    purposes: ['review invitation by platform', 'accountability'],
    basis: 'consent: art. 6(1)(a)',
    keptFor: 'notice',
    columns: {
      person_id: 'id',
      order_id: 'id',
      seal_id: 'id',
      shop_id: 'id',
      reference: 'id',
      state: 'code',
      attempts: 'count',
      changed_at: 'time',
    },
  },
} as const satisfies RoomMap;
