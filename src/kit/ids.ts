import { randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock';

/** What an id names; shown as `par_…`, stored as a uuid. */
export type IdKind =
  | 'shp'
  | 'per'
  | 'ord'
  | 'par'
  | 'ntc'
  | 'cns'
  | 'dsc'
  | 'key'
  | 'ses'
  | 'acc'
  | 'aud'
  | 'imp'
  | 'sit'
  | 'scn'
  | 'fnd'
  | 'brc'
  | 'brm'
  | 'cny'
  | 'wit'
  | 'req'
  | 'rtn'
  | 'hld'
  | 'rev'
  | 'sea';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const shownLength = 26;

type Last = { readonly ms: number; readonly counter: number };

/** The last id of each clock: a clock that stands still, or another that runs in the past, has a count of its own. */
const lastOf = new WeakMap<Clock, Last>();
const counterMax = 0xfff;
/** A clock that was set back by more than this is believed. */
const backMsMax = 10_000;

/**
 * A version 7 uuid (RFC 9562 §5.7) made from product time, so that rows of one time lie together on disk. Ids made by one
 * process from one clock always ascend: the 12 bits behind the time count up, and when they are used up the next
 * millisecond is begun early (method 1 of §6.2).
 */
export function newId(clock: Clock): string {
  const bytes = randomBytes(16);
  const next = after(lastOf.get(clock), clock.now().epochMilliseconds, bytes.readUInt16BE(6) & 0x7ff);
  lastOf.set(clock, next);
  bytes.writeUIntBE(next.ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | next.counter, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return dashed(bytes.toString('hex'));
}

function after(last: Last | undefined, nowMs: number, seed: number): Last {
  if (last === undefined || nowMs > last.ms || last.ms - nowMs > backMsMax) return { ms: nowMs, counter: seed };
  if (last.counter === counterMax) return { ms: last.ms + 1, counter: seed };
  return { ms: last.ms, counter: last.counter + 1 };
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The instant inside a version 7 uuid. */
export function timeOfId(id: string): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/** The smallest version 7 uuid of an instant: the bound of a partition. */
export function firstIdAt(instant: Temporal.Instant): string {
  const ms = instant.epochMilliseconds.toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-0000-0000-000000000000`;
}

/** `par_` and 26 characters of Crockford's base 32: sorts like the uuid behind it. */
export function showId(kind: IdKind, id: string): string {
  let number = BigInt(`0x${id.replaceAll('-', '')}`);
  let text = '';
  for (let place = 0; place < shownLength; place += 1) {
    text = alphabet.charAt(Number(number & 31n)) + text;
    number >>= 5n;
  }
  return `${kind}_${text}`;
}

/** The uuid behind a shown id, or null when it is not one of this kind. Total: any text may come in. */
export function readId(kind: IdKind, shown: string): string | null {
  const text = shown.slice(kind.length + 1);
  if (!shown.startsWith(`${kind}_`) || text.length !== shownLength) return null;
  let number = 0n;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return null;
    number = (number << 5n) | BigInt(digit);
  }
  const hex = number.toString(16).padStart(32, '0');
  if (hex.length > 32) return null;
  return dashed(hex);
}
