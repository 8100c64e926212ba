const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

const scan = {
  carrier: 'dhl',
  tracking_number: '00340434161094015902',
  code: 'parcel-de:PO',
  local_time: '2026-11-20T08:54:00',
  offset: '+01:00',
  zone: 'Europe/Berlin',
  place: { name: 'Berlin', country: 'DE' },
  text: 'Loaded onto the delivery vehicle',
};

export const scans: readonly Uint8Array[] = [
  bytesOf(scan),
  bytesOf([scan, { ...scan, place: 'Köln', tracking_number: 340434161094, offset: null }]),
  bytesOf({ ...scan, local_time: '2026-11-20', offset: null, zone: null, text: null }),
];

const consent = {
  purpose: 'delivery notification by carrier',
  recipient: 'dhl-unified',
  fields: ['email'],
  given_at: '2026-11-19T18:19:40+01:00',
  text: 'DHL may get my e-mail address.',
};

const order = {
  placed_at: '2026-11-19T10:00:00+01:00',
  language: 'de',
  customer: { id: 'c-1', name: 'Ada Beispiel', email: 'ada@kunde.example', phone: '+49 30 1234567' },
  address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
  items: [{ sku: 'T-1', title: 'Tasse', quantity: 2, price_minor: 1990, currency: 'EUR' }],
  parcels: [{ carrier: 'dhl-unified', tracking_number: '00340434161094015902', service: 'parcel-de' }],
};

export const orders: readonly Uint8Array[] = [
  bytesOf(order),
  bytesOf({
    ...order,
    consents: [consent],
    recipient: { name: 'Grace' },
    customer: { id: 7, email: 'a@müller.example' },
  }),
  bytesOf({ ...order, parcels: [], items: [], language: 'en-GB' }),
];

export const bodies: readonly Uint8Array[] = [
  ...scans,
  ...orders,
  Buffer.from('[1,-0.5e3,"\\u00e9",null,{"a":{"b":[]}}]'),
];

export const times: readonly string[] = [
  '2026-11-20T08:54:00+01:00',
  '2026-11-20 08:54:60.123Z',
  '2026-11-20|+0100',
  '2026-03-29T02:30|Z',
  '2026-11-20',
];
