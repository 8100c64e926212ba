import { interests, sealedAs, type RoomMap } from '#privacy';

const about = {
  about: 'customers',
  purposes: ['reviews', 'support', 'rights of the person'],
  basis: interests,
  keptFor: 'order',
} as const;

/** What this room keeps about people: until nothing is left of their orders. */
export const reviewsData = {
  'reviews.invitation': {
    ...about,
    purposes: [...about.purposes, 'review invitation'],
    columns: {
      person_id: 'id',
      order_id: 'id',
      shop_id: 'id',
      verdict: 'code',
      reason: 'code',
      since: 'time',
      is_fallback: 'flag',
      due_at: 'time',
      decided_at: 'time',
      review_id: 'id',
      items: sealedAs('order_contents'),
    },
  },
  'reviews.token': {
    ...about,
    purposes: [...about.purposes, 'review invitation'],
    columns: { token_hash: 'key', shop_id: 'id', person_id: 'id', order_id: 'id', until_at: 'time' },
  },
  'reviews.review': {
    ...about,
    columns: {
      person_id: 'id',
      review_id: 'id',
      order_id: 'id',
      shop_id: 'id',
      written_at: 'time',
      changed_at: 'time',
      latest_id: 'id',
      shown_id: 'id',
      shown_at: 'time',
      entry_id: 'id',
      state: 'code',
      reason: 'code',
      judged_at: 'time',
      note: sealedAs('message'),
      answer: sealedAs('message'),
      answered_at: 'time',
    },
  },
  'reviews.revision': {
    ...about,
    columns: {
      person_id: 'id',
      revision_id: 'id',
      review_id: 'id',
      shop_id: 'id',
      made_at: 'time',
      digest: 'entry',
      content: sealedAs('message'),
    },
  },
  'reviews.picture': {
    ...about,
    columns: {
      person_id: 'id',
      order_id: 'id',
      picture_hash: 'entry',
      shop_id: 'id',
      taken_at: 'time',
      full_jpeg: sealedAs('message'),
      small_jpeg: sealedAs('message'),
    },
  },
} as const satisfies RoomMap;
