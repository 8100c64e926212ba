import { BlockList, isIP } from 'node:net';
import { Fault } from '#kit/fault';

export type Relay = {
  readonly host: string;
  readonly port: number;
  readonly account: { readonly user: string; readonly password: string } | null;
  /** `wrapped`: TLS from the first byte · `required`: STARTTLS or nothing · `offered`: when the relay offers it. */
  readonly tls: 'wrapped' | 'required' | 'offered';
  /** Whether the relay must prove its name. Without it TLS keeps only listeners out. */
  readonly verified: boolean;
};

const shape =
  'The mail relay is written like smtp://user:password@mail.example:587 or smtps://user:password@mail.example.';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Reads the address of a mail relay. Off this machine TLS is required and the relay's certificate is checked;
 * `?tls=optional` gives that up, and then no password is allowed, because whoever sits on the line could take it.
 * `?tls=required` asks for both on this machine too.
 * @throws Fault('invalid') that names what is wrong and never repeats the address, which may hold a password
 */
export function readRelay(text: string): Relay {
  const url = readUrl(text);
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1').toLowerCase();
  const account = readAccount(url);
  const wish = readWish(url.searchParams);
  const here = isLoopback(host);
  const strict = wish === 'required' || (wish === null && !here);
  if (account !== null && !strict && !here) {
    throw new Fault('invalid', 'A mail relay with a password needs TLS: leave ?tls=optional away.');
  }
  const wrapped = url.protocol === 'smtps:';
  const usualPort = wrapped ? 465 : 587;
  return {
    host,
    port: url.port === '' ? usualPort : Number(url.port),
    account,
    tls: wrapped ? 'wrapped' : strict ? 'required' : 'offered',
    verified: strict,
  };
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Fault('invalid', shape);
  const url = new URL(text);
  const right =
    ['smtp:', 'smtps:'].includes(url.protocol) &&
    url.hostname !== '' &&
    ['', '/'].includes(url.pathname) &&
    url.hash === '';
  if (!right) throw new Fault('invalid', shape);
  return url;
}

function readWish(parameters: URLSearchParams): 'optional' | 'required' | null {
  for (const name of parameters.keys()) {
    if (name !== 'tls') throw new Fault('invalid', 'A mail relay knows one option, ?tls=optional or ?tls=required.');
  }
  const wish = parameters.get('tls');
  if (wish === null || wish === 'optional' || wish === 'required') return wish;
  throw new Fault('invalid', 'The option tls of a mail relay is optional or required.');
}

function readAccount(url: URL): Relay['account'] {
  if (url.username === '' && url.password === '') return null;
  if (url.username === '' || url.password === '') throw new Fault('invalid', shape);
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    throw new Fault('invalid', 'In the mail relay a % of a user or password is written %25.');
  }
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost');
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
