import { z } from 'zod';
import type { Issued } from '#kit/certificate';
import { Fault } from '#kit/fault';
import type { AcmeProving } from '../acme/orders.ts';
import type { AcmeChallengeKind, AcmeProof } from '../acme/shapes.ts';
import { callDnsHook } from '../dns-hook.ts';
import { proofShown, proofUnder, statements } from '../store.ts';
import type { ProofKind, TlsNeeds, WantedCertificates } from '../shapes.ts';
import { createSealing, proofPlace } from './sealing.ts';

/** An authority has decided long before; what a killed process left shown is hidden by then. */
const shownMinutesMax = 30;
/** Anybody may ask; authorities ask from some five places at once. */
const lookUpsMax = 16;
const tokenShape = /^[\w-]{1,128}$/;
const pair = z.object({ certPem: z.string(), keyPem: z.string() });

export type ProofsShown = {
  readonly proving: (kinds: readonly AcmeChallengeKind[]) => AcmeProving;
  /** What `/.well-known/acme-challenge/<token>` answers, at whatever host; null: nothing. */
  readonly bodyFor: (token: string) => Promise<string | null>;
  /** What an authority's handshake for this host gets; null: nothing. */
  readonly pairFor: (host: string) => Promise<Issued | null>;
};

/** Proofs lie in the database, so that whichever process an authority comes to can answer. */
export function createProofsShown(needs: TlsNeeds): ProofsShown {
  const { database, clock, wanted } = needs;
  const sealing = createSealing(needs.keyring);

  const show = async (kind: ProofKind, host: string, token: string, secret: string): Promise<void> => {
    const sealed = sealing.seal(secret, proofPlace(host, kind, token));
    const until = clock.now().add({ minutes: shownMinutesMax });
    await database.rows(statements.show, [host, kind, token, sealed, until]);
  };

  let underWay = 0;
  const lookUp = async <T>(find: () => Promise<T>): Promise<T> => {
    if (underWay >= lookUpsMax) throw new Fault('limit', 'Too many proofs are asked for at the moment.');
    underWay += 1;
    return await find().finally(() => {
      underWay -= 1;
    });
  };

  return {
    proving: (kinds) => ({
      kinds,
      show: async (proof) => {
        if (proof.kind === 'dns-01') await callDnsHook(hookOf(wanted), 'add', proof);
        else await show(proof.kind, proof.name, tokenOf(proof), secretOf(proof));
      },
      hide: async (proof) => {
        if (proof.kind === 'dns-01') await callDnsHook(hookOf(wanted), 'remove', proof);
        else await database.rows(statements.hide, [proof.name, proof.kind, tokenOf(proof)]);
      },
    }),
    bodyFor: async (token) => {
      if (!tokenShape.test(token)) return null;
      const found = await lookUp(() => proofUnder(database, token, clock.now()));
      return found === null ? null : sealing.open(found.shown, proofPlace(found.host, 'http-01', token));
    },
    pairFor: async (host) => {
      const about = { host, kind: 'tls-alpn-01', token: '' } as const;
      const sealed = await lookUp(() => proofShown(database, about, clock.now()));
      if (sealed === null) return null;
      return pair.parse(JSON.parse(sealing.open(sealed, proofPlace(host, about.kind, about.token))));
    },
  };
}

/** A handshake names the host alone. */
function tokenOf(proof: AcmeProof): string {
  return proof.kind === 'http-01' ? proof.token : '';
}

function secretOf(proof: Exclude<AcmeProof, { readonly kind: 'dns-01' }>): string {
  if (proof.kind === 'http-01') return proof.body;
  return JSON.stringify({ certPem: proof.certPem, keyPem: proof.keyPem });
}

function hookOf(wanted: WantedCertificates | null): string {
  if (wanted === null || wanted.dnsHook === null) throw new Error('a proof in DNS without a program for it');
  return wanted.dnsHook;
}

/**
 * What can be shown here, the quickest first; after a failure another is tried first. A host of another server is proven in
 * DNS, or by what that server leads here; its handshakes are not ours.
 */
export function kindsAfter(
  { plainDoor, dnsHook }: Pick<WantedCertificates, 'plainDoor' | 'dnsHook'>,
  failures: number,
  isDelivered = false,
): readonly AcmeChallengeKind[] {
  const inDns = dnsHook === null ? [] : (['dns-01'] as const);
  const kinds: readonly AcmeChallengeKind[] = isDelivered
    ? [...inDns, 'http-01']
    : [...(plainDoor ? (['http-01'] as const) : []), 'tls-alpn-01', ...inDns];
  const turn = failures % kinds.length;
  return [...kinds.slice(turn), ...kinds.slice(0, turn)];
}
