import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { realClock } from '#kit/clock';
import { Fault } from '#kit/fault';

/** Both ends included. Certificates are judged by the real clock of whoever looks at them, never by product time. */
export type Validity = { readonly from: Temporal.Instant; readonly until: Temporal.Instant };

export type Issued = { readonly certPem: string; readonly keyPem: string };

export type Authority = {
  readonly caPem: string;
  /** A server certificate for these host names and addresses, signed by this authority; the first one is its name. */
  readonly issue: (hostnames: readonly string[], validity?: Validity) => Issued;
};

const daysBefore = 1;
const daysAfter = 365;
const nameCharactersMax = 64;

/**
 * A certificate authority for one run of the program: ECDSA P-256, X.509 v3 (RFC 5280), its key in memory alone. Nobody
 * trusts it but who is handed its `caPem`. For servers on loopback; what the internet sees comes from a real authority.
 */
export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = distinguishedName(name);
  const keyId = keyIdOf(keys.publicKey);
  const ca = certificate({
    subject,
    issuer: subject,
    validity: defaultValidity(),
    subjectKey: keys.publicKey,
    issuerKey: keys.privateKey,
    extensions: [
      extension(oids.basicConstraints, true, sequence(boolean(true), integer(Buffer.of(0)))),
      extension(oids.keyUsage, true, bits(1, 0x06)),
      extension(oids.subjectKeyIdentifier, false, octets(keyId)),
    ],
  });
  return {
    caPem: pem(ca),
    issue: (hostnames, validity = defaultValidity()) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const der = certificate({
        subject: distinguishedName((hostnames[0] ?? '').slice(0, nameCharactersMax)),
        issuer: subject,
        validity,
        subjectKey: own.publicKey,
        issuerKey: keys.privateKey,
        extensions: [
          extension(oids.basicConstraints, true, sequence()),
          extension(oids.keyUsage, true, bits(7, 0x80)),
          extension(oids.extendedKeyUsage, false, sequence(oid(oids.serverAuth))),
          extension(oids.subjectAlternativeName, false, sequence(...hostnames.map(alternativeName))),
          extension(oids.subjectKeyIdentifier, false, octets(keyIdOf(own.publicKey))),
          extension(oids.authorityKeyIdentifier, false, sequence(tagged(0x80, keyId))),
        ],
      });
      return { certPem: pem(der), keyPem: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
    },
  };
}

function defaultValidity(): Validity {
  const now = realClock.now();
  return { from: now.subtract({ hours: 24 * daysBefore }), until: now.add({ hours: 24 * daysAfter }) };
}

const oids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

function certificate(of: {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly validity: Validity;
  readonly subjectKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
}): Buffer {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const version3 = tagged(0xa0, integer(Buffer.of(2)));
  const toBeSigned = sequence(
    version3,
    integer(randomBytes(16)),
    algorithm,
    of.issuer,
    sequence(time(of.validity.from), time(of.validity.until)),
    of.subject,
    of.subjectKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...of.extensions)),
  );
  return sequence(toBeSigned, algorithm, bits(0, ...sign('sha256', toBeSigned, of.issuerKey)));
}

function distinguishedName(name: string): Buffer {
  if (name === '' || name.length > nameCharactersMax) {
    throw new Fault('invalid', `A certificate's name has 1 to ${nameCharactersMax} characters.`);
  }
  const utf8 = tagged(0x0c, Buffer.from(name, 'utf8'));
  return sequence(tagged(0x31, sequence(oid(oids.commonName), utf8)));
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
function keyIdOf(key: KeyObject): Buffer {
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(point).digest();
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));
}

/** RFC 5280 §4.1.2.5: two-digit years until 2049, four digits from then on. */
function time(instant: Temporal.Instant): Buffer {
  const digits = instant.toString({ smallestUnit: 'second' }).replaceAll(/[-:T]/g, '');
  return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

// The distinguished encoding rules (ITU-T X.690), as far as a certificate needs them: tag, length, content.

function tagged(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function octets(content: Buffer): Buffer {
  return tagged(0x04, content);
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.of(value ? 0xff : 0x00));
}

function bits(unused: number, ...content: readonly number[]): Buffer {
  return tagged(0x03, Buffer.of(unused, ...content));
}

/** A whole number of at least 0: without leading zeros, and with one where the first bit would read as a sign. */
function integer(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude.readUInt8(start) === 0) start += 1;
  const short = magnitude.subarray(start);
  return tagged(0x02, short.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): readonly number[] {
  const digits = [arc & 0x7f];
  for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
  return digits;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
