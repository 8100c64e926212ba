import type { ParcelState } from '#carriers';
import type { SimulatedParcel } from '../simulator.ts';
import type { Destination } from './towns.ts';
import {
  czechWay,
  dutchWay,
  europeanWay,
  expressWay,
  germanWay,
  letterWay,
  polishWay,
  quirky,
  scanned,
  step,
  told,
  upsWay,
  upTo,
  type Quirk,
  type Step,
} from './ways.ts';

/** One parcel's way, how far it has come, and what a customer should see of it when the world opens. */
export type Plan = {
  readonly carrier: SimulatedParcel['carrier'];
  readonly service: string;
  readonly product: string;
  readonly steps: readonly Step[];
  /** Name of the last step that has happened. */
  readonly reached: string;
  /** How long ago that was, at least. */
  readonly agoDays: number;
  /** When the way goes on, at the earliest. */
  readonly resumeHours: number;
  /** Delivery days after the pick-up that the carrier names at first. */
  readonly promisedDays: number;
  readonly shows: ParcelState;
};

export type Story = (to: Destination) => Plan;

type Way = Pick<Plan, 'carrier' | 'service' | 'product' | 'promisedDays' | 'steps'>;

const ways = {
  german: (to: Destination) => way('parcel-de', 'DHL PAKET', 2, germanWay(to)),
  letter: (to: Destination) => way('svb', 'WARENPOST', 2, letterWay(to)),
  dutch: (to: Destination) => way('parcel-nl', 'DHL PARCEL CONNECT', 3, dutchWay(to)),
  european: (to: Destination) => way('ecommerce-europe', 'DHL PARCEL CONNECT', 4, europeanWay(to)),
  express: (to: Destination) => way('express', 'EXPRESS WORLDWIDE', 2, expressWay(to)),
  czech: (to: Destination) => way('ecommerce-ppl', 'DHL PARCEL CONNECT', 3, czechWay(to)),
  polish: (to: Destination) => way('parcel-pl', 'DHL PARCEL CONNECT', 3, polishWay(to)),
  ups: (to: Destination) => way('UPS Standard', 'UPS Standard', 2, upsWay(to), 'ups'),
} as const;

export type WayName = keyof typeof ways;

function way(
  service: string,
  product: string,
  promisedDays: number,
  steps: readonly Step[],
  carrier: Plan['carrier'] = 'dhl-unified',
): Way {
  return { carrier, service, product, promisedDays, steps };
}

/** How the steps so far are called in the product's words, where nothing unusual happens. */
const milestoneAfter: Readonly<Record<string, ParcelState>> = {
  nothing: 'unknown',
  announced: 'announced',
  picked_up: 'accepted',
  loaded: 'out_for_delivery',
  door: 'delivered',
};

type Progress = Partial<Pick<Plan, 'agoDays' | 'resumeHours'>>;

/** An ordinary way that has come as far as this step. */
export function sofar(name: WayName, reached: string, progress: Progress = {}): Story {
  return (to) => ({
    ...ways[name](to),
    reached,
    agoDays: 0,
    resumeHours: 0,
    ...progress,
    shows: milestoneAfter[reached] ?? 'in_transit',
  });
}

export const delivered = (name: WayName, agoDays: number): Story => sofar(name, 'door', { agoDays });

/** The same way, but one step of it the carrier records badly. */
export function recorded(story: Story, name: string, quirk: Quirk): Story {
  return (to) => {
    const plan = story(to);
    return { ...plan, steps: quirky(plan.steps, name, quirk) };
  };
}

type Turn = Progress & { readonly reached: string; readonly shows: ParcelState; readonly promisedDays?: number };

/** A way that goes as usual up to one step and then takes a turn of its own. */
export function turning(name: WayName, after: string, rest: (to: Destination) => readonly Step[], turn: Turn): Story {
  return (to) => {
    const usual = ways[name](to);
    return { ...usual, agoDays: 0, resumeHours: 0, ...turn, steps: [...upTo(usual.steps, after), ...rest(to)] };
  };
}

// Deliveries that end somewhere else than in the recipient's hands.

export const neighbour = (agoDays: number): Story =>
  turning(
    'german',
    'loaded',
    ({ town }) => [told('door', 'delivered', 'The shipment has been delivered to a neighbor.', town, 'delivery 12:10')],
    { agoDays, reached: 'door', shows: 'delivered' },
  );

export const dutchNeighbour = (agoDays: number): Story =>
  turning(
    'dutch',
    'loaded',
    ({ town }) => [
      step('door', ['delivered', 'DELIVERED_AT_NEIGHBOURS'], 'Delivered to the neighbours.', town, 'delivery 15:15'),
    ],
    { agoDays, reached: 'door', shows: 'delivered' },
  );

export const safePlace = (agoDays: number): Story =>
  turning(
    'dutch',
    'loaded',
    ({ town }) => [
      step('door', ['delivered', 'DELIVERED_AT_SAFEPLACE'], 'Left at the agreed safe place.', town, 'delivery 10:35'),
    ],
    { agoDays, reached: 'door', shows: 'delivered' },
  );

