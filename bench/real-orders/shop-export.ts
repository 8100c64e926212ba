// What the shop's system writes out every night: a CSV file of the orders that are new or got their parcel's number since
// the night before. Names and streets are invented, always the same ones for the same order.
import type { MappingText } from '#shops';
import { zone, type RealOrder } from './rows.ts';

/** One night's file. `numbered`: those of its orders whose parcel has its number by now. */
export type Export = {
  readonly atMs: number;
  readonly orders: readonly RealOrder[];
  readonly numbered: ReadonlySet<RealOrder>;
};

const dayMs = 86_400_000;
/** Two or three in the night, where the clocks are never changed. */
const hourOfExportMs = 5 * 3_600_000;

/** In turn: DHL takes deliveries back and so they are held for a while, UPS does not. */
const carriers = ['dhl', 'ups'] as const;
const firstNames = ['Ada', 'Bento', 'Clara', 'Davi', 'Elisa', 'Fábio', 'Gilda', 'Heitor', 'Iara', 'João', 'Lívia'];
const lastNames = ['Exemplo', 'Modelo', 'Amostra', 'Padrão', 'Teste', 'Inventado', 'Ficção'];
const streets = ['Rua do Exemplo', 'Avenida Modelo', 'Travessa da Amostra', 'Praça do Teste', 'Rua "Nova", fundos'];

export const mapping: MappingText = {
  order_number: 'Order',
  placed_at: { column: 'Date', zone },
  language: { value: 'en' },
  customer: { name: 'Name', email: 'E-mail' },
  address: { street: 'Street', postcode: 'Postcode', city: 'City', country: { value: 'BR' } },
  items: [{ title: 'Item', price: { column: 'Price', decimal: 'point' }, currency: { value: 'BRL' } }],
  parcels: [{ carrier: 'Carrier', tracking_number: 'Tracking' }],
};

const header = 'Order,Date,Name,E-mail,Street,Postcode,City,Item,Price,Carrier,Tracking';

export function carrierOf({ place }: RealOrder): (typeof carriers)[number] {
  return place % 2 === 0 ? 'dhl' : 'ups';
}

export function trackingNumberOf({ place }: RealOrder): string {
  return `REAL${String(place).padStart(9, '0')}`;
}

/** Two of three parcels have their label from the beginning; the others get it when the carrier has them. */
function labelledMs({ place, boughtMs, handOver, delivery }: RealOrder): number {
  if (place % 3 !== 0) return boughtMs;
  const firstSeen = [handOver, delivery].flatMap((one) => (one === null ? [] : [one.ms]));
  return Math.min(...firstSeen);
}

/** The files of all nights in which there is something to write, oldest first. */
export function exportsOf(orders: readonly RealOrder[]): readonly Export[] {
  const written = orders.flatMap((order) =>
    [order.boughtMs, labelledMs(order)].filter(Number.isFinite).map((ms) => ({ order, atMs: nightAfter(ms) })),
  );
  return [...Map.groupBy(written, ({ atMs }) => atMs)]
    .toSorted(([one], [other]) => one - other)
    .map(([atMs, all]) => {
      const own = new Set(all.map(({ order }) => order));
      const isNumbered = (order: RealOrder): boolean => nightAfter(labelledMs(order)) <= atMs;
      return { atMs, orders: [...own], numbered: new Set([...own].filter(isNumbered)) };
    });
}

function nightAfter(ms: number): number {
  return Math.floor((ms - hourOfExportMs) / dayMs + 1) * dayMs + hourOfExportMs;
}

/** One row for each thing that was bought; a number in the first row of an order only, as exports do. */
export function csvOf(orders: Iterable<RealOrder>, numbered: ReadonlySet<RealOrder>): string {
  const rows = [...orders].flatMap((order) => rowsOf(order, numbered.has(order)));
  return `${[header, ...rows].join('\r\n')}\r\n`;
}

function rowsOf(order: RealOrder, isNumbered: boolean): readonly string[] {
  const { place, id, boughtAt, postcode, state, items } = order;
  const common = [
    id,
    boughtAt,
    `${picked(firstNames, place)} ${picked(lastNames, place * 5)}`,
    `${id}@kunden.example`,
    `${picked(streets, place * 3)}, ${1 + (place % 400)}`,
    `${postcode}-000`,
    `Cidade ${postcode.slice(0, 3)} - ${state}`,
  ];
  const parcel = isNumbered ? [carrierOf(order), trackingNumberOf(order)] : ['', ''];
  const price = items === null ? '' : (items.price / items.count).toFixed(2);
  return Array.from({ length: items?.count ?? 1 }, (_, at) =>
    [...common, items?.title ?? '', price, ...(at === 0 ? parcel : ['', ''])].map(quoted).join(','),
  );
}

function quoted(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Always the same one for the same order. */
function picked(from: readonly string[], at: number): string {
  return from[(at * 7) % from.length] ?? '';
}
