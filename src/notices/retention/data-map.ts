import { contract, type RoomMap } from '#privacy';

const purposes = ['notice', 'sending mail', 'support'] as const;
const told = { about: 'customers', purposes, basis: contract, keptFor: 'notice' } as const;

/** What people were told about their parcels; the words themselves are kept nowhere. */
export const noticesData = {
  'notices.told': {
    ...told,
    columns: {
      person_id: 'id',
      order_id: 'id',
      parcel_id: 'id',
      kind: 'code',
      generation: 'code',
      shop_id: 'id',
      decided_at: 'time',
      due_at: 'time',
      verdict: 'code',
      sub_status: 'code',
      notice_id: 'id',
      happened_at: 'time',
      held_until: 'time',
      of_kind: 'code',
      of_generation: 'code',
    },
  },
  'notices.notice': {
    ...told,
    columns: {
      person_id: 'id',
      notice_id: 'id',
      order_id: 'id',
      shop_id: 'id',
      kind: 'code',
      made_at: 'time',
      handed_at: 'time',
    },
  },
  'notices.attempt': {
    ...told,
    columns: { person_id: 'id', notice_id: 'id', tries: 'count', last_at: 'time', answer: 'code' },
  },
  'notices.outcome': {
    ...told,
    columns: { person_id: 'id', notice_id: 'id', outcome: 'code', at: 'time', answer: 'code' },
  },
} as const satisfies RoomMap;
