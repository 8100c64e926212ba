import { createWords } from '#kit/words';
import type { Finding } from './shapes.ts';
import type { TlsCode } from './tls-findings.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** A finding in words: what it is, which visitors see what of it, why it matters, how to mend it. */
export type Said = { readonly what: string; readonly seen: string; readonly why: string; readonly mend: string };

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

const words = createWords<keyof typeof en>({ en, de });

export const tlsCodes: readonly string[] = Object.keys(audiences);

function isTlsCode(code: string): code is TlsCode {
  return Object.hasOwn(audiences, code);
}

/** In the language of whoever reads; null for a finding that is not about the handshake. */
export function sayTlsFinding(language: string, { code, values }: Finding): Said | null {
  if (!isTlsCode(code)) return null;
  return {
    what: words.say(language, `${code}.what`, values),
    seen: words.say(language, `seen.${audiences[code]}`),
    why: words.say(language, `${code}.why`),
    mend: words.say(language, `${code}.mend`),
  };
}
