import type { ReadScan } from '../contract.ts';
import { plain } from '../reading/countries.ts';
import { type SubStatus, milestoneOf, subStatus } from '../vocabulary.ts';
import codes from './codes.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

/** What an activity says about itself, as sent. */
export type ActivityWords = {
  /** `D`, `I`, `M`, `MV`, `X`, `P`, `RS` … */
  readonly type: string | null;
  /** Three digits of UPS's list of status descriptions: `statusCode` when asked, `descriptionCode` in a push. */
  readonly statusCode: string | null;
  /** True when it came as a bare number: UPS's own examples carry 021 as 17, because a leading zero made it octal. */
  readonly bareNumber: boolean;
  /** Two characters of UPS's list of scans, such as `OT`. */
  readonly code: string | null;
  readonly description: string | null;
};

/**
 * UPS's lists in our words, read row by row by a person. `011` is a status description; `011:ML` the same with the scan code
 * that says where it was left; `I:DP` a scan code, for where it says more or no status description came; `X` what a type says
 * alone.
 */
const table: ReadonlyMap<string, SubStatus> = new Map(
  Object.entries(codes).flatMap(([key, id]) => {
    const row = subStatus(id);
    return row === null ? [] : [[key, row.id] as const];
  }),
);

/** The sentences of the list of status descriptions, each with the first code that has it. */
const byText: ReadonlyMap<string, string> = new Map(Object.entries(texts));

const returned = 'RS';
const delivered = '011';

/** The words of a milestone that say the least: a scan code may make them finer. */
const general: ReadonlySet<SubStatus> = new Set([
  'in_transit.other',
  'in_transit.delayed',
  'exception.other',
  'delivery_failed.other',
]);

function spelled(value: string | null, form: RegExp): string | null {
  const text = (value ?? '').trim().toUpperCase();
  return form.test(text) ? text : null;
}

function digitsOf(words: ActivityWords): string | null {
  const said = words.description === null ? undefined : byText.get(plain(words.description));
  const sent = spelled(words.statusCode, /^\d{1,3}$/)?.padStart(3, '0') ?? null;
  if (sent === null || words.bareNumber) return said ?? sent;
  return sent;
}

/** The key that an activity is remembered by: no language in it. */
export function keyOf(words: ActivityWords): string {
  const type = spelled(words.type, /^[A-Z]{1,2}$/);
  const code = spelled(words.code, /^[A-Z0-9]{1,4}$/);
  if (type !== returned) return outboundKey(type, digitsOf(words), code);
  // To whom a parcel on its way back was delivered is known: where it was left does not matter.
  const inner = outboundKey(null, digitsOf(words), null);
  return inner === unknownKey ? returned : `${returned}:${inner}`;
}

const unknownKey = 'unknown';

function outboundKey(type: string | null, digits: string | null, code: string | null): string {
  const base = digits === null ? undefined : table.get(digits);
  if (digits !== null && base !== undefined) return finerKey(type, digits, base, code);
  const byScan = scanKey(type, code);
  if (digits === null && byScan !== null) return byScan;
  const rest = digits ?? code;
  return rest === null ? (type ?? unknownKey) : `${type ?? unknownKey}:${rest}`;
}

/** The scan code where it says more than the status description: about the delivery itself, or within one milestone. */
function finerKey(type: string | null, digits: string, base: SubStatus, code: string | null): string {
  const candidates = [`${digits}:${code ?? ''}`, `${type ?? ''}:${digits}`];
  const finer = candidates.find((key) => table.has(key));
  if (finer !== undefined) return finer;
  const scan = `${type ?? ''}:${code ?? ''}`;
  const scanned = table.get(scan);
  if (scanned === undefined || scanned === base || !general.has(base)) return digits;
  return milestoneOf(scanned) === milestoneOf(base) ? scan : digits;
}

function scanKey(type: string | null, code: string | null): string | null {
  if (type === null || code === null) return null;
  const candidates = [`${type}:${code}`, ...(type === 'D' ? [`${delivered}:${code}`] : [])];
  return candidates.find((key) => table.has(key)) ?? null;
}

type Found = {
  readonly subStatus: SubStatus | null;
  /** False when no list has the code, even where its type places it. */
  readonly known: boolean;
  readonly returns: boolean;
};

/** On the way back everything that would be progress is the return, and a delivery is one to the sender. */
function turned(id: SubStatus): SubStatus {
  const milestone = milestoneOf(id);
  if (milestone === 'delivered') return 'returned.to_sender';
  const moves = ['announced', 'accepted', 'in_transit', 'out_for_delivery'].includes(milestone);
  return moves ? 'returning.other' : id;
}

function lookUp(key: string): Found {
  const own = table.get(key);
  if (own !== undefined) return { subStatus: own, known: true, returns: key === returned };
  const type = key.includes(':') ? key.slice(0, key.indexOf(':')) : '';
  if (type === returned) {
    const inner = lookUp(key.slice(returned.length + 1));
    const id = inner.subStatus === null ? 'returning.other' : turned(inner.subStatus);
    return { subStatus: id, known: inner.known, returns: true };
  }
  return { subStatus: table.get(type) ?? null, known: false, returns: false };
}

type Meaning = Pick<ReadScan, 'milestone' | 'subStatus' | 'retracts' | 'leg'>;

/** What a remembered or posted code means; the same as when it was read. */
export function meaning(code: string): Meaning {
  const upper = code.trim().toUpperCase();
  const key = /^\d{1,2}$/.test(upper) ? upper.padStart(3, '0') : upper;
  const { subStatus: id, returns } = lookUp(key);
  const milestone = id === null ? 'unknown' : milestoneOf(id);
  const back = returns || milestone === 'returning' || milestone === 'returned';
  return { milestone, subStatus: id, retracts: false, leg: back ? 'return' : 'outbound' };
}

export function isKnown(key: string): boolean {
  return lookUp(key).known;
}
