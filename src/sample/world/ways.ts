import type { SimulatedPlace, StatusCode, UpsEvent } from '../simulator.ts';
import type { DayKind } from './schedule.ts';
import { exportCentre, firstCentre, letterCentre, shopTown, type Destination } from './towns.ts';

/** Type, scan code and status description, as UPS's lists have them. */
export type UpsSays = readonly [UpsEvent['type'], code: string, statusCode: string];

/** What DHL may do to its own records: list an event twice, learn of it late, take it back. */
export type Quirk = {
  readonly duplicate?: boolean;
  readonly lateMinutes?: number;
  readonly retractedAfterMinutes?: number;
};

/** One event of a way before it has a time. */
export type Step = {
  readonly name: string;
  readonly status: string;
  readonly statusCode: StatusCode;
  readonly description: string;
  readonly place: SimulatedPlace | null;
  readonly on: DayKind;
  /** `16:40` on the clock of the place. */
  readonly at: string;
  readonly waitDays: number;
  readonly quirk?: Quirk;
  /** What UPS says of it, on a way that UPS goes; the two codes above are DHL's. */
  readonly ups?: UpsSays;
};

export type Timed = { readonly step: Step; readonly at: Temporal.Instant };

/** `delivery 16:40 +1`: which days, at what time, and how many days after the step before at least. */
type When = `${DayKind} ${number}:${number}` | `${DayKind} ${number}:${number} +${number}`;

export function step(
  name: string,
  [statusCode, status]: readonly [StatusCode, string],
  description: string,
  place: SimulatedPlace | null,
  when: When,
): Step {
  const [kind = '', at = '', wait = '+0'] = when.split(' ');
  const on = kind === 'delivery' || kind === 'office' ? kind : 'any';
  return { name, status, statusCode, description, place, on, at, waitDays: Number(wait) };
}

/** A sentence where DHL's German parcel service has no code of its own: it then sends the same words as status. */
export function told(name: string, statusCode: StatusCode, words: string, place: SimulatedPlace, when: When): Step {
  return step(name, [statusCode, words], words, place, when);
}

/** A step of a way that UPS goes. */
export function scanned(name: string, ups: UpsSays, words: string, place: SimulatedPlace | null, when: When): Step {
  return { ...step(name, ['unknown', ''], words, place, when), ups };
}

export function quirky(steps: readonly Step[], name: string, quirk: Quirk): readonly Step[] {
  return steps.map((one) => (one.name === name ? { ...one, quirk } : one));
}

/** The steps up to this one, and it too. */
export function upTo(steps: readonly Step[], name: string): readonly Step[] {
  return steps.slice(0, steps.findIndex((one) => one.name === name) + 1);
}

/** Within Germany (`parcel-de`; its codes are the 16 standard events of DHL Paket). */
export function germanWay({ town, centre }: Destination): readonly Step[] {
  return [
    step('announced', ['pre-transit', 'VA'], 'The sender has announced this parcel to DHL.', null, 'any 11:10'),
    step('picked_up', ['transit', 'AE'], 'DHL has picked the parcel up from the sender.', shopTown, 'delivery 16:20'),
    step('origin_hub', ['transit', 'AA'], 'Sorted in the region of origin.', firstCentre, 'any 20:45'),
    step('destination_hub', ['transit', 'EE'], 'Arrived in the region of the recipient.', centre, 'any 03:15 +1'),
    step('depot', ['transit', 'EE'], 'Arrived at the delivery base.', town, 'delivery 05:50'),
    step('loaded', ['transit', 'PO'], 'In the delivery vehicle.', town, 'delivery 07:40'),
    step('door', ['delivered', 'ZU'], 'Delivered.', town, 'delivery 11:25'),
  ];
}

/** Small goods by letter post (`svb`). */
export function letterWay({ town }: Destination): readonly Step[] {
  return [
    step('announced', ['pre-transit', 'ANNOUNCED'], 'The item was announced electronically.', null, 'any 12:30'),
    step('picked_up', ['transit', 'POSTED'], 'Posted by the sender.', shopTown, 'delivery 16:45'),
    step(
      'origin_hub',
      ['transit', 'PASSED_LETTER_CENTER'],
      'Processed in the letter centre.',
      letterCentre,
      'any 21:20',
    ),
    step(
      'depot',
      ['transit', 'ARRIVAL_AT_OFFICE_OF_DELIVERY'],
      'Arrived at the delivery office.',
      town,
      'delivery 05:30 +1',
    ),
    step('loaded', ['transit', 'IN_DELIVERY'], 'On its way with the letter carrier.', town, 'delivery 08:15'),
    step('door', ['delivered', 'DELIVERED'], 'Delivered.', town, 'delivery 11:50'),
  ];
}

/** To the Netherlands, delivered by DHL there (`parcel-nl`). */
export function dutchWay({ town, centre }: Destination): readonly Step[] {
  return [
    step(
      'announced',
      ['pre-transit', 'PRENOTIFICATION_RECEIVED'],
      'Announced, not handed over yet.',
      null,
      'any 11:35',
    ),
    step('picked_up', ['transit', 'PARCEL_COLLECTED'], 'Collected from the sender.', shopTown, 'delivery 16:10'),
    step(
      'origin_hub',
      ['transit', 'SORTED_AT_ORIGIN_HUB'],
      'Sorted in the country of origin.',
      exportCentre,
      'any 22:40',
    ),
    step(
      'destination_hub',
      ['transit', 'SORTED_AT_DESTINATION_HUB'],
      'Sorted in the Netherlands.',
      centre,
      'any 19:50 +1',
    ),
    step('depot', ['transit', 'PARCEL_ARRIVED_AT_LOCAL_DEPOT'], 'Arrived in the region.', town, 'delivery 05:40 +1'),
    step('loaded', ['transit', 'OUT_FOR_DELIVERY'], 'On its way to the door.', town, 'delivery 09:05'),
    step('door', ['delivered', 'DELIVERED'], 'Delivered.', town, 'delivery 13:40'),
  ];
}

