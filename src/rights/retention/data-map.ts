import { obligation, sealedAs, type RoomMap } from '#privacy';

/** The desk of requests: the words that were said, and who asked for what when. */
export const rightsData = {
  'rights.request': {
    about: 'customers',
    purposes: ['accountability'],
    basis: obligation,
    keptFor: 'request',
    columns: {
      request_id: 'id',
      shop_id: 'id',
      person_id: 'id',
      kind: 'code',
      via: 'code',
      evidence: 'code',
      received_at: 'time',
      due_at: 'time',
      extended_at: 'time',
      outcome: 'code',
      ended_at: 'time',
    },
  },
  'rights.request_step': {
    about: 'customers',
    purposes: ['support', 'accountability'],
    basis: obligation,
    keptFor: 'request',
    columns: {
      request_id: 'id',
      step_id: 'id',
      at: 'time',
      actor: 'code',
      step: 'code',
      sealed: sealedAs('message'),
    },
  },
} as const satisfies RoomMap;
