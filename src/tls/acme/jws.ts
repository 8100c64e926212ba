// How requests of ACME are signed (RFC 8555 §6.2): flattened JWS, ES256 by the account's key.
import { createHash, createHmac, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { Fault } from '#kit/fault';

/** The public half, in the order of RFC 7638: its text is what the thumbprint is made of. */
export type Jwk = { readonly crv: string; readonly kty: string; readonly x: string; readonly y: string };

/** Signs the bytes of `header.payload`. */
type Sign = (input: Buffer) => Buffer;

/** @throws Fault('invalid') when it is no private key of the curve P-256 */
export function jwkOf(key: KeyObject): Jwk {
  const isOurs = key.type === 'private' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  const { crv, kty, x, y } = isOurs ? createPublicKey(key).export({ format: 'jwk' }) : {};
  if (crv === undefined || kty === undefined || x === undefined || y === undefined) {
    throw new Fault('invalid', 'The key of an account with a certificate authority is a P-256 private key.');
  }
  return { crv, kty, x, y };
}

/** RFC 7638. */
export function thumbprint({ crv, kty, x, y }: Jwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

export function es256(key: KeyObject): Sign {
  return (input) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
}

export function hs256(macKey: Buffer): Sign {
  return (input) => createHmac('sha256', macKey).update(input).digest();
}

type Jws = { readonly protected: string; readonly payload: string; readonly signature: string };

/** Both texts are signed as they are; an empty payload is POST-as-GET. */
export function signJws(header: string, payload: string, by: Sign): Jws {
  const parts = { protected: encoded(header), payload: encoded(payload) };
  const signature = by(Buffer.from(`${parts.protected}.${parts.payload}`)).toString('base64url');
  return { ...parts, signature };
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

const macKeyBytesMin = 16;

/**
 * RFC 8555 §7.3.4: the account's key, signed with the key that the authority gave out.
 * @throws Fault('invalid') when that is not base64url of at least 16 bytes
 */
export function signBinding(
  binding: { readonly keyId: string; readonly macKey: string },
  jwk: Jwk,
  newAccountUrl: string,
): Jws {
  const macKey = Buffer.from(binding.macKey, 'base64url');
  if (!/^[\w-]+={0,2}$/.test(binding.macKey) || macKey.length < macKeyBytesMin) {
    throw new Fault('invalid', 'The key that binds an account is base64url, as the certificate authority shows it.');
  }
  const header = { alg: 'HS256', kid: binding.keyId, url: newAccountUrl };
  return signJws(JSON.stringify(header), JSON.stringify(jwk), hs256(macKey));
}