export const letterbox = (agoDays: number): Story =>
  turning(
    'dutch',
    'loaded',
    ({ town }) => [
      step('door', ['delivered', 'DELIVERED_IN_MAILBOX'], 'Put into the letterbox.', town, 'delivery 11:20'),
    ],
    { agoDays, reached: 'door', shows: 'delivered' },
  );

export const upsNeighbour = (agoDays: number): Story =>
  turning(
    'ups',
    'loaded',
    ({ town }) => [scanned('door', ['D', '3H', '011'], 'Delivered to a neighbor', town, 'delivery 13:05')],
    { agoDays, reached: 'door', shows: 'delivered' },
  );

/** Said to be delivered, taken back forty minutes later, and delivered the day after. */
export const deliveredTwice: Story = recorded(
  turning(
    'german',
    'loaded',
    ({ town }) => [
      step('too_early', ['delivered', 'ZU'], 'Delivered.', town, 'delivery 16:05'),
      step('loaded_again', ['transit', 'PO'], 'In the delivery vehicle.', town, 'delivery 07:50 +1'),
      step('door', ['delivered', 'ZU'], 'Delivered.', town, 'delivery 10:45'),
    ],
    { reached: 'loaded', shows: 'out_for_delivery' },
  ),
  'too_early',
  { retractedAfterMinutes: 40 },
);

// Parcels that wait to be collected, and are collected a day or two later.

export const packstation: Story = turning(
  'german',
  'loaded',
  ({ town }) => [
    step('waiting', ['transit', 'ZF'], 'Ready for collection at the Packstation.', town, 'delivery 10:50'),
    step('collected', ['delivered', 'ZU'], 'Collected from the Packstation by the recipient.', town, 'any 18:20 +1'),
  ],
  { reached: 'waiting', shows: 'ready_for_pickup', resumeHours: 14 },
);

export const branch: Story = turning(
  'german',
  'loaded',
  ({ town }) => [
    step('missed', ['failure', 'ZN'], 'The recipient was not at home.', town, 'delivery 13:35'),
    step('waiting', ['transit', 'ZF'], 'Ready for collection at the retail outlet.', town, 'delivery 17:10'),
    step(
      'collected',
      ['delivered', 'ZU'],
      'Picked up from the retail outlet by the recipient.',
      town,
      'delivery 11:15 +1',
    ),
  ],
  { reached: 'waiting', shows: 'ready_for_pickup', resumeHours: 20 },
);

export const dutchLocker: Story = turning(
  'dutch',
  'loaded',
  ({ town }) => [
    step('waiting', ['transit', 'DELIVERED_AT_PARCELSTATION'], 'Ready in the locker.', town, 'delivery 11:55'),
    step('collected', ['delivered', 'COLLECTED_AT_PARCELSTATION'], 'Collected by the recipient.', town, 'any 19:05 +1'),
  ],
  { reached: 'waiting', shows: 'ready_for_pickup', resumeHours: 10 },
);

export const polishPoint: Story = turning(
  'polish',
  'loaded',
  ({ town }) => [
    step('waiting', ['transit', 'SP_DSP'], 'Waiting at the DHL POP.', town, 'delivery 12:25'),
    step('collected', ['delivered', 'SP_DOR'], 'Collected from the DHL POP.', town, 'delivery 17:40 +1'),
  ],
  { reached: 'waiting', shows: 'ready_for_pickup', resumeHours: 26 },
);

/** Nobody was at home: it waits in a shop around the corner. */
export const accessPoint: Story = turning(
  'ups',
  'loaded',
  ({ town }) => [
    scanned('missed', ['X', '48', '060'], 'The receiver was not available for delivery.', town, 'delivery 11:35'),
    scanned(
      'redirected',
      ['X', '89', '057'],
      'We were unable to deliver your package. It’s on the way to a secure UPS Access Point™ location.',
      town,
      'delivery 14:10',
    ),
    scanned('waiting', ['D', '2Q', '161'], 'Delivered to UPS Access Point™', town, 'delivery 16:25'),
    scanned(
      'collected',
      ['D', '2W', '011'],
      'Collected by the receiver at the UPS Access Point™',
      town,
      'any 17:55 +1',
    ),
  ],
  { reached: 'waiting', shows: 'ready_for_pickup', resumeHours: 16 },
);

export const packstationEmptied = (agoDays: number): Story =>
  turning(
    'letter',
    'loaded',
    ({ town }) => [
      step('waiting', ['transit', 'NOTIFIED_PACKSTATION'], 'Waiting in the Packstation.', town, 'delivery 12:40'),
      step('door', ['delivered', 'FETCHED_PACKSTATION'], 'Collected from the Packstation.', town, 'any 18:45'),
    ],
    { agoDays, reached: 'door', shows: 'delivered' },
  );
