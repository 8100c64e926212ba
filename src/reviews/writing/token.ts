import { createHash, createHmac } from 'node:crypto';
import type { Keyring } from '#keys';

/** The token of a review's link: 160 bit, the same whenever it is asked for, stored nowhere. */
export type TokenOf = (reviewId: string) => string;

const tokenBytes = 20;

export function createTokens(keyring: Pick<Keyring, 'derive'>): TokenOf {
  const key = keyring.derive('review links');
  return (reviewId) =>
    createHmac('sha256', key).update(reviewId).digest().subarray(0, tokenBytes).toString('base64url');
}

export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
