import { createHash, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { foldedAt } from './encode.ts';

/** One key that signs for a domain; its public half stands in DNS at `<selector>._domainkey.<domain>`. */
export type DkimSigner = {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  readonly key: KeyObject;
};

/** A header as it stands in the mail: the name, and everything with it, folded, without the last line end. */
export type HeaderField = { readonly name: string; readonly line: string };

/**
 * Headers that a signature covers, each once more than it occurs: one that somebody adds on the way then breaks the
 * signature instead of being shown (RFC 6376 §8.15).
 */
const signedNames = [
  'from',
  'to',
  'cc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-unsubscribe',
  'list-unsubscribe-post',
];

/** In the pool of threads: a signature by RSA takes longer than everything else about a mail. */
const signInPool = promisify((data: Buffer, signer: DkimSigner, done: (error: Error | null, made: Buffer) => void) => {
  if (signer.algorithm === 'rsa-sha256') sign('sha256', data, signer.key, done);
  // RFC 8463 §3: what is signed is the hash, not the text.
  else sign(null, createHash('sha256').update(data).digest(), signer.key, done);
});

/**
 * A `DKIM-Signature` header for each signer (RFC 6376, RFC 8463), relaxed/relaxed, with CRLF after each. The same mail and
 * the same key give the same signature.
 */
export async function dkimHeaders(
  fields: readonly HeaderField[],
  body: string,
  signers: readonly DkimSigner[],
  signedAtSeconds: number,
): Promise<string> {
  if (signers.length === 0) return '';
  const bodyHash = createHash('sha256').update(relaxedBody(body), 'utf8').digest('base64');
  const byName = Map.groupBy(fields, ({ name }) => name.toLowerCase());
  const names = signedNames.flatMap((name) => [...(byName.get(name) ?? []).map(() => name), name]);
  const covered = signedNames.flatMap((name) => (byName.get(name) ?? []).toReversed()).map(({ line }) => relaxed(line));
  const made = signers.map(async (signer) => {
    const tags = [
      `v=1;`,
      `a=${signer.algorithm};`,
      `c=relaxed/relaxed;`,
      `d=${signer.domain};`,
      `s=${signer.selector};`,
      `t=${signedAtSeconds};`,
      `h=${names.join(':')};`.replaceAll(/(.{1,70}:)(?=.)/gu, '$1 '),
      `bh=${bodyHash};`,
      `b=`,
    ].flatMap((tag) => tag.split(' '));
    const unsigned = foldedAt('DKIM-Signature:', tags);
    const signature = await signInPool(Buffer.from([...covered, relaxed(unsigned)].join('\r\n')), signer);
    const lines = signature.toString('base64').match(/.{1,72}/gu) ?? [];
    return `${unsigned}${lines.join('\r\n ')}\r\n`;
  });
  return (await Promise.all(made)).join('');
}

/** RFC 6376 §3.4.2. */
function relaxed(line: string): string {
  const at = line.indexOf(':');
  const value = line
    .slice(at + 1)
    .replaceAll(/\r\n/gu, '')
    .replaceAll(/[\t ]+/gu, ' ')
    .trim();
  return `${line.slice(0, at).trim().toLowerCase()}:${value}`;
}

/** RFC 6376 §3.4.4; the body has CRLF only. */
function relaxedBody(body: string): string {
  // Most spaces stand alone: only the others are touched.
  const lines = body.replaceAll(/[\t ]+(?=\r\n|$)/gu, '').replaceAll(/[\t ]{2,}|\t/gu, ' ');
  let end = lines.length;
  while (lines.endsWith('\r\n', end)) end -= 2;
  return end === 0 ? '' : `${lines.slice(0, end)}\r\n`;
}
