import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { Fault } from '#kit/fault';
import { bits, boolean, elementsOf, integer, octets, oid, sequence, tagged, time, type Element } from './der.ts';

/** Both ends included. Certificates are judged by the real clock of whoever looks at them, never by product time. */
export type Validity = { readonly from: Temporal.Instant; readonly until: Temporal.Instant };

export const nameCharactersMax = 64;

export const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  extensionRequest: '1.2.840.113549.1.9.14',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

const ecdsa = sequence(oid(oids.ecdsaWithSha256));

/** X.509 v3 (RFC 5280), signed by a P-256 key. */
export function certificate(of: {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly validity: Validity;
  readonly subjectKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
}): Buffer {
  const version3 = tagged(0xa0, integer(Buffer.of(2)));
  const toBeSigned = sequence(
    version3,
    integer(randomBytes(16)),
    ecdsa,
    of.issuer,
    sequence(time(of.validity.from), time(of.validity.until)),
    of.subject,
    of.subjectKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...of.extensions)),
  );
  return signed(toBeSigned, of.issuerKey);
}

/** PKCS #10 (RFC 2986) without a subject: the names stand in the extension, where authorities look for them. */
export function certificateRequest(hostnames: readonly string[], publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const wanted = sequence(oid(oids.extensionRequest), tagged(0x31, sequence(alternativeNames(hostnames))));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return signed(sequence(integer(Buffer.of(0)), sequence(), spki, tagged(0xa0, wanted)), privateKey);
}

function signed(toBeSigned: Buffer, key: KeyObject): Buffer {
  return sequence(toBeSigned, ecdsa, bits(0, ...sign('sha256', toBeSigned, key)));
}

export function distinguishedName(name: string): Buffer {
  if (name === '' || name.length > nameCharactersMax) {
    throw new Fault('invalid', `A certificate's name has 1 to ${nameCharactersMax} characters.`);
  }
  const utf8 = tagged(0x0c, Buffer.from(name, 'utf8'));
  return sequence(tagged(0x31, sequence(oid(oids.commonName), utf8)));
}

export function alternativeNames(hostnames: readonly string[]): Buffer {
  return extension(oids.subjectAlternativeName, false, sequence(...hostnames.map(alternativeName)));
}

function alternativeName(hostname: string): Buffer {
  if (isIP(hostname) !== 0 && !hostname.includes('%')) return tagged(0x87, addressBytes(hostname));
  const labels = hostname.replace(/^\*\./, '').split('.');
  const plain = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  if (!plain || hostname.length > 253)
    throw new Fault('invalid', 'A certificate is issued to host names in lower case.');
  return tagged(0x82, Buffer.from(hostname, 'ascii'));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const canonical = new URL(`https://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** RFC 5280 §4.2.1.2, method 1. */
export function keyIdOf(key: KeyObject): Buffer {
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(point).digest();
}

export function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));
}

export function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** Of a certificate's DER: the bytes of its serial number as they stand there, and the id of the key that signed it. */
export function issuanceOf(der: Buffer): { readonly serial: Buffer; readonly authorityKeyId: Buffer } | null {
  const fields = inside(inside(elementsOf(der)[0])[0]);
  const serial = fields.find(({ tag }) => tag === 0x02)?.content;
  const extensions = inside(inside(fields.find(({ tag }) => tag === 0xa3))[0]);
  const id = oid(oids.authorityKeyIdentifier).subarray(2);
  const value = extensions
    .map(inside)
    .find(([name]) => name?.content.equals(id) === true)
    ?.at(-1);
  const authorityKeyId = inside(inside(value)[0]).find(({ tag }) => tag === 0x80)?.content;
  return serial === undefined || authorityKeyId === undefined ? null : { serial, authorityKeyId };
}

function inside(element: Element | undefined): readonly Element[] {
  return element === undefined ? [] : elementsOf(element.content);
}
