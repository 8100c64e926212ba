import { isIP } from 'node:net';

export type HostAndPort = { readonly host: string; readonly port: number };

const hostLengthMax = 253;
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * A host as staff write it: `shop.example`, `Shop.Example:8443`, `https://shop.example/`; names in other letters become
 * those of DNS. Null for addresses, names without a dot, and what is none. Total.
 */
export function readHost(text: string): HostAndPort | null {
  const plain = text.trim().replace(/^https?:\/\//i, '');
  if (plain.length > 2 * hostLengthMax || /[\s\\@?#]/.test(plain)) return null;
  const url = URL.parse(`https://${plain}`);
  const host = url?.hostname.replace(/\.$/, '') ?? '';
  if (url === null || url.pathname !== '/' || !isHostName(host)) return null;
  return { host, port: url.port === '' ? 443 : Number(url.port) };
}

function isHostName(host: string): boolean {
  const labels = host.split('.');
  const isAddress = isIP(host) !== 0 || /^\d+$/.test(labels.at(-1) ?? '');
  return !isAddress && labels.length > 1 && labels.every((one) => label.test(one)) && host.length <= hostLengthMax;
}

/** Whether a name lies under another, or is it. */
export function liesUnder(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`);
}
