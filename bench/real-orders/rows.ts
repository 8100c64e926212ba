import { readFileSync } from 'node:fs';

/** The columns that are read; others may stand beside them. Times are minutes of local wall time, empty where unknown. */
export const wantedColumns = [
  'order_id',
  't_buy',
  't_hand',
  't_del',
  'czip',
  'cstate',
  'n_items',
  'price',
  'cat',
] as const;

type Column = (typeof wantedColumns)[number];

/** One order as it really went; times in milliseconds since 1970, null where it never came to that. */
export type RealOrder = {
  readonly place: number;
  readonly id: string;
  readonly boughtAt: string;
  readonly boughtMs: number;
  readonly handOver: Happened | null;
  readonly delivery: Happened | null;
  readonly postcode: string;
  readonly state: string;
  readonly items: { readonly count: number; readonly price: number; readonly title: string } | null;
};

export type Happened = { readonly local: string; readonly ms: number };

/** Where the clocks hang that the times were read from. */
export const zone = 'America/Sao_Paulo';

/** @throws when a column is missing, a line has another number of cells than the first, or a time is none */
export function readRealOrders(path: string): readonly RealOrder[] {
  const [header = [], ...lines] = readFileSync(path, 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const places = placesOf(header);
  return lines.map((cells, place) => {
    if (cells.length !== header.length) {
      throw new Error(`line ${place + 2} has ${cells.length} cells, the first has ${header.length}`);
    }
    return orderOf(place, (column) => cells[places.get(column) ?? -1] ?? '');
  });
}

function placesOf(header: readonly string[]): ReadonlyMap<Column, number> {
  const missing = wantedColumns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new Error(`the file has no column ${missing.join(', ')}`);
  return new Map(wantedColumns.map((column) => [column, header.indexOf(column)]));
}

function orderOf(place: number, cell: (column: Column) => string): RealOrder {
  const count = Number(cell('n_items'));
  return {
    place,
    id: cell('order_id'),
    boughtAt: cell('t_buy'),
    boughtMs: msOf(cell('t_buy')),
    handOver: happenedAt(cell('t_hand')),
    delivery: happenedAt(cell('t_del')),
    postcode: cell('czip'),
    state: cell('cstate'),
    items: count > 0 ? { count, price: Number(cell('price')), title: cell('cat') || 'artigo' } : null,
  };
}

function happenedAt(local: string): Happened | null {
  return local === '' ? null : { local, ms: msOf(local) };
}

function msOf(local: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
}
