import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Fault } from '#kit/fault';

const version = 1;
const versionByte = Buffer.of(version);
/** Random bytes are asked for many at a time: one by one they would cost more than the sealing. */
const noncesPerDraw = 512;
let drawn = Buffer.alloc(0);

const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

/**
 * AES-256-GCM with a random nonce. `bound` is authenticated and not stored: bytes that were moved to another table, row
 * or column do not open. Layout: version (1) · nonce (12) · ciphertext · tag (16).
 */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: string): Buffer {
  const nonce = newNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(bound));
  return Buffer.concat([versionByte, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function newNonce(): Buffer {
  if (drawn.length === 0) drawn = randomBytes(nonceBytes * noncesPerDraw);
  const nonce = drawn.subarray(0, nonceBytes);
  drawn = drawn.subarray(nonceBytes);
  return nonce;
}

/** @throws Fault('unavailable') when the bytes were changed, moved, or sealed with another key */
export function openBytes(key: Uint8Array, sealed: Uint8Array, bound: string): Buffer {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) throw notOpened(bound);
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, end)), decipher.final()]);
  } catch (error) {
    throw notOpened(bound, error);
  }
}

function notOpened(bound: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'A sealed value could not be opened.', {
    internal: `sealed value does not open at ${bound.split('|')[0]}`,
    cause,
  });
}
