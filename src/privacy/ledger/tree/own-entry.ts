import { fromHex, join, readCount, toHex, uint64, utf8 } from './bytes.ts';
import type { Sha256 } from './merkle.ts';

/**
 * An entry together with what only its person is shown: whoever has both can say what was entered. `number` is 1 for the
 * first entry about this person; `nonce` stands in hexadecimal digits.
 */
export type OwnEntryPart = {
  readonly number: number;
  readonly shown: Readonly<Record<string, unknown>>;
  readonly details: Readonly<Record<string, unknown>>;
  readonly nonce: string;
};

const nonceBytes = 32;
const charactersMax = 65_536;
const depthMax = 20;

/** JSON with its keys in order and no spaces (RFC 8785, for the values that stand here: texts, numbers below 2^53, lists). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

/** The entry as it stands in the ledger, made again from what its person was shown. */
export function ownEntryText(sha256: Sha256, { number, shown, details, nonce }: OwnEntryPart): string {
  const digest = hmac(sha256, fromHex(nonce), utf8(canonical(details)));
  const commitment = toHex(sha256(join(uint64(number), digest)));
  return `${canonical(shown).slice(0, -1)},"of":"${commitment}"}`;
}

/** HMAC (RFC 2104). @param key at most 64 bytes */
function hmac(sha256: Sha256, key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key);
  const inner = sha256(
    join(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    join(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

/** What goes into a proof besides the proof, so that one file says what was entered (the `extra` of tlog-proof). */
export function writeOwnPart({ number, shown, details, nonce }: OwnEntryPart): Uint8Array {
  return utf8(canonical({ number, shown, details, nonce }));
}

/** Null for what is none. */
export function readOwnPart(text: string): OwnEntryPart | null {
  if (text.length > charactersMax || !isShallow(text)) return null;
  try {
    return ownPartOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Null for what is none; any value of JSON. */
export function ownPartOf(value: unknown): OwnEntryPart | null {
  if (!isRecord(value)) return null;
  const { number, shown, details, nonce } = value;
  if (!isRecord(shown) || !isRecord(details) || Object.keys(shown).length === 0) return null;
  return isCount(number) && isNonce(nonce) ? { number, shown, details, nonce } : null;
}

/** What a ledger says of itself where it goes on from less than it had signed, as after an older backup was put back. */
export type ResumedEntry = {
  /** How many entries are before this one, and how many had been signed, with which root in base 64. */
  readonly from: number;
  readonly signed: number;
  readonly root: string;
};

export function resumedText({ from, signed, root }: ResumedEntry): string {
  return canonical({ kind: 'resumed', from: String(from), signed: String(signed), root });
}

/** Null for an entry about something else; total. */
export function readResumed(text: string): ResumedEntry | null {
  const [, from = '', root = '', signed = ''] =
    /^\{"from":"(\d{1,16})","kind":"resumed","root":"([A-Za-z0-9+/]{43}=)","signed":"(\d{1,16})"\}$/.exec(text) ?? [];
  const [before, had] = [readCount(from), readCount(signed)];
  return before === null || had === null ? null : { from: before, signed: had, root };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isNonce(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]+$/.test(value) && value.length === nonceBytes * 2;
}

/** Brackets are counted before anything that calls itself sees them. */
function isShallow(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > depthMax) return false;
  }
  return true;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
