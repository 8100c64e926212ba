import { sofar, turning, type Story } from './stories.ts';
import { firstCentre, shopTown } from './towns.ts';
import { letterWay, scanned, step, told } from './ways.ts';

// Attempts that failed; each goes on with a second one.

export const notHome: Story = turning(
  'german',
  'loaded',
  ({ town }) => [
    step('missed', ['failure', 'ZN'], 'The recipient was not at home.', town, 'delivery 12:55'),
    step('loaded_again', ['transit', 'PO'], 'In the delivery vehicle.', town, 'delivery 07:35 +1'),
    step('door', ['delivered', 'ZU'], 'Delivered.', town, 'delivery 10:20'),
  ],
  { reached: 'missed', shows: 'delivery_failed' },
);

export const wrongAddress: Story = turning(
  'european',
  'loaded',
  ({ town }) => [
    step('missed', ['failure', '79'], 'The address is not correct.', town, 'delivery 15:20'),
    step('loaded_again', ['transit', '42'], 'Loaded onto the delivery van.', town, 'delivery 08:25 +2'),
    step('door', ['delivered', '63'], 'Delivered.', town, 'delivery 12:45'),
  ],
  { reached: 'missed', shows: 'delivery_failed', resumeHours: 30 },
);

export const noDoorbell: Story = turning(
  'polish',
  'loaded',
  ({ town }) => [
    step('missed', ['failure', 'AWI'], 'The recipient was absent.', town, 'delivery 15:45'),
    step('loaded_again', ['transit', 'LK'], 'Handed to the courier.', town, 'delivery 08:40 +1'),
    step(
      'door',
      ['delivered', 'DOR_SAS'],
      'Delivered to the neighbour named by the recipient.',
      town,
      'delivery 13:50',
    ),
  ],
  { reached: 'missed', shows: 'delivery_failed' },
);

// What somebody has to mend before the parcel moves on.

/** A teapot that did not survive the sorting belt. */
export const damaged: Story = turning(
  'german',
  'destination_hub',
  ({ centre, town }) => [
    step('damage', ['failure', 'BV'], 'The shipment was damaged on its way.', centre, 'any 04:25'),
    told(
      'repaired',
      'transit',
      'The shipment has been repackaged and continues on its way.',
      centre,
      'office 14:15 +1',
    ),
    step('depot', ['transit', 'EE'], 'Arrived at the delivery base.', town, 'delivery 06:00 +1'),
    step('loaded', ['transit', 'PO'], 'In the delivery vehicle.', town, 'delivery 07:45'),
    step('door', ['delivered', 'ZU'], 'Delivered.', town, 'delivery 12:30'),
  ],
  { reached: 'damage', shows: 'exception', resumeHours: 22 },
);

/** It went out in the van, was not in the van in the evening, and the carrier looks for it. */
export const lost: Story = turning(
  'dutch',
  'loaded',
  ({ town, centre }) => [
    step('missing', ['failure', 'MISSING_AFTER_ROUTE'], 'Not found after the round.', town, 'delivery 20:10'),
    step(
      'searched',
      ['failure', 'TRACE_INITIATED'],
      'Customer service is looking for the parcel.',
      centre,
      'office 10:30 +2',
    ),
    step('found', ['transit', 'FOUND_AT_DEPOT'], 'Found at the depot.', town, 'office 15:25 +2'),
    step('loaded_again', ['transit', 'OUT_FOR_DELIVERY'], 'On its way to the door.', town, 'delivery 09:15'),
    step('door', ['delivered', 'DELIVERED'], 'Delivered.', town, 'delivery 13:05'),
  ],
  { reached: 'searched', shows: 'exception', agoDays: 1, resumeHours: 44 },
);

/** Switzerland is beyond the customs border, and somebody has to pay the duty. */
export const heldForDuty: Story = turning(
  'express',
  'customs',
  ({ town, centre }) => [
    step('held', ['failure', 'HP'], 'Waiting for the payment of duty and tax.', centre, 'office 13:50'),
    step('cleared', ['transit', 'CR'], 'Cleared by customs.', centre, 'office 10:05 +1'),
    step('loaded', ['transit', 'WC'], 'With the courier.', town, 'office 08:50 +1'),
    step('door', ['delivered', 'OK'], 'Delivered.', town, 'office 12:15'),
  ],
  { reached: 'held', shows: 'exception', resumeHours: 26 },
);

