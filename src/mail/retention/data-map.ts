import { contract, hashOf, interests, type RoomMap } from '#privacy';

/** Whom mails went to, by keyed hash, and who gets none. */
export const mailData = {
  'mail.sent': {
    about: 'customers',
    purposes: ['finding again', 'notice'],
    basis: contract,
    keptFor: 'mail',
    columns: {
      person_id: 'id',
      mail_id: 'id',
      shop_id: 'id',
      order_id: 'id',
      address_hash: hashOf('email'),
      sent_at: 'time',
    },
  },
  'mail.bounce': {
    about: 'customers',
    purposes: ['finding again', 'notice'],
    basis: contract,
    keptFor: 'mail',
    columns: {
      person_id: 'id',
      mail_id: 'id',
      shop_id: 'id',
      address_hash: hashOf('email'),
      weight: 'code',
      code: 'code',
      bounced_at: 'time',
    },
  },
  'mail.suppressed': {
    about: 'customers',
    purposes: ['finding again', 'notice'],
    basis: interests,
    keptFor: 'order',
    columns: {
      person_id: 'id',
      address_hash: hashOf('email'),
      shop_id: 'id',
      order_id: 'id',
      weight: 'code',
      code: 'code',
      suppressed_at: 'time',
    },
  },
  'mail.unsubscribed': {
    about: 'customers',
    purposes: ['notice'],
    basis: interests,
    keptFor: 'order',
    columns: { person_id: 'id', mail_group: 'code', shop_id: 'id', unsubscribed_at: 'time' },
  },
} as const satisfies RoomMap;
