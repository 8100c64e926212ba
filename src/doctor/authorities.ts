import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Egress } from '#kit/egress';
import { Fault } from '#kit/fault';

/** What an authority's directory says: its clock, and the names that CAA records may let issue. */
export type AuthoritySeen = {
  readonly host: string;
  /** Its clock less ours, in seconds, at a precision of about one; null when it answered nothing usable. */
  readonly aheadSeconds: number | null;
  /** Null when it does not say. */
  readonly identities: readonly string[] | null;
};

export type Ask = (request: Parameters<Egress['send']>[0]) => ReturnType<Egress['send']>;

const timeoutMs = 6_000;
const directoryShape = z.object({ meta: z.object({ caaIdentities: z.array(z.string().max(255)).max(20) }) });

/** Asks each directory once, as it is asked for certificates anyway. */
export async function lookAtAuthorities(
  directories: readonly string[],
  { ask, clock }: { readonly ask: Ask; readonly clock: Clock },
): Promise<readonly AuthoritySeen[]> {
  return await Promise.all(directories.map((directory) => lookAt(directory, ask, clock)));
}

async function lookAt(url: string, ask: Ask, clock: Clock): Promise<AuthoritySeen> {
  const host = URL.parse(url)?.hostname ?? '';
  const before = clock.now();
  try {
    const answer = await ask({ method: 'GET', url, headers: {}, body: null, hosts: [host], timeoutMs });
    const aheadSeconds = aheadOf(answer.headers['date'] ?? '', before, clock.now());
    return { host, aheadSeconds, identities: identitiesIn(answer.bytes) };
  } catch (error) {
    if (error instanceof Fault) return { host, aheadSeconds: null, identities: null };
    throw error;
  }
}

/** The header names a second, on average half of which had passed (RFC 9110 §6.6.1). */
export function aheadOf(header: string, before: Temporal.Instant, after: Temporal.Instant): number | null {
  const ms = Date.parse(header);
  if (Number.isNaN(ms)) return null;
  return (ms + 500 - (before.epochMilliseconds + after.epochMilliseconds) / 2) / 1_000;
}

function identitiesIn(bytes: Uint8Array): readonly string[] | null {
  try {
    return directoryShape.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).meta.caaIdentities;
  } catch {
    return null;
  }
}
