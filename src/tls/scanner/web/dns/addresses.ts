import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isPublicAddress, type Lookup } from '#kit/egress';
import type { Finding } from '../../shapes.ts';
import { finding } from '../finding.ts';
import { look, type Reach } from '../follow.ts';

/** What a host's https answers at one of its addresses; null where nobody did. */
type AtAddress = { readonly address: string; readonly family: 4 | 6; readonly says: string | null };

/** Null: DNS did not answer. */
export type AddressesSeen = {
  readonly four: number | null;
  readonly six: number | null;
  readonly at: readonly AtAddress[];
};

const addressesPerFamily = 2;

/** Asks every address for the same page: a customer gets whichever her network prefers. */
export async function seeAddresses(lookup: Lookup, reach: Reach, host: string): Promise<AddressesSeen> {
  const [four, six] = await Promise.all([lookup.addresses(host, 4), lookup.addresses(host, 6)]);
  const asked = [
    ...(four ?? []).slice(0, addressesPerFamily).map((address) => ({ address, family: 4 as const })),
    ...(six ?? [])
      .filter((address) => canReach(address, ownAddresses()))
      .slice(0, addressesPerFamily)
      .map((address) => ({ address, family: 6 as const })),
  ];
  const at = await Promise.all(
    asked.map(async ({ address, family }) => ({ address, family, says: await saidAt(reach, host, address) })),
  );
  return { four: four?.length ?? null, six: six?.length ?? null, at };
}

/** A machine that has no IPv6 itself cannot tell whether anybody answers there. */
export function canReach(address: string, own: readonly string[]): boolean {
  return !isPublicAddress(address) || own.some((one) => isIP(one) === 6 && isPublicAddress(one));
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((some) => (some ?? []).map(({ address }) => address));
}

/** What must be the same everywhere: status, way on, whether it is believed, and the headers that protect. */
const compared = ['location', 'content-type', 'strict-transport-security', 'x-frame-options', 'x-content-type-options'];

async function saidAt(reach: Reach, host: string, address: string): Promise<string | null> {
  const answer = await look(reach, `https://${host}/`, { address });
  if (answer === null) return null;
  const parts = [`${answer.status}`, `${answer.trusted}`, ...compared.map((name) => answer.headers[name] ?? '')];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

export function findingsOfAddresses({ four, six, at }: AddressesSeen): readonly Finding[] {
  if (four === null || six === null) {
    return [finding('dns.unanswered', 'warning', { record: four === null ? 'A' : 'AAAA' })];
  }
  if (four + six === 0) return [finding('dns.no_address', 'alarm')];
  const dead = at.filter(({ says }) => says === null);
  const answers = new Set(at.flatMap(({ says }) => (says === null ? [] : [says])));
  return [
    ...(six === 0 ? [finding('dns.no_ipv6', 'note')] : []),
    ...(answers.size > 0 ? dead.map(({ address }) => finding('dns.dead_address', 'alarm', { address })) : []),
    ...(answers.size > 1 ? [finding('dns.differ', 'warning', { count: answers.size })] : []),
  ];
}
