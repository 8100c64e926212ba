import { type ParcelState, type SubStatus, milestoneOf, subStatus } from '../vocabulary.ts';
import codes from './codes.json' with { type: 'json' };

/** The three codes of an event as DHL sends them: what happened, why, and DHL's own class of it. Empty when not sent. */
export type EventCodes = { readonly ice: string; readonly ric: string; readonly ttpro: string };

type Row = EventCodes & { readonly id: SubStatus };

/**
 * DHL's list of July 2024, `ICE:RIC:TTPRO` to sub-status: 338 rows, read one by one by a person. All three count: nine
 * pairs of ICE and RIC mean another milestone under another TTPRO.
 */
const rows: readonly Row[] = Object.entries(codes).flatMap(([key, word]) => {
  const [ice = '', ric = '', ttpro = ''] = key.split(':');
  const row = subStatus(word);
  return row === null ? [] : [{ ice, ric, ttpro, id: row.id }];
});

/** The word of each milestone that says the least, for events whose finer sense is open. */
const leastSaid: Readonly<Partial<Record<ParcelState | 'info', SubStatus>>> = {
  announced: 'announced.data_received',
  accepted: 'accepted.received_at_depot',
  in_transit: 'in_transit.other',
  out_for_delivery: 'out_for_delivery.loaded',
  ready_for_pickup: 'ready_for_pickup.shop',
  delivery_failed: 'delivery_failed.other',
  exception: 'exception.other',
  delivered: 'delivered.recipient',
  returning: 'returning.other',
  info: 'info.note',
};

/** What all these rows say: their word if it is one, the least of their milestone if that is one, else nothing. */
function agreed(found: readonly Row[]): SubStatus | null {
  const [first, ...others] = found;
  if (first === undefined) return null;
  if (others.every(({ id }) => id === first.id)) return first.id;
  const milestone = milestoneOf(first.id);
  return others.every(({ id }) => milestoneOf(id) === milestone) ? (leastSaid[milestone] ?? null) : null;
}

type Part = keyof EventCodes;

/** From the surest to the least sure. The first step whose rows agree in milestone counts; codes that were not sent match nothing. */
const chain: readonly (readonly Part[])[] = [
  ['ice', 'ric', 'ttpro'],
  ['ice', 'ric'],
  ['ice', 'ttpro'],
  ['ice'],
  ['ttpro'],
];

/** What was found once is not looked for again; the list has few more codes than this. */
const rememberedMax = 2_000;
const remembered = new Map<string, SubStatus | null>();

/** What an event's codes mean by DHL's list, or null: then it is unknown, and no movement is made of it. */
export function lookUp(sent: EventCodes): SubStatus | null {
  const key = keyOf(sent);
  const before = remembered.get(key);
  if (before !== undefined) return before;
  const found = searched(sent);
  if (remembered.size < rememberedMax) remembered.set(key, found);
  return found;
}

function searched(sent: EventCodes): SubStatus | null {
  for (const parts of chain) {
    if (parts.some((part) => sent[part] === '')) continue;
    const found = agreed(rows.filter((row) => parts.every((part) => row[part] === sent[part])));
    if (found !== null) return found;
  }
  return null;
}

/** `DLVRD:NGHBR:ZU`; a code that was not sent is empty. */
export function keyOf({ ice, ric, ttpro }: EventCodes): string {
  return `${ice}:${ric}:${ttpro}`;
}

const form = /^([A-Z0-9]{0,12}):([A-Z0-9]{0,12})(?::([A-Z0-9]{0,12}))?$/;

/** The codes in a key, in whatever case it is written; null when it has not the form of one. */
export function codesIn(key: string): EventCodes | null {
  const [whole, ice = '', ric = '', ttpro = ''] = form.exec(key) ?? [];
  return whole === undefined ? null : { ice, ric, ttpro };
}

/** A code as it stands in a key. */
export function spelled(code: string | null): string {
  return (code ?? '')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 12);
}