/** To European neighbours by Parcel Connect (`ecommerce-europe`). */
export function europeanWay({ town, centre }: Destination): readonly Step[] {
  return [
    step('announced', ['pre-transit', '1'], 'Electronic details of the parcel have reached DHL.', null, 'any 10:55'),
    step('picked_up', ['transit', '9'], 'Picked up at the sender.', shopTown, 'delivery 16:30'),
    step('export', ['transit', '29'], 'Left the country of origin.', exportCentre, 'any 23:10'),
    step('import', ['transit', '33'], 'Arrived in the country of destination.', centre, 'any 18:20 +1'),
    step('destination_hub', ['transit', '38'], 'Processed at the sorting centre.', centre, 'any 23:30'),
    step('depot', ['transit', '41'], 'Processed at the delivery depot.', town, 'delivery 06:10 +1'),
    step('loaded', ['transit', '42'], 'Loaded onto the delivery van.', town, 'delivery 08:30'),
    step('door', ['delivered', '63'], 'Delivered.', town, 'delivery 14:05'),
  ];
}

/** Beyond the customs border by DHL Express (`express`), over Leipzig. */
export function expressWay({ town, centre }: Destination): readonly Step[] {
  const leipzig = { locality: 'Leipzig', country: 'DE' };
  return [
    step('picked_up', ['transit', 'PU'], 'Picked up from the sender.', shopTown, 'delivery 15:50'),
    step('origin_hub', ['transit', 'PL'], 'Processed at the origin.', exportCentre, 'any 20:15'),
    step('hub', ['transit', 'DF'], 'Left the hub.', leipzig, 'any 03:50 +1'),
    step('import', ['transit', 'AF'], 'Arrived at the facility.', centre, 'any 06:35'),
    step('customs', ['transit', 'IC'], 'Customs clearance is in progress.', centre, 'office 08:10'),
    step('cleared', ['transit', 'CR'], 'Cleared by customs.', centre, 'office 11:45'),
    step('loaded', ['transit', 'WC'], 'With the courier.', town, 'office 08:55 +1'),
    step('door', ['delivered', 'OK'], 'Delivered.', town, 'office 13:10'),
  ];
}

/** To Czechia (`ecommerce-ppl`). */
export function czechWay({ town, centre }: Destination): readonly Step[] {
  return [
    step('announced', ['pre-transit', '900'], 'Electronic data received.', null, 'any 10:20'),
    step('picked_up', ['transit', '150'], 'Received from the sender.', shopTown, 'delivery 16:00'),
    step('destination_hub', ['transit', '500'], 'On the way to the delivery depot.', centre, 'any 21:15 +1'),
    step('depot', ['transit', '300'], 'At the delivery depot.', town, 'delivery 06:25 +1'),
    step('loaded', ['transit', '400'], 'Ready for delivery.', town, 'delivery 08:05'),
    step('door', ['delivered', '450'], 'Delivered.', town, 'delivery 12:55'),
  ];
}

/** To Poland (`parcel-pl`). */
export function polishWay({ town, centre }: Destination): readonly Step[] {
  return [
    step('announced', ['pre-transit', 'EDWP'], 'Electronic details received.', null, 'any 10:40'),
    step('picked_up', ['transit', 'DWP'], 'Accepted at the terminal.', exportCentre, 'delivery 17:00'),
    step('export', ['transit', 'LW_PL'], 'On its way to Poland.', exportCentre, 'any 23:25'),
    step('destination_hub', ['transit', 'WEJPL'], 'Arrived in Poland.', centre, 'any 20:05 +1'),
    step('depot', ['transit', 'SORT'], 'Processed in the depot.', town, 'delivery 05:15 +1'),
    step('loaded', ['transit', 'LK'], 'Handed to the courier.', town, 'delivery 08:45'),
    step('door', ['delivered', 'DOR'], 'Delivered to the recipient.', town, 'delivery 14:30'),
  ];
}

/** By UPS, whose parcels go through Köln, wherever they go. */
export function upsWay({ town }: Destination): readonly Step[] {
  const hub = { locality: 'Köln', country: 'DE' };
  const announced = 'Shipper created a label, UPS has not received the package yet.';
  return [
    scanned('announced', ['M', 'MP', '003'], announced, null, 'any 11:50'),
    scanned('picked_up', ['P', 'PU', '038'], 'Pickup Scan', shopTown, 'delivery 16:55'),
    scanned('origin_hub', ['I', 'OR', '005'], 'Origin Scan', exportCentre, 'any 20:35'),
    scanned('destination_hub', ['I', 'AR', '005'], 'Arrived at Facility', hub, 'any 02:20 +1'),
    scanned('left_hub', ['I', 'DP', '005'], 'Departed from Facility', hub, 'any 03:45'),
    scanned('depot', ['I', 'YP', '071'], 'Processing at UPS Facility', town, 'delivery 06:40'),
    scanned('loaded', ['I', 'OT', '021'], 'Out For Delivery Today', town, 'delivery 08:20'),
    scanned('door', ['D', 'KB', '011'], 'DELIVERED', town, 'delivery 12:20'),
  ];
}
