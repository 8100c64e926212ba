import { createWords, formatMoment } from '#kit/words';
import type { Finding } from './shapes.ts';
import type { FindingText } from './site-shapes.ts';
import type { TlsCode } from './tls-findings.ts';
import webDe from './web/words/de.json' with { type: 'json' };
import webEn from './web/words/en.json' with { type: 'json' };
import tlsDe from './words/de.json' with { type: 'json' };
import tlsEn from './words/en.json' with { type: 'json' };

/** Which visitors notice what of a finding in the handshake. */
type Audience = 'everybody' | 'unreachable' | 'some' | 'soon' | 'attacked' | 'nobody' | 'slow';

const audiences: Readonly<Record<TlsCode, Audience>> = {
  self_signed: 'everybody',
  unknown_authority: 'everybody',
  incomplete: 'some',
  broken: 'everybody',
  unreadable: 'unreachable',
  no_certificate: 'unreachable',
  expired: 'everybody',
  not_yet_valid: 'everybody',
  wrong_name: 'everybody',
  renewal_late: 'soon',
  renewal_overdue: 'soon',
  signature_sha1: 'everybody',
  signature_md5: 'everybody',
  key_weak: 'attacked',
  chain_order: 'some',
  chain_root: 'slow',
  too_few_timestamps: 'everybody',
  no_tls: 'unreachable',
  refuses_all: 'unreachable',
  ssl2: 'attacked',
  ssl3: 'attacked',
  tls10: 'attacked',
  tls11: 'attacked',
  no_tls12: 'unreachable',
  no_tls13: 'slow',
  cipher_none: 'attacked',
  cipher_anonymous: 'attacked',
  cipher_export: 'attacked',
  cipher_short: 'attacked',
  cipher_rc4: 'attacked',
  cipher_small_blocks: 'attacked',
  no_aead: 'attacked',
  no_forward_secrecy: 'nobody',
  some_without_forward_secrecy: 'nobody',
  client_chooses: 'nobody',
  prime_weak: 'attacked',
  group_weak: 'attacked',
  no_post_quantum: 'nobody',
  fallback_accepted: 'attacked',
  compression: 'attacked',
  renegotiation_insecure: 'attacked',
  heartbeat: 'nobody',
  no_http2: 'slow',
  hsts_short: 'attacked',
};

type Word = keyof typeof tlsEn | keyof typeof webEn;

const words = createWords<Word>({ en: { ...tlsEn, ...webEn }, de: { ...tlsDe, ...webDe } });
const known: ReadonlySet<string> = new Set(words.keys);

/** Every code that a scan can find; those of the web half have a point in them. */
export const findingCodes: readonly string[] = words.keys
  .filter((key) => key.endsWith('.what'))
  .map((key) => key.slice(0, -'.what'.length));

/** In the language of whoever reads; null for a code that no scan finds. */
export function sayFinding(language: string, { code, values }: Finding): FindingText | null {
  const [what, why, mend] = ['what', 'why', 'mend'].map((part) => `${code}.${part}`);
  if (!isWord(what) || !isWord(why) || !isWord(mend)) return null;
  const shown = shownValues(language, values);
  const say = (word: Word): string => words.say(language, word, shown);
  const seen = isTlsCode(code) ? `${say(`seen.${audiences[code]}`)} ` : '';
  return { what: say(what), why: seen + say(why), mend: say(mend) };
}

/** Whether today's browsers do not get in at all because of it. */
export function keepsBrowsersOut({ code }: Finding): boolean {
  return isTlsCode(code) && audiences[code] === 'unreachable';
}

function isTlsCode(code: string): code is TlsCode {
  return Object.hasOwn(audiences, code);
}

function isWord(key: string | undefined): key is Word {
  return key !== undefined && known.has(key);
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Moments as the reader writes them. */
function shownValues(language: string, values: Finding['values']): Finding['values'] {
  const shown = Object.entries(values).map(([name, value]): [string, string | number] => {
    const isMoment = typeof value === 'string' && moment.test(value);
    return [name, isMoment ? formatMoment(language, Temporal.Instant.from(value)) : value];
  });
  return Object.fromEntries(shown);
}
