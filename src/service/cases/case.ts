import { randomInt } from 'node:crypto';
import type { Sealed } from '#privacy';

/** What a question is about, as its writer says. */
export const topics = ['delivery', 'order', 'damage', 'return', 'invoice', 'product', 'data', 'other'] as const;
export type Topic = (typeof topics)[number];

/** `link`: behind the link of an order; `page`: from the form for everybody. */
export type CaseVia = 'link' | 'page';

/** What happened in a case. */
export const entryKinds = ['asked', 'answered', 'answered elsewhere', 'called', 'not reached'] as const;
export type EntryKind = (typeof entryKinds)[number];

export type CaseState = 'open' | 'answered' | 'closed';

export type CallBack = {
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  readonly phone: Sealed<'phone'> | null;
  readonly isCalled: boolean;
};

/** A conversation with a customer, personal data sealed. */
export type Case = {
  readonly caseId: string;
  readonly personId: string;
  readonly shopId: string;
  /** `C-7F3K-2Q9M` */
  readonly number: string;
  /** Null where it is about no order that is proven to be the writer's. */
  readonly orderId: string | null;
  readonly topic: string;
  readonly language: string;
  readonly via: string;
  readonly openedAt: Temporal.Instant;
  readonly lastAt: Temporal.Instant;
  readonly state: CaseState;
  /** Since when the customer waits for an answer; null when they do not. */
  readonly waitingSince: Temporal.Instant | null;
  readonly closedAt: Temporal.Instant | null;
  /** Another address for the answer than the known one. */
  readonly email: Sealed<'email'> | null;
  readonly name: Sealed<'name'> | null;
  /** An order number that was typed in, where it is no order of this person. */
  readonly orderSaid: Sealed<'order_number'> | null;
  readonly callBack: CallBack | null;
};

export type CaseEntry = {
  readonly entryId: string;
  readonly at: Temporal.Instant;
  readonly kind: EntryKind;
  /** `customer`, `staff`, `key key_…` or `command line`. */
  readonly actor: string;
  /** Null where nothing was written. */
  readonly words: Sealed<'message'> | null;
  /** The mail by which it went to the customer. */
  readonly messageId: string | null;
  /** What became of the mail to the shop's service address; null while it is under way, and for what was not asked. */
  readonly forwarded: Forwarded | null;
};

export const forwardedOutcomes = ['sent', 'refused', 'no address', 'withheld'] as const;
export type Forwarded = {
  readonly outcome: (typeof forwardedOutcomes)[number];
  readonly at: Temporal.Instant;
  readonly answer: string;
};

/** At most so many UTF-16 units of text. */
export const textLengthMax = 4_000;
export const nameLengthMax = 200;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const numberLength = 8;

/** Forty random bits: it opens nothing, and tells nobody how many cases a shop has. */
export function newNumber(): string {
  const letters = Array.from({ length: numberLength }, () => alphabet.charAt(randomInt(alphabet.length)));
  return `C-${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** As people copy it: in small letters, without dashes, with O for 0; null when it is none. */
export function readNumber(text: string): string | null {
  const letters = text
    .slice(0, 40)
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s–-]/gu, '')
    .replace(/^C(?=.{8}$)/u, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/gu, '1');
  if (letters.length !== numberLength || /[^0-9A-HJKMNP-TV-Z]/u.test(letters)) return null;
  return `C-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/**
 * What somebody wrote, without what only machines read: control characters but line breaks and tabs, and the marks that
 * turn the direction of what follows them. Letters of every script stay.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/\r\n?|\u2028|\u2029/gu, '\n')
    .replaceAll(/[\p{Cc}\p{Cs}\u202d\u202e\ufeff]/gu, (letter) => (letter === '\n' || letter === '\t' ? letter : ''))
    .replaceAll(/\n{4,}/gu, '\n\n\n')
    .trim();
}

/** A name or a number on one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s+/gu, ' ');
}

/** As it is dialled; null for what is no phone number (ITU-T E.164 has 15 digits at the most). */
export function readPhone(text: string): string | null {
  const line = plainLine(text.slice(0, 60).normalize('NFKC'));
  const digits = line.replaceAll(/\D/gu, '').length;
  return /^\+?[\d\s()/.-]{5,40}$/u.test(line) && digits >= 5 && digits <= 15 ? line : null;
}

const address = /^[^\s\p{Cc}@()<>[\]\\,;:"]{1,64}@[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63})+$/u;

/** An e-mail address on one line (RFC 6531 letters included); null for what is none. */
export function readEmail(text: string): string | null {
  const line = text.trim();
  return line.length <= 254 && address.test(line) ? line : null;
}

/**
 * What looks as if it led somewhere becomes a word: a form for everybody must not send somebody's links to others in the
 * shop's name.
 */
export function withoutLinks(text: string, word: string): string {
  return text.replaceAll(/\S+/gu, (piece) => (looksLikeLink(piece) ? word : piece));
}

/**
 * As mail programs see links: a scheme, an address, a name that ends like a domain, whichever dot is in it, or one with a
 * path; `Hallo.Ich` is none, unless it ends like the domains that everybody knows.
 */
function looksLikeLink(text: string): boolean {
  const piece = text.normalize('NFKC').replaceAll('。', '.');
  if (piece.includes('://') || piece.includes('@') || /www\./iu.test(piece)) return true;
  if (/[\p{L}\p{N}]\.[\p{L}\p{N}-]{1,24}[/:?#]/u.test(piece)) return true;
  if (/\.(?:com|net|org|info|biz|shop|online|site|top|xyz|app|io|co|de|at|ch|eu|uk)(?:[^\p{L}\p{N}]|$)/iu.test(piece))
    return true;
  return /[\p{L}\p{N}-]\.(?:\p{Ll}{2,24}|\p{Lu}{2,24})(?:[^\p{L}\p{N}]|$)/u.test(piece);
}
