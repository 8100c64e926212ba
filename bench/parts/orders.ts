import { realClock } from '#kit/clock';

/** An order of one parcel, as a shop's system sends it. */
export function orderBodyOf(number: string, carrier = 'dhl-unified'): object {
  return {
    placed_at: realClock.now().subtract({ hours: 24 }).toString(),
    language: 'de',
    customer: { id: number, name: 'Ada Beispiel', email: `${number}@kunde.example`, phone: '+49 30 1234567' },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    items: [{ sku: 'T-1', title: 'Tasse', quantity: 2, price_minor: 1990, currency: 'EUR' }],
    parcels: [{ carrier, tracking_number: number, service: 'parcel-de' }],
    consents: [],
  };
}
