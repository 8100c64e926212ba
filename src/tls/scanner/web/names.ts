import { isIP } from 'node:net';
import { systemResolve, type Lookup, type Resolve } from '#kit/egress';

/** Names that are never given out in the internet's DNS (RFC 6761, 6762, 8375 and ICANN's `internal`). */
const ofNobody = /(?:^|\.)(?:localhost|local|test|internal|home\.arpa)$/i;

/** Whether the internet's DNS has anything to say of a host: not of an address, and not of a name inside a network. */
export function isInDns(host: string): boolean {
  return isIP(host) === 0 && host.includes('.') && !ofNobody.test(host);
}

/** Where a name leads: as DNS says, and as this machine says where DNS has no say or cannot be asked. */
export function resolverBy(lookup: Lookup): Resolve {
  return async (name) => {
    if (!isInDns(name)) return await systemResolve(name);
    const [four, six] = await Promise.all([lookup.addresses(name, 4), lookup.addresses(name, 6)]);
    if (four === null && six === null) return await systemResolve(name);
    return [...(four ?? []), ...(six ?? [])].map((address) => ({ address }));
  };
}
