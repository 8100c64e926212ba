import { z } from 'zod';
import type { Issued } from '#kit/certificate';
import { Fault } from '#kit/fault';
import type { AcmeProving } from '../acme/orders.ts';
import type { AcmeChallengeKind, AcmeProof } from '../acme/shapes.ts';
import { callDnsHook } from '../dns-hook.ts';
import { proofShown, statements } from '../store.ts';
import type { ProofKind, TlsNeeds, WantedCertificates } from '../shapes.ts';
import { createSealing, proofPlace } from './sealing.ts';

/** An authority has decided long before; what a killed process left shown is hidden by then. */
const shownMinutesMax = 30;
/** Anybody may ask; authorities ask from some five places at once. */
const lookUpsMax = 16;
const pair = z.object({ certPem: z.string(), keyPem: z.string() });

export type ProofsShown = {
  readonly proving: (kinds: readonly AcmeChallengeKind[]) => AcmeProving;
  /** What `/.well-known/acme-challenge/<token>` of this host answers; null: nothing. */
  readonly bodyFor: (host: string, token: string) => Promise<string | null>;
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
  const shown = async (kind: ProofKind, host: string, token: string): Promise<string | null> => {
    if (underWay >= lookUpsMax) throw new Fault('limit', 'Too many proofs are asked for at the moment.');
    underWay += 1;
    const sealed = await proofShown(database, { host, kind, token }, clock.now()).finally(() => {
      underWay -= 1;
    });
    return sealed === null ? null : sealing.open(sealed, proofPlace(host, kind, token));
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
    bodyFor: (host, token) => shown('http-01', host, token),
    pairFor: async (host) => {
      const text = await shown('tls-alpn-01', host, '');
      return text === null ? null : pair.parse(JSON.parse(text));
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

/** What can be shown here, the quickest first; after a failure another is tried first. */
export function kindsAfter(
  { plainDoor, dnsHook }: Pick<WantedCertificates, 'plainDoor' | 'dnsHook'>,
  failures: number,
): readonly AcmeChallengeKind[] {
  const kinds: readonly AcmeChallengeKind[] = [
    ...(plainDoor ? (['http-01'] as const) : []),
    'tls-alpn-01',
    ...(dnsHook === null ? [] : (['dns-01'] as const)),
  ];
  const turn = failures % kinds.length;
  return [...kinds.slice(turn), ...kinds.slice(0, turn)];
}
