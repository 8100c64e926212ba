// Certificates with every fault an authority would not make, for servers on loopback.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { sequence, tagged, time } from '../../src/kit/certificate/der.ts';
import { pem } from '../../src/kit/certificate/x509.ts';
import { sized } from '../../src/tls/scanner/handshake/hello.ts';

export type Keys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

export type Making = {
  readonly name: string;
  readonly names?: readonly string[];
  readonly keys: Keys;
  readonly hash?: 'sha256' | 'sha1' | 'md5';
  /** Null: by its own key. */
  readonly issuer: Made | null;
  readonly isAuthority?: boolean;
  /** Says where its issuer's certificate can be fetched, as authorities of the internet do. */
  readonly saysIssuer?: boolean;
  /** So many proofs of public logs, signed by nobody. */
  readonly timestamps?: number;
  readonly from?: Temporal.Instant;
  readonly until?: Temporal.Instant;
};

export type Made = {
  readonly name: string;
  readonly der: Buffer;
  readonly pem: string;
  readonly keys: Keys;
  readonly keyPem: string;
};

const algorithms = {
  'rsa sha256': '06092a864886f70d01010b0500',
  'rsa sha1': '06092a864886f70d0101050500',
  'rsa md5': '06092a864886f70d0101040500',
  'ec sha256': '06082a8648ce3d040302',
  'ec sha1': '06072a8648ce3d0401',
} as const;

export const now = Temporal.Instant.fromEpochMilliseconds(Date.now());
const inHours = (hours: number): Temporal.Instant => now.add({ minutes: Math.round(hours * 60) });

/** A life of so many days, of which such a part is left. */
export function lifeOf(
  days: number,
  left: number,
): { readonly from: Temporal.Instant; readonly until: Temporal.Instant } {
  return { from: inHours(-days * 24 * (1 - left)), until: inHours(days * 24 * left) };
}

export function ecKeys(namedCurve = 'P-256'): Keys {
  return generateKeyPairSync('ec', { namedCurve });
}

export function rsaKeys(modulusLength: number): Keys {
  return generateKeyPairSync('rsa', { modulusLength });
}

export function make(of: Making): Made {
  const signer = of.issuer?.keys ?? of.keys;
  const hash = of.hash ?? 'sha256';
  const kind = `${signer.privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec'} ${hash}`;
  const algorithm = tagged(0x30, Buffer.from(algorithms[kind as keyof typeof algorithms], 'hex'));
  const { from, until } = { ...lifeOf(90, 0.9), ...of };
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    distinguished(of.issuer?.name ?? of.name),
    sequence(time(from), time(until)),
    distinguished(of.name),
    of.keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensionsOf(of))),
  );
  const signature = Buffer.concat([Buffer.of(0), sign(hash, toBeSigned, signer.privateKey)]);
  return madeOf(sequence(toBeSigned, algorithm, tagged(0x03, signature)), of);
}

function madeOf(der: Buffer, { name, keys }: Pick<Making, 'name' | 'keys'>): Made {
  return { name, der, pem: pem(der), keys, keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/** The same with one bit of its signature turned. */
export function forged(made: Made): Made {
  const der = Buffer.from(made.der);
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
  return madeOf(der, made);
}

function extensionsOf({
  isAuthority = false,
  names = [],
  saysIssuer = false,
  timestamps = 0,
}: Making): readonly Buffer[] {
  const constraints = isAuthority ? sequence(tagged(0x01, Buffer.of(0xff))) : sequence();
  const alternatives = names.map((name) =>
    isIPv4(name) ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name)),
  );
  const where = sequence(
    sequence(Buffer.from('06082b06010505073002', 'hex'), tagged(0x86, Buffer.from('http://ca/x'))),
  );
  return [
    extension('0603551d13', constraints),
    ...(names.length === 0 ? [] : [extension('0603551d11', sequence(...alternatives))]),
    ...(timestamps === 0 ? [] : [extension('060a2b06010401d679020402', tagged(0x04, proofs(timestamps)))]),
    ...(saysIssuer ? [extension('06082b06010505070101', where)] : []),
  ];
}

/** RFC 6962 §3.3: sized lists inside a sized list. */
function proofs(count: number): Buffer {
  const one = sized(2, Buffer.alloc(119, 7));
  return sized(2, ...Array.from({ length: count }, () => one));
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(Buffer.from(oid, 'hex'), tagged(0x04, value));
}

function distinguished(name: string): Buffer {
  return sequence(tagged(0x31, sequence(Buffer.from('0603550403', 'hex'), tagged(0x0c, Buffer.from(name)))));
}
