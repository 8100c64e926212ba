import { findConnector, type ReadScan } from '#carriers';
import { realClock } from '#kit/clock';
import type { IncomingScan } from '#parcels';
import { sealed } from '#privacy';

/** A parcel's ordinary way, ten scans from the label to the neighbour, as DHL words them. */
const way: readonly (readonly [code: string, town: string, text: string])[] = [
  [
    'parcel-de:VA',
    'Flensburg',
    'The instruction data for this shipment have been provided by the sender to DHL electronically',
  ],
  ['parcel-de:AA', 'Flensburg', 'The shipment has been picked up by the sender'],
  ['parcel-de:AE', 'Neumünster', 'The shipment has been processed in the parcel center of origin'],
  ['parcel-de:NB', 'Hamburg', 'The shipment is on its way'],
  ['parcel-de:EE', 'Berlin', 'The shipment has arrived at the destination parcel center'],
  ['parcel-de:PO', 'Berlin', 'The shipment has been loaded onto the delivery vehicle'],
  ['parcel-de:ZN', 'Berlin', 'The recipient was not at home'],
  ['parcel-de:LA', 'Berlin', 'The shipment is being stored until the next delivery attempt'],
  ['parcel-de:PO', 'Berlin', 'The shipment has been loaded onto the delivery vehicle'],
  ['parcel-de:ZU', 'Berlin', 'The shipment has been successfully delivered'],
];

export const scansPerParcel = way.length;

/** The scans that parcels have had by `step`: one each, in the order of the numbers. */
export function scansAt(numbers: readonly string[], step: number): readonly IncomingScan[] {
  const scan = scanAt(step);
  return numbers.map((number) => ({ carrier: 'dhl-unified', number: sealed('tracking_number', number), scan }));
}

function scanAt(step: number): ReadScan {
  const [code = '', town = '', text = ''] = way[step % way.length] ?? [];
  const meaning = findConnector('dhl-unified')?.meaning(code, null);
  if (meaning === undefined) throw new Error('no DHL');
  const time = realClock
    .now()
    .subtract({ hours: 20 - step })
    .toZonedDateTimeISO('Europe/Berlin');
  return {
    code,
    ...meaning,
    localTime: time.toPlainDateTime().toString({ smallestUnit: 'second' }),
    offset: null,
    zone: 'Europe/Berlin',
    timeConfidence: 'located',
    place: { name: town, country: 'DE' },
    text,
  };
}
