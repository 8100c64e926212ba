import { createHash } from 'node:crypto';
import { selfSigned } from '#kit/certificate';
import { thumbprint, type Jwk } from './jws.ts';
import type { AcmeAuthorization, AcmeChallenge, AcmeChallengeKind, AcmeProof } from './shapes.ts';

/** RFC 8737 §6.1. */
const acmeIdentifier = '1.3.6.1.5.5.7.1.31';

/** RFC 8555 §8.1: what a token is answered with, by whom the account's key belongs to. */
export function keyAuthorization(token: string, jwk: Jwk): string {
  return `${token}.${thumbprint(jwk)}`;
}

/** The proof that a challenge asks for. The certificate of `tls-alpn-01` has a key of its own, for this once. */
export function proofOf({ kind, token }: AcmeChallenge, name: string, jwk: Jwk): AcmeProof {
  const body = keyAuthorization(token, jwk);
  const digest = createHash('sha256').update(body).digest();
  switch (kind) {
    case 'http-01':
      return { kind, name, token, body };
    case 'tls-alpn-01':
      return { kind, name, ...selfSigned([name], { id: acmeIdentifier, value: digest }) };
    case 'dns-01':
      return { kind, name, record: `_acme-challenge.${name}`, value: digest.toString('base64url') };
  }
}

/** The first kind in the order of who gives the proof. A wildcard can be proven in DNS alone (RFC 8555 §7.1.4). */
export function challengeFor(
  { challenges, wildcard }: AcmeAuthorization,
  kinds: readonly AcmeChallengeKind[],
): AcmeChallenge | null {
  const able = kinds.filter((kind) => !wildcard || kind === 'dns-01');
  return able.flatMap((kind) => challenges.find((one) => one.kind === kind) ?? [])[0] ?? null;
}
