import type { DhlParcel } from '../simulator.ts';
import { trackingNumber } from './numbers.ts';
import type { SampleOrder } from './orders.ts';
import { localTime } from './parcels.ts';
import { wares } from './rows/shop.ts';
import { destination } from './towns.ts';
import { germanWay } from './ways.ts';

/** One order whose parcel goes its whole way within three minutes after it is placed. */
export type Guided = { readonly order: SampleOrder; readonly parcel: DhlParcel };

/** Seconds after the start at which the carrier knows each step of an ordinary German way. */
const secondsUntil = [0, 20, 45, 75, 105, 130, 170];

const orderNumber = 'NK-10500';
/** Behind all places of the world, so that no other parcel has its number. */
const numberPlace = 9_000;

/** The same for the same start; its clock times are those of the start, whatever the hour. */
export function guidedWay(start: Temporal.Instant): Guided {
  const to = destination('München', 'DE');
  const number = trackingNumber('parcel-de', numberPlace);
  const at = (seconds: number) => start.add({ seconds });
  const events = germanWay(to).map((step, place) => {
    const { status, statusCode, description, place: where } = step;
    const instant = at(secondsUntil[place] ?? 0);
    return { at: instant, localTime: localTime(instant, step), place: where, status, statusCode, description };
  });
  const day = start.toZonedDateTimeISO('Europe/Berlin').toPlainDate();
  const ware = wares['NK-LICHT-POLAR'];
  return {
    order: {
      review: null,
      number: orderNumber,
      placedAt: start,
      body: {
        placed_at: start.toString(),
        language: 'de',
        customer: { id: 'K-1000', name: 'Frauke Lindqvist', email: 'frauke.lindqvist@example.com' },
        address: { street: 'Sternwartenweg 5', postcode: '80331', city: 'München', country: 'DE' },
        items: [{ sku: 'NK-LICHT-POLAR', title: ware.de, quantity: 1, price_minor: ware.priceMinor, currency: 'EUR' }],
        parcels: [{ carrier: 'dhl-unified', tracking_number: number, service: 'parcel-de' }],
        consents: [],
      },
    },
    parcel: {
      carrier: 'dhl-unified',
      number,
      service: 'parcel-de',
      originCountry: 'DE',
      destinationCountry: 'DE',
      events,
      arrivals: [{ knownFrom: at(secondsUntil[1] ?? 0), day, window: null }],
      product: 'DHL PAKET',
      weightKg: 1.4,
      receiver: 'Frauke Lindqvist',
    },
  };
}
