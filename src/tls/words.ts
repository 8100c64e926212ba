import { createWords } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };
import type { Delivery, FailureWhy } from './shapes.ts';

/** Why a name has no new certificate, for staff. */
export type TlsWord = keyof typeof en;

const words = createWords<TlsWord>({ en, de });

/**
 * In the language of whoever reads; English where it is not spoken here.
 * @param isDelivered whether it is about a name whose server is another
 */
export function sayTls(language: string, why: FailureWhy, isDelivered = false): string {
  const word = wordOf[why];
  const led = isDelivered && aboutTheWay.has(word);
  return words.say(spoken(language), led ? 'why.delegation' : word, {});
}

/** Whether a text, such as one that was kept, is a reason that `sayTls` knows. */
export function isFailureWhy(text: string): text is FailureWhy {
  return Object.hasOwn(wordOf, text);
}

/** Why files are not with their server. */
export function sayDelivery(language: string, { why, code }: NonNullable<Delivery['failure']>): string {
  return words.say(spoken(language), `delivery.${why}`, { code: code ?? 0 });
}

function spoken(language: string): string {
  const base = language.toLowerCase().split(/[-_]/u)[0] ?? '';
  return words.languages.includes(base) ? language : 'en';
}

/** What is said otherwise where the name leads to another server. */
const aboutTheWay: ReadonlySet<TlsWord> = new Set<TlsWord>(['why.connection', 'why.proof', 'why.no_challenge']);

const wordOf: Readonly<Record<FailureWhy, TlsWord>> = {
  accountDoesNotExist: 'why.account',
  alreadyReplaced: 'why.authority',
  alreadyRevoked: 'why.authority',
  badCSR: 'why.authority',
  badNonce: 'why.authority',
  badPublicKey: 'why.account',
  badSignatureAlgorithm: 'why.authority',
  caa: 'why.caa',
  clock: 'why.clock',
  compound: 'why.name',
  connection: 'why.connection',
  dns: 'why.dns',
  externalAccountRequired: 'why.binding',
  hook: 'why.hook',
  incorrectResponse: 'why.proof',
  inside: 'why.inside',
  invalidContact: 'why.contact',
  invalidProfile: 'why.authority',
  malformed: 'why.authority',
  no_authority: 'why.binding',
  noAccount: 'why.account',
  noChallenge: 'why.no_challenge',
  orderNotReady: 'why.authority',
  other: 'why.authority',
  rateLimited: 'why.limit',
  rejectedIdentifier: 'why.name',
  serverInternal: 'why.authority',
  tls: 'why.connection',
  unauthorized: 'why.proof',
  undecided: 'why.authority',
  unreachable: 'why.unreachable',
  unreadable: 'why.authority',
  unsupportedContact: 'why.contact',
  unsupportedIdentifier: 'why.name',
  userActionRequired: 'why.terms',
};