/** The house number is missing, and nobody knows which door. */
export const addressMissing: Story = turning(
  'ups',
  'depot',
  ({ town }) => [
    scanned('held', ['X', 'OJ', '050'], 'Address information required', town, 'office 08:35'),
    scanned('corrected', ['I', 'AC', '028'], 'Delivery address changed', town, 'office 10:15 +1'),
    scanned('loaded', ['I', 'OT', '021'], 'Out For Delivery Today', town, 'delivery 08:30 +1'),
    scanned('door', ['D', 'KB', '011'], 'DELIVERED', town, 'delivery 12:40'),
  ],
  { reached: 'held', shows: 'exception', resumeHours: 25 },
);

export const inCustoms: Story = sofar('express', 'customs');

/** Nothing has been heard of it for five days. */
export const silent: Story = sofar('german', 'origin_hub', { agoDays: 5, resumeHours: 40 });

// Ways back.

export const refused: Story = turning(
  'dutch',
  'loaded',
  ({ town, centre }) => [
    step('refused', ['failure', 'REFUSED_BY_RECEIVER'], 'The recipient did not want it.', town, 'delivery 14:20'),
    step('turned', ['transit', 'ON_ROUTE_TO_SHIPPER'], 'On its way back to the sender.', centre, 'any 21:00 +1'),
    step('back', ['delivered', 'RETURNED_TO_SHIPPER'], 'Returned to the sender.', shopTown, 'office 11:30 +2'),
  ],
  { reached: 'turned', shows: 'returning', resumeHours: 18 },
);

export const notCollected: Story = turning(
  'polish',
  'loaded',
  ({ town, centre }) => [
    step('waiting', ['transit', 'SP_DSP'], 'Waiting at the DHL POP.', town, 'delivery 12:05'),
    step('turned', ['failure', 'SP_TO'], 'Not collected in time, goes back to the sender.', centre, 'office 09:40 +3'),
    step('back', ['delivered', 'ZWN'], 'Returned to the sender.', shopTown, 'office 13:20 +2'),
  ],
  { reached: 'turned', shows: 'returning', resumeHours: 20 },
);

export const cameBack: Story = turning(
  'letter',
  'loaded',
  ({ town }) => [
    step('missed', ['failure', 'DELIVERY_ATTEMPTED'], 'Could not be delivered.', town, 'delivery 12:15'),
    step('turned', ['transit', 'SENT_BACK'], 'On its way back to the sender.', firstCentre, 'any 20:30 +1'),
    step('back', ['delivered', 'RETURNED_TO_SENDER'], 'Returned to the sender.', shopTown, 'office 10:40 +1'),
  ],
  { reached: 'back', shows: 'returned', agoDays: 1 },
);

export const refusedAndBack: Story = turning(
  'dutch',
  'loaded',
  ({ town, centre }) => [
    step('refused', ['failure', 'REFUSED_BY_RECEIVER'], 'The recipient did not want it.', town, 'delivery 15:05'),
    step('turned', ['transit', 'ON_ROUTE_TO_SHIPPER'], 'On its way back to the sender.', centre, 'any 22:10'),
    step('back', ['delivered', 'RETURNED_TO_SHIPPER'], 'Returned to the sender.', shopTown, 'office 11:50 +2'),
  ],
  { reached: 'back', shows: 'returned', agoDays: 1 },
);

/** The shop called it off before it left. */
export const calledOff: Story = turning(
  'czech',
  'announced',
  () => [step('cancelled', ['failure', '999'], 'Cancelled by the sender.', null, 'office 15:10')],
  { reached: 'cancelled', shows: 'cancelled', agoDays: 2 },
);

// What the carrier does not, or not yet, say anything useful about.

/** The label is printed; the carrier hears of it in a few hours. */
export const notYetKnown: Story = sofar('german', 'nothing', { resumeHours: 3 });

/** The carrier has the number and says that it has nothing to say, until the item is found in the post. */
export const noWord: Story = turning(
  'letter',
  'nothing',
  (to) => [
    step('no_word', ['unknown', 'NO_INFO'], 'There is no information about this item.', null, 'any 13:30'),
    ...letterWay(to).filter(({ name }) => name !== 'announced'),
  ],
  { reached: 'no_word', shows: 'unknown', resumeHours: 20 },
);

/** A code that stands in no list yet: shop's people find it among the unmapped ones. */
export const newCode: Story = turning(
  'german',
  'destination_hub',
  ({ town, centre }) => [
    step('odd', ['unknown', 'QX'], 'QX', centre, 'any 04:05'),
    step('depot', ['transit', 'EE'], 'Arrived at the delivery base.', town, 'delivery 05:55 +1'),
    step('loaded', ['transit', 'PO'], 'In the delivery vehicle.', town, 'delivery 07:50'),
    step('door', ['delivered', 'ZU'], 'Delivered.', town, 'delivery 11:40'),
  ],
  { reached: 'odd', shows: 'in_transit' },
);
