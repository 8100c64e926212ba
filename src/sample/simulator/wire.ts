import type { History, SimulatedArrival, DhlEvent, DhlParcel, SimulatedPlace } from './parcels.ts';

const countryNames = new Intl.DisplayNames('en', { type: 'region' });

/** DHL's German parcel service writes the country behind the town and sends no country code; its other parts do. */
function wirePlace(place: SimulatedPlace, service: string): object {
  const name = countryNames.of(place.country) ?? place.country;
  if (service === 'parcel-de') {
    return { address: { addressLocality: place.locality === '' ? name : `${place.locality}, ${name}` } };
  }
  return { address: { countryCode: place.country, addressLocality: place.locality } };
}

function wireEvent(event: DhlEvent, service: string): object {
  return {
    timestamp: event.localTime,
    ...(event.place === null ? {} : { location: wirePlace(event.place, service) }),
    statusCode: event.statusCode,
    status: event.status,
    description: event.description,
    ...(event.remark === undefined ? {} : { remark: event.remark }),
  };
}

/** A day without a window goes out as midnight UTC, which is how the carrier writes a mere date. */
function wireArrival(arrival: SimulatedArrival | null): object {
  if (arrival === null) return {};
  const day = `${arrival.day.toString()}T00:00:00Z`;
  if (arrival.window === null) return { estimatedTimeOfDelivery: day, estimatedTimeOfDeliveryRemark: 'By end of day' };
  const { from, until } = arrival.window;
  return {
    estimatedTimeOfDelivery: day,
    estimatedDeliveryTimeFrame: {
      estimatedFrom: from.toString({ smallestUnit: 'second' }),
      estimatedThrough: until.toString({ smallestUnit: 'second' }),
    },
  };
}

/** One parcel in the body of "Shipment Tracking – Unified" 1.5. */
export function wireParcel(parcel: DhlParcel, history: History): object {
  const { service } = parcel;
  return {
    id: parcel.number,
    service,
    origin: { address: { countryCode: parcel.originCountry } },
    destination: { address: { countryCode: parcel.destinationCountry } },
    status: wireEvent(history.newest, service),
    ...wireArrival(history.arrival),
    details: {
      ...(parcel.product === undefined ? {} : { product: { productName: parcel.product } }),
      ...(parcel.receiver === undefined ? {} : { receiver: { '@type': 'Person', name: parcel.receiver } }),
      totalNumberOfPieces: 1,
      pieceIds: [parcel.number],
      ...(parcel.weightKg === undefined ? {} : { weight: { value: parcel.weightKg, unitText: 'kg' } }),
    },
    events: history.events.map((event) => wireEvent(event, service)),
  };
}
