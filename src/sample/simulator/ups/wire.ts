import { arrivalAt, type SimulatedArrival } from '../parcels.ts';
import { type UpsEvent, type UpsParcel, type UpsPlace, eventsAt } from './parcels.ts';

/** `20261120`. */
function dayText(day: { readonly toString: () => string }): string {
  return day.toString().slice(0, 10).replaceAll('-', '');
}

/** `081519`. */
function clockText(time: Temporal.ZonedDateTime): string {
  return time.toPlainTime().toString({ smallestUnit: 'second' }).replaceAll(':', '');
}

function address(place: UpsPlace): object {
  return {
    ...(place.city === '' ? {} : { city: place.city }),
    ...(place.state === null ? {} : { stateProvince: place.state }),
    countryCode: place.country,
    country: place.country,
  };
}

function wireActivity(event: UpsEvent): object {
  const local = event.at.toZonedDateTimeISO(event.zone);
  const gmt = event.at.toZonedDateTimeISO('UTC');
  return {
    location: { address: address(event.place), slic: '4719' },
    status: { type: event.type, description: event.description, code: event.code, statusCode: event.statusCode },
    date: dayText(local.toPlainDate()),
    time: clockText(local),
    gmtDate: dayText(gmt.toPlainDate()),
    // UPS drops leading zeros here, and only here.
    gmtTime: String(Number(clockText(gmt))),
    ...(event.withoutOffset === true ? {} : { gmtOffset: local.offset }),
  };
}

/** The ends of a window on the clock of the destination; null when there is only a day. */
function windowOf({ window }: SimulatedArrival, zone: string) {
  if (window === null) return null;
  const text = (end: Temporal.Instant) => clockText(end.toZonedDateTimeISO(zone));
  return { from: text(window.from), until: text(window.until) };
}

function wireSchedule(parcel: UpsParcel, now: Temporal.Instant, delivered: UpsEvent | undefined): object {
  if (delivered !== undefined) {
    const local = delivered.at.toZonedDateTimeISO(delivered.zone);
    return {
      deliveryDate: [{ type: 'DEL', date: dayText(local.toPlainDate()) }],
      deliveryTime: { type: 'DEL', endTime: clockText(local) },
    };
  }
  const arrival = arrivalAt(parcel.arrivals, now);
  if (arrival === null) return {};
  const window = windowOf(arrival, parcel.zone);
  const deliveryTime =
    window === null ? { type: 'EOD' } : { type: 'EDW', startTime: window.from, endTime: window.until };
  return { deliveryDate: [{ type: 'SDD', date: dayText(arrival.day) }], deliveryTime };
}

function wirePackage(parcel: UpsParcel, now: Temporal.Instant, count: number): object {
  const events = eventsAt(parcel, now);
  const delivered = events.find(({ type }) => type === 'D');
  const { name, street, postcode } = parcel.receiver;
  const receiver = { ...address(parcel.destination), addressLine1: street, postalCode: postcode };
  return {
    trackingNumber: parcel.number,
    ...wireSchedule(parcel, now, delivered),
    activity: events.map(wireActivity),
    packageAddress: [
      { type: 'ORIGIN', address: address(parcel.origin) },
      { type: 'DESTINATION', name, attentionName: name, address: receiver },
    ],
    ...(delivered === undefined ? {} : { deliveryInformation: { location: 'Front Door', receivedBy: name } }),
    service: { code: '011', description: parcel.service },
    packageCount: count,
  };
}

/** An answer of the Track API (v1): the packages of the shipment, those that UPS has heard of. */
export function wireShipment(asked: string, packages: readonly UpsParcel[], now: Temporal.Instant): object {
  const known = packages.filter((parcel) => eventsAt(parcel, now).length > 0);
  const shipment = {
    inquiryNumber: asked,
    package: known.map((parcel) => wirePackage(parcel, now, packages.length)),
    userRelation: ['SHIPPER'],
  };
  return { trackResponse: { shipment: [shipment] } };
}

/** A message of Track Alert (v2): one event. Fields without a value are empty. */
export function wirePush(parcel: UpsParcel, event: UpsEvent, now: Temporal.Instant): object {
  const local = event.at.toZonedDateTimeISO(event.zone);
  const gmt = event.at.toZonedDateTimeISO('UTC');
  const { type, code, description, statusCode, place } = event;
  return {
    trackingNumber: parcel.number,
    localActivityDate: dayText(local.toPlainDate()),
    localActivityTime: clockText(local),
    activityLocation: {
      city: place.city,
      stateProvince: place.state ?? '',
      postalCode: type === 'D' ? parcel.receiver.postcode : '',
      country: place.country,
    },
    activityStatus: { type, code, description, descriptionCode: statusCode },
    gmtActivityDate: dayText(gmt.toPlainDate()),
    gmtActivityTime: clockText(gmt),
    ...(event.withoutOffset === true ? {} : { gmtOffset: local.offset.replace(':', '.') }),
    ...(type === 'D' ? pushedDelivery(parcel, local) : pushedSchedule(parcel, now)),
  };
}

function pushedDelivery({ receiver }: UpsParcel, local: Temporal.ZonedDateTime): object {
  return {
    scheduledDeliveryDate: '',
    actualDeliveryDate: dayText(local.toPlainDate()),
    actualDeliveryTime: clockText(local),
    deliveryStartTime: '',
    deliveryEndTime: '',
    deliveryTimeDescription: '',
    receivedBy: receiver.name,
  };
}

function pushedSchedule(parcel: UpsParcel, now: Temporal.Instant): object {
  const arrival = arrivalAt(parcel.arrivals, now);
  const window = arrival === null ? null : windowOf(arrival, parcel.zone);
  return {
    scheduledDeliveryDate: arrival === null ? '' : dayText(arrival.day),
    actualDeliveryDate: '',
    actualDeliveryTime: '',
    deliveryStartTime: window?.from ?? '',
    deliveryEndTime: window?.until ?? '',
    deliveryTimeDescription: arrival === null || window !== null ? '' : 'end of day',
  };
}
