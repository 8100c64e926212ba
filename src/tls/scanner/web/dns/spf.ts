import type { Lookup } from '#kit/egress';
import { spfOf } from '#kit/mail';

/** One term of a record: `~include:_spf.example` is softfail, include, `_spf.example`. */
type Term = { readonly qualifier: '+' | '-' | '~' | '?'; readonly name: string; readonly value: string };

/** Of a domain's SPF: how many records there are, and what the one says. */
export type SpfSeen = {
  readonly records: number;
  /** False when the record is not of the shape of RFC 7208 §12, or one that it includes is missing. */
  readonly valid: boolean;
  /** What becomes of senders that are not named: its qualifier; null where nothing is said. */
  readonly all: Term['qualifier'] | null;
  /** Questions to DNS that a receiver must ask, of at most 10 (RFC 7208 §4.6.4). */
  readonly lookups: number;
};

const termsMax = 100;
const lookupsCounted = 30;
const depthMax = 10;
const mechanisms = new Set(['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists']);
const asking = new Set(['include', 'a', 'mx', 'ptr', 'exists', 'redirect']);
const needsValue = new Set(['include', 'exists', 'ip4', 'ip6', 'redirect']);

/** Null when a term is none of SPF's. Modifiers that nobody knows are left out, as receivers must. */
export function readSpf(text: string): readonly Term[] | null {
  const words = text.trim().split(/\s+/, termsMax).slice(1);
  const terms = words.map((word) => readModifier(word) ?? readMechanism(word));
  const known = terms.filter((term) => term !== null);
  if (known.length < terms.length || known.some(({ name, value }) => needsValue.has(name) && value === '')) return null;
  return known.filter(({ name }) => name !== 'unknown');
}

function readModifier(word: string): Term | null {
  const [, name, value = ''] = /^([a-z][\w.-]*)=(.*)$/i.exec(word) ?? [];
  if (name === undefined) return null;
  return { qualifier: '+', name: name.toLowerCase() === 'redirect' ? 'redirect' : 'unknown', value };
}

function readMechanism(word: string): Term | null {
  const [, sign, written = '', value = ''] = /^([+~?-]?)([a-z][a-z0-9]*)(?:[:/](.*))?$/i.exec(word) ?? [];
  const name = written.toLowerCase();
  if (!mechanisms.has(name)) return null;
  return { qualifier: sign === '-' || sign === '~' || sign === '?' ? sign : '+', name, value };
}

/** Null when DNS did not answer. */
export async function findSpf(lookup: Lookup, domain: string): Promise<SpfSeen | null> {
  const texts = await lookup.texts(domain);
  if (texts === null) return null;
  const records = spfOf(texts);
  const terms = readSpf(records[0] ?? '');
  if (terms === null) return { records: records.length, valid: false, all: null, lookups: 0 };
  const walk: Walk = { lookup, lookups: 0, valid: true };
  const all = await walkTerms(walk, terms, 0);
  return { records: records.length, valid: walk.valid, all, lookups: walk.lookups };
}

type Walk = { readonly lookup: Lookup; lookups: number; valid: boolean };

/** Counts the questions of a record and of those that it leads to; gives what the record says of all others. */
async function walkTerms(walk: Walk, terms: readonly Term[], depth: number): Promise<Term['qualifier'] | null> {
  const all = terms.find(({ name }) => name === 'all');
  let redirected: Term['qualifier'] | null = null;
  for (const { name, value } of terms) {
    // Where there is an `all`, nobody reads a redirect.
    if (!asking.has(name) || (name === 'redirect' && all !== undefined)) continue;
    walk.lookups += 1;
    if (name !== 'include' && name !== 'redirect') continue;
    const said = await walkInto(walk, value, depth + 1);
    if (name === 'redirect') redirected = said;
  }
  return all?.qualifier ?? redirected;
}

/** A name with a macro in it is known to the receiver alone. */
async function walkInto(walk: Walk, domain: string, depth: number): Promise<Term['qualifier'] | null> {
  if (depth > depthMax || walk.lookups > lookupsCounted || domain.includes('%')) return null;
  const texts = await walk.lookup.texts(domain);
  if (texts === null) return null;
  const records = spfOf(texts);
  const terms = records.length === 1 ? readSpf(records[0] ?? '') : null;
  if (terms === null) {
    walk.valid = false;
    return null;
  }
  return await walkTerms(walk, terms, depth);
}
