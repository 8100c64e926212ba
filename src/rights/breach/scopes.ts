import type { Field } from '#privacy';

/** What a key can bring about besides reading. */
export type Let = 'changed_orders' | 'lost_data' | 'forged_host' | 'forged_mail';
type Reach = { readonly shows: readonly Field[]; readonly lets: readonly Let[] };

const parcel: readonly Field[] = ['order_number', 'tracking_number', 'scan'];
const nothing: Reach = { shows: [], lets: [] };

/** What whoever holds a key of the API can see of customers and do to them, by scope. */
const byScope: Readonly<Record<string, Reach>> = {
  'breaches:read': { shows: ['name', 'email'], lets: [] },
  // Mails of the shop's own, to everybody.
  'breaches:tell': { shows: [], lets: ['forged_mail'] },
  'breaches:write': nothing,
  'canaries:read': nothing,
  'canaries:write': nothing,
  'cases:read': { shows: ['name', 'email', 'phone', 'message', 'order_number'], lets: [] },
  // Answers of the shop's own, to whoever wrote.
  'cases:write': { shows: ['message'], lets: ['forged_mail'] },
  'certificates:fetch': { shows: [], lets: ['forged_host'] },
  'certificates:read': nothing,
  'certificates:write': nothing,
  'contact:read': nothing,
  'contact:write': nothing,
  'faq:read': nothing,
  'faq:write': nothing,
  'keyring:read': nothing,
  'ledger:read': nothing,
  'ledger:write': nothing,
  'mail:write': { shows: [], lets: ['changed_orders'] },
  'orders:read': { shows: parcel, lets: [] },
  'orders:write': { shows: parcel, lets: ['changed_orders'] },
  'parcels:read': { shows: parcel, lets: [] },
  'protection:read': nothing,
  'protection:write': nothing,
  'record:read': nothing,
  'requests:read': { shows: ['message'], lets: [] },
  'requests:write': { shows: ['message'], lets: [] },
  'retention:read': nothing,
  'retention:write': { shows: [], lets: ['lost_data'] },
  'reviews:read': { shows: ['order_number', 'message'], lets: [] },
  'reviews:write': nothing,
  'rights:hold': { shows: ['name', 'address', 'order_number', 'order_contents'], lets: [] },
  // The whole copy of a person.
  'rights:read': {
    shows: [
      'name',
      'email',
      'phone',
      'address',
      'customer_id',
      'order_contents',
      'message',
      'consent_words',
      ...parcel,
    ],
    lets: [],
  },
  'rights:write': { shows: [], lets: ['lost_data'] },
  'scans:write': { shows: [], lets: ['changed_orders'] },
  'seals:read': nothing,
  'seals:write': nothing,
};

/** Whether a scope was thought of here; one that was not is taken for all of them. */
export function isScopeJudged(scope: string): boolean {
  return Object.hasOwn(byScope, scope);
}

/** @param scopes null where nothing is known of the key: everything is assumed */
export function reachOf(scopes: readonly string[] | null): Reach {
  const isKnown = scopes !== null && scopes.every(isScopeJudged);
  const reaches = (isKnown ? scopes : Object.keys(byScope)).flatMap((scope) => byScope[scope] ?? []);
  return {
    shows: [...new Set(reaches.flatMap(({ shows }) => shows))],
    lets: [...new Set(reaches.flatMap(({ lets }) => lets))],
  };
}
