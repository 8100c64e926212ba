import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { Fault } from '#kit/fault';
import type { Client } from './route.ts';

type Headers = Readonly<Record<string, string | undefined>>;
export type ReadClient = (
  peer: { readonly address: string; readonly scheme: 'http' | 'https' },
  headers: Headers,
) => Client;

const hopsMax = 16;
const plainHost = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * Who asks, by the connection itself, or by what a trusted proxy says about it. Headers of anyone else are not looked at.
 * `X-Forwarded-For` is read from right to left: each entry is believed only when the hop after it is trusted, so that
 * what a client writes in front of it is never reached.
 * @throws Fault('invalid') when a proxy is neither an address nor a network, or is every address there is
 */
export function createClientReader(trustedProxies: readonly string[]): ReadClient {
  const isTrusted = createTrust(trustedProxies);
  return (peer, headers) => {
    const address = plainAddress(peer.address);
    const host = hostOf(headers['host']);
    if (!isTrusted(address)) return { address, scheme: peer.scheme, host };
    const forwardedHost = hostOf(lastOf(headers['x-forwarded-host']));
    return {
      address: originOf(address, headers['x-forwarded-for'], isTrusted),
      scheme: schemeOf(lastOf(headers['x-forwarded-proto'])) ?? peer.scheme,
      host: forwardedHost === '' ? host : forwardedHost,
    };
  };
}

/**
 * The addresses between who asks and who is connected, in that order; as `createClientReader` believes them, so that the
 * first is the client's. @throws Fault('invalid') as that does
 */
export function createHopsReader(
  trustedProxies: readonly string[],
): (peer: string, forwardedFor: string | undefined) => readonly string[] {
  const isTrusted = createTrust(trustedProxies);
  return (peer, forwardedFor) => hopsOf(plainAddress(peer), forwardedFor, isTrusted);
}

/** Whether an address is that of a trusted proxy. @throws Fault('invalid') as createClientReader does */
export function createTrust(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = trustedList(trustedProxies);
  return (text) => {
    const address = plainAddress(text);
    return trusted !== null && isIP(address) !== 0 && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}

function originOf(peer: string, header: string | undefined, isTrusted: (address: string) => boolean): string {
  return hopsOf(peer, header, isTrusted)[0] ?? peer;
}

function hopsOf(peer: string, header: string | undefined, isTrusted: (address: string) => boolean): readonly string[] {
  const hops = [peer];
  const entries = (header ?? '').split(',').toReversed().slice(0, hopsMax);
  for (const entry of entries) {
    const address = plainAddress(entry.trim());
    if (!isTrusted(hops[0] ?? '') || isIP(address) === 0) return hops;
    hops.unshift(address);
  }
  return hops;
}

function lastOf(header: string | undefined): string | undefined {
  return header?.slice(header.lastIndexOf(',') + 1).trim();
}

function schemeOf(text: string | undefined): 'http' | 'https' | null {
  const scheme = text?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : null;
}

/** Empty when it is missing or no host. */
export function hostOf(text: string | undefined): string {
  const host = (text ?? '').trim().toLowerCase();
  return plainHost.test(host) ? host : '';
}

/** Without port, brackets and zone; IPv4 that came through an IPv6 socket is IPv4 again. */
function plainAddress(text: string): string {
  if (isIPv4(text)) return text;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  const withPort = /^([\d.]+):\d+$/.exec(text)?.[1];
  const address = (bracketed ?? withPort ?? text).replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}

function trustedList(proxies: readonly string[]): BlockList | null {
  if (proxies.length === 0) return null;
  const list = new BlockList();
  for (const proxy of proxies) {
    const { network, prefix, family } = readNetwork(proxy);
    list.addSubnet(network, prefix, family);
  }
  return list;
}

function readNetwork(text: string): { network: string; prefix: number; family: 'ipv4' | 'ipv6' } {
  const [network = '', bits] = text.split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const prefixMax = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? prefixMax : Number(/^\d{1,3}$/.exec(bits)?.[0]);
  // A prefix of 0 would believe everyone; NaN is in no range.
  const inRange = prefix >= 1 && prefix <= prefixMax;
  if (isIP(network) !== 0 && !network.includes('%') && inRange) return { network, prefix, family };
  throw new Fault('invalid', `A trusted proxy is an address or a network such as 10.0.0.0/8; "${text}" is neither.`);
}

/**
 * What limits count by, the narrow one first: an IPv4 address and its /24, which is what is rented and routed at the least;
 * the /64 of an IPv6 address, which is one household or one machine, and its /48, which is what a site gets at the most. It
 * lives in memory alone.
 */
export function addressBlocks(address: string): readonly [narrow: string, wide: string] {
  if (isIPv4(address)) return [address, `${address.slice(0, address.lastIndexOf('.'))}.0/24`];
  const canonical = isIPv6(address) ? URL.parse(`https://[${address}]`)?.hostname.slice(1, -1) : undefined;
  if (canonical === undefined) return [address, address];
  const [head = '', tail = ''] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = canonical.includes('::') ? Array<string>(8 - before.length - after.length).fill('0') : [];
  const groups = [...before, ...zeros, ...after];
  return [`${groups.slice(0, 4).join(':')}::/64`, `${groups.slice(0, 3).join(':')}::/48`];
}
