import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Lookup } from '#kit/egress';
import type { Asked, Here } from './here.ts';
import type { Place } from './shapes.ts';

/** One of the house's names: where DNS says it is, and who answers there. */
export type NameSeen = {
  readonly name: string;
  readonly port: number;
  /** Whether DNS answered at all. */
  readonly isAnswered: boolean;
  /** Nothing in DNS, but this machine knows an address from elsewhere, such as its hosts file. */
  readonly isOnlyHere: boolean;
  readonly asked: readonly AskedAddress[];
};

/** `asked` is null where the program does not run, so that nobody could answer. */
export type AskedAddress = { readonly address: string; readonly asked: Asked | null };

const namesMax = 20;
const addressesMax = 6;

/** `127.0.0.1`, `[::1]` and `localhost` are nobody's public name. */
function isLoopback(hostname: string): boolean {
  return /^(?:127\.[\d.]+|\[?::1\]?|(?:.+\.)?localhost)$/.test(hostname);
}

/** The host of an address without the brackets of IPv6. */
export function hostIn(url: string): string {
  return (URL.parse(url)?.hostname ?? '').replace(/^\[(.*)\]$/, '$1');
}

/** A house that only this machine can reach. */
export function isTrial({ publicUrl, domain }: Pick<Place, 'publicUrl' | 'domain'>): boolean {
  return domain.length === 0 && isLoopback(hostIn(publicUrl));
}

/** The names that customers and authorities come by; without wildcards, which are no host. */
function namesOf({ publicUrl, domain }: Pick<Place, 'publicUrl' | 'domain'>): readonly string[] {
  const names = [hostIn(publicUrl), ...domain.filter((name) => !name.startsWith('*.'))];
  return [...new Set(names)].filter((name) => name !== '' && !isLoopback(name)).slice(0, namesMax);
}

type Needs = { readonly place: Place; readonly here: Here | null; readonly lookup: Pick<Lookup, 'addresses'> };

export async function lookAtNames(needs: Needs): Promise<readonly NameSeen[]> {
  return await Promise.all(namesOf(needs.place).map((name) => lookAtName(needs, name)));
}

async function lookAtName({ place, here, lookup: dns }: Needs, name: string): Promise<NameSeen> {
  const url = URL.parse(place.publicUrl);
  const scheme = url?.protocol === 'http:' ? 'http' : 'https';
  const usual = scheme === 'http' ? 80 : 443;
  const port = url === null || url.port === '' ? usual : Number(url.port);
  const { isAnswered, isOnlyHere, addresses } = await addressesOf(dns, name);
  const asked = await Promise.all(
    addresses.slice(0, addressesMax).map(async (address) => ({
      address,
      asked: here === null ? null : await here.ask({ scheme, host: name, address, port }),
    })),
  );
  return { name, port, isAnswered, isOnlyHere, asked };
}

async function addressesOf(dns: Needs['lookup'], name: string) {
  if (isIP(name) !== 0) return { isAnswered: true, isOnlyHere: false, addresses: [name] };
  const [four, six] = await Promise.all([dns.addresses(name, 4), dns.addresses(name, 6)]);
  const found = [...(four ?? []), ...(six ?? [])];
  const isAnswered = four !== null || six !== null;
  if (found.length > 0) return { isAnswered, isOnlyHere: false, addresses: found };
  const here = await lookup(name, { all: true }).catch(() => []);
  return { isAnswered, isOnlyHere: here.length > 0, addresses: here.map(({ address }) => address) };
}
