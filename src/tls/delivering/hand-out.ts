import { Fault } from '#kit/fault';
import { certificatePlace, type Sealing } from '../keeping/sealing.ts';
import type { TlsNeeds } from '../shapes.ts';
import { statements } from '../store.ts';
import { bundleOf, type Bundle } from './bundle.ts';
import { currentOf } from './deliver.ts';

export type HandedOut = {
  /** The same for the same certificate. */
  readonly tag: string;
  /** Null: whoever asks has it already. */
  readonly bundle: (Bundle & { readonly notBefore: Temporal.Instant; readonly notAfter: Temporal.Instant }) | null;
};

export type HandOut = (
  name: string,
  asking: { readonly actor: string; readonly has: (tag: string) => boolean },
) => Promise<HandedOut>;

const waitSeconds = 60;

/**
 * The certificate of one of the shop's other hosts with its key, for the server of that host. Every real one stands in the
 * audit before it leaves. @throws Fault('not_found') for other names, Fault('unavailable') while there is none
 */
export function createHandOut(needs: TlsNeeds, sealing: Sealing): HandOut {
  const { database, clock, wanted, audit } = needs;
  return async (name, { actor, has }) => {
    const host = wanted?.delivered?.hosts.find((one) => one === name.toLowerCase());
    if (host === undefined) throw new Fault('not_found', 'This name is none of those in GLASSPOST_CERTIFICATE_HOSTS.');
    const [current] = await currentOf(needs, [host]);
    if (current === undefined) {
      const cause = { retryAfterSeconds: waitSeconds };
      throw new Fault('unavailable', 'There is no certificate for this name yet.', { cause });
    }
    const { certificateId, chain, notBefore, notAfter } = current;
    if (has(certificateId)) return { tag: certificateId, bundle: null };
    const keyPem = sealing.open(current.private, certificatePlace(certificateId));
    await database.tx(async (tx) => {
      await tx.rows(statements.fetched, [host, certificateId, clock.now()]);
      await audit(tx, { shopId: null, actor, verb: 'certificate.fetch', subject: host });
    });
    return { tag: certificateId, bundle: { ...bundleOf({ chain, keyPem }), notBefore, notAfter } };
  };
}
