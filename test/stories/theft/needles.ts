import { randomInt } from 'node:crypto';

/** Digits alone: they have no letter case, so that neither the program nor PostgreSQL can write them in another way. */
export type Markers = {
  /** Stands in every marked text of one run and nowhere else in the world. */
  readonly token: string;
  /** `what` has two letters; `at` is the customer's number. */
  readonly mark: (what: string, at: number) => string;
  /** A customer's address on the internet, with the token's digits in it. */
  readonly addressOf: (at: number) => string;
};

export function createMarkers(): Markers {
  const groups = Array.from({ length: 3 }, () => String(randomInt(1_000, 10_000)));
  const token = groups.join('');
  return {
    token,
    mark: (what, at) => `${token}${what}${String(at).padStart(4, '0')}`,
    addressOf: (at) => `2001:db8:${groups.join(':')}::${at.toString(16)}`,
  };
}

/** Bytes to look for, and what finding them means. */
export type Needle = { readonly bytes: Buffer; readonly form: Form; readonly of: string };

export const forms = ['utf-8', 'utf-16le', 'utf-16be', 'base64', 'hex', 'percent', 'numbers'] as const;
export type Form = (typeof forms)[number];

/** A text in every form in which it could lie on a disk. */
export function needlesOf(text: string, of: string): readonly Needle[] {
  return needlesOfBytes(Buffer.from(text), of).concat([
    { bytes: Buffer.from(text, 'utf16le'), form: 'utf-16le', of },
    { bytes: Buffer.from(text, 'utf16le').swap16(), form: 'utf-16be', of },
  ]);
}

export function needlesOfBytes(bytes: Buffer, of: string): readonly Needle[] {
  const hex = bytes.toString('hex');
  const written = new Set([hex, hex.toUpperCase()]);
  return [
    { bytes, form: 'utf-8', of },
    ...[...written].map((each) => ({ bytes: Buffer.from(each), form: 'hex' as const, of })),
    ...base64Of(bytes).map((each) => ({ bytes: Buffer.from(each), form: 'base64' as const, of })),
  ];
}

/** What of the bytes can be seen in base64, wherever in a longer text they begin; both alphabets. */
function base64Of(bytes: Buffer): readonly string[] {
  const seen = [0, 1, 2].flatMap((before) => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const until = Math.floor(((before + bytes.length) * 8) / 6);
    const own = coded.slice(from, until);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...new Set(seen)];
}

/** As addresses are written, and as JSON writes bytes that somebody forgot to write otherwise: many of both begin alike. */
export function rarerNeedlesOf(text: string, of: string): readonly Needle[] {
  const bytes = Buffer.from(text);
  const percent = bytes.toString('hex').replaceAll(/../g, '%$&');
  return [
    { bytes: Buffer.from(percent), form: 'percent', of },
    { bytes: Buffer.from(bytes.join(',')), form: 'numbers', of },
  ];
}
