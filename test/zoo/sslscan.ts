// Another program's opinion of the same server: Debian's sslscan.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type Opinion = {
  /** `TLSv1.2` and so on, the oldest first; `SSLv2`, `SSLv3`. */
  readonly protocols: readonly string[];
  /** `TLSv1.2 c02f`, sorted. */
  readonly suites: readonly string[];
  /** `TLSv1.3 001d`, sorted. */
  readonly groups: readonly string[];
  readonly primeBits: number | null;
  readonly compression: boolean;
  readonly key: { readonly type: string; readonly bits: number };
  readonly curve: string | null;
  readonly signature: string;
  readonly subject: string;
  readonly isSelfSigned: boolean;
  readonly isExpired: boolean;
};

const timeoutMs = 30_000;
const run = promisify(execFile);

export async function hasSslscan(): Promise<boolean> {
  return await run('sslscan', ['--version'], { timeout: timeoutMs }).then(
    () => true,
    () => false,
  );
}

export async function opinionOf(host: string, port: number): Promise<Opinion> {
  const named = /^\d/.test(host) ? [] : [`--sni-name=${host}`];
  const words = ['--xml=-', '--no-heartbleed', '--show-cipher-ids', ...named, `127.0.0.1:${port}`];
  const { stdout } = await run('sslscan', words, { timeout: timeoutMs });
  const all = (element: string) =>
    [...stdout.matchAll(new RegExp(`<${element} ([^>]*)>`, 'g'))].map(([, text = '']) => text);
  const told = (element: string): string =>
    new RegExp(`<${element}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(stdout)?.[1] ?? '';
  const version = (text: string): string => valueIn(text, 'sslversion').replace(/\.0$/, '');
  const pk = all('pk')[0] ?? '';
  const primes = all('cipher').flatMap((text) =>
    text.includes('dhebits') && !text.includes('ecdhebits') ? [Number(valueIn(text, 'dhebits'))] : [],
  );
  return {
    protocols: all('protocol')
      .filter((text) => valueIn(text, 'enabled') === '1')
      .map(protocolOf),
    suites: all('cipher')
      .map((text) => `${version(text)} ${valueIn(text, 'id').slice(2).toLowerCase()}`)
      .toSorted(),
    groups: all('group')
      .map((text) => `${version(text)} ${valueIn(text, 'id').slice(2).toLowerCase()}`)
      .toSorted(),
    primeBits: primes.length === 0 ? null : Math.min(...primes),
    compression: all('compression').some((text) => valueIn(text, 'supported') === '1'),
    key: { type: valueIn(pk, 'type').toLowerCase(), bits: Number(valueIn(pk, 'bits')) },
    curve: pk.includes('curve_name') ? valueIn(pk, 'curve_name') : null,
    signature: told('signature-algorithm'),
    subject: told('subject'),
    isSelfSigned: told('self-signed') === 'true',
    isExpired: told('expired') === 'true',
  };
}

function valueIn(text: string, name: string): string {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1] ?? '';
}

function protocolOf(text: string): string {
  const version = valueIn(text, 'version');
  return valueIn(text, 'type') === 'ssl' ? `SSLv${version}` : `TLSv${version.replace(/\.0$/, '')}`;
}
