import { contract, sealedAs, type RoomMap } from '#privacy';

const asked = {
  about: 'customers',
  purposes: ['support', 'answering a request', 'rights of the person'],
  basis: contract,
  keptFor: 'case',
} as const;

const ids = { person_id: 'id', case_id: 'id', shop_id: 'id' } as const;

/** What customers wrote and were answered; a question is answered under the contract, or before there is one. */
export const serviceData = {
  'service.customer_case': {
    ...asked,
    columns: {
      ...ids,
      number: 'id',
      order_id: 'id',
      topic: 'code',
      language: 'code',
      via: 'code',
      opened_at: 'time',
      last_at: 'time',
      email: sealedAs('email', 'mail_relay'),
      name: sealedAs('name', 'mail_relay'),
      order_said: sealedAs('order_number', 'mail_relay'),
    },
  },
  'service.entry': {
    ...asked,
    columns: {
      ...ids,
      entry_id: 'id',
      at: 'time',
      kind: 'code',
      actor: 'label',
      words: sealedAs('message', 'mail_relay'),
      message_id: 'id',
      once_hash: 'key',
    },
  },
  'service.waiting': { ...asked, columns: { ...ids, since: 'time' } },
  'service.closed': { ...asked, columns: { ...ids, closed_at: 'time', actor: 'label' } },
  'service.first_answer': {
    ...asked,
    columns: { ...ids, asked_at: 'time', answered_at: 'time', open_minutes: 'count' },
  },
  'service.forwarded': {
    ...asked,
    columns: { person_id: 'id', shop_id: 'id', entry_id: 'id', at: 'time', outcome: 'code', answer: 'code' },
  },
  'service.call_back': {
    ...asked,
    purposes: ['support', 'rights of the person'],
    keptFor: 'call',
    columns: { ...ids, starts_at: 'time', ends_at: 'time', wished_at: 'time', phone: sealedAs('phone') },
  },
} as const satisfies RoomMap;
