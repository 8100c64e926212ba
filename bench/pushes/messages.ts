import { z } from 'zod';
import { realClock } from '#kit/clock';

/** Ten events of an ordinary parcel as UPS pushes them: type, codes and words. */
const way = [
  ['M', 'MP', '003', 'Shipper created a label, UPS has not received the package yet.', 'HAMBURG'],
  ['P', 'XP', '038', 'Pickup Scan', 'HAMBURG'],
  ['I', 'OR', '005', 'Origin Scan', 'HAMBURG'],
  ['I', 'DP', '005', 'Departed from Facility', 'HAMBURG'],
  ['I', 'AR', '005', 'Arrived at Facility', 'HANNOVER'],
  ['I', 'DP', '005', 'Departed from Facility', 'HANNOVER'],
  ['I', 'AR', '005', 'Arrived at Facility', 'BERLIN'],
  ['I', 'OT', '021', 'Out For Delivery Today', 'BERLIN'],
  ['X', '48', '022', 'The receiver was not available for delivery. We will make another attempt.', 'BERLIN'],
  ['I', 'OT', '021', 'Out For Delivery Today', 'BERLIN'],
] as const;

export const eventsPerParcel = way.length;

/** What a push must look like, for whoever only checks it. */
export const pushShape = z.object({
  trackingNumber: z.string().min(1).max(60),
  localActivityDate: z.string().regex(/^\d{8}$/),
  localActivityTime: z.string().regex(/^\d{6}$/),
  activityLocation: z.object({
    city: z.string().max(100),
    stateProvince: z.string().max(60),
    postalCode: z.string().max(20),
    country: z.string().length(2),
  }),
  activityStatus: z.object({
    type: z.string().max(10),
    code: z.string().max(10),
    description: z.string().max(500),
    descriptionCode: z.string().max(10),
  }),
  gmtActivityDate: z.string().regex(/^\d{8}$/),
  gmtActivityTime: z.string().regex(/^\d{6}$/),
  gmtOffset: z.string().max(10),
});

/** One event of one parcel, in the form of `pushShape`, 1 KB with the head of its request. */
export function pushOf(trackingNumber: string, step: number): string {
  const [type, code, descriptionCode, description, city] = way[step % way.length] ?? way[0];
  const gmt = realClock
    .now()
    .subtract({ hours: 20 - step })
    .toZonedDateTimeISO('UTC');
  const local = gmt.withTimeZone('+01:00');
  return JSON.stringify({
    trackingNumber,
    localActivityDate: dayOf(local),
    localActivityTime: clockOf(local),
    activityLocation: { city, stateProvince: '', postalCode: '', country: 'DE' },
    activityStatus: { type, code, description, descriptionCode },
    scheduledDeliveryDate: '',
    actualDeliveryDate: '',
    actualDeliveryTime: '',
    gmtActivityDate: dayOf(gmt),
    gmtActivityTime: clockOf(gmt),
    gmtOffset: '+01.00',
    deliveryStartTime: '',
    deliveryEndTime: '',
    deliveryTimeDescription: '',
    receivedBy: '',
    deliveryPhoto: '',
  });
}

function dayOf(time: Temporal.ZonedDateTime): string {
  return time.toPlainDate().toString().replaceAll('-', '');
}

function clockOf(time: Temporal.ZonedDateTime): string {
  return time.toPlainTime().toString({ smallestUnit: 'second' }).replaceAll(':', '');
}
