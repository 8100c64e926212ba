import { createWords } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };
import type { FailureWhy } from './shapes.ts';

/** Why a name has no new certificate, for staff. */
export type TlsWord = keyof typeof en;

const words = createWords<TlsWord>({ en, de });

/** In the language of whoever reads; English where it is not spoken here. */
export function sayTls(language: string, why: FailureWhy): string {
  const base = language.toLowerCase().split(/[-_]/u)[0] ?? '';
  return words.say(words.languages.includes(base) ? language : 'en', wordOf[why], {});
}

/** Whether a text, such as one that was kept, is a reason that `sayTls` knows. */
export function isFailureWhy(text: string): text is FailureWhy {
  return Object.hasOwn(wordOf, text);
}

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
