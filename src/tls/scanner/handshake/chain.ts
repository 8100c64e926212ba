import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import { timestampsIn } from './answer.ts';

/** A certificate as it says of itself. */
export type CertificateSeen = {
  readonly subject: string;
  readonly issuer: string;
  /** The names it is for: DNS names, and addresses. */
  readonly names: readonly string[];
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
  readonly key: { readonly type: string; readonly bits: number };
  readonly signature: string;
};

/**
 * Whether there is a way from the first certificate to an authority that is believed, over what was served alone.
 * `incomplete`: somebody in between was not served; `broken`: a signature is wrong or of one that may not sign.
 */
export type Trust =
  | 'trusted'
  | 'self_signed'
  | 'unknown_authority'
  | 'incomplete'
  | 'broken'
  | 'unreadable'
  | 'no_certificate';

export type ChainSeen = {
  /** As served. */
  readonly certificates: readonly CertificateSeen[];
  readonly trust: Trust;
  /** The place in `certificates` of those that lead to the authority; as far as it goes when none does. */
  readonly path: readonly number[];
  readonly matchesName: boolean;
  /** Each names the next as the one that signed it. */
  readonly ordered: boolean;
  readonly servesRoot: boolean;
  /** Believed by everybody's browsers, and so bound to their rules. */
  readonly isPublic: boolean;
  /** Signed certificate timestamps inside the first certificate. */
  readonly timestamps: number;
};

const pathLengthMax = 8;
const namesMax = 100;
let mozillas: readonly X509Certificate[] | null = null;

/** The authorities that Mozilla believes, as this Node has them. */
function publicRoots(): readonly X509Certificate[] {
  mozillas ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return mozillas;
}

/** The certificates of a file; those that are none are left out. */
export function rootsIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => readCertificate(Buffer.from(block)) ?? []);
}

/**
 * Total: bytes that are no certificate make it `unreadable`.
 * @param roots believed besides nobody else; null for the authorities of browsers
 */
export function readChain(
  served: readonly Buffer[],
  host: string,
  roots: readonly X509Certificate[] | null,
): ChainSeen {
  const read = served.map(readCertificate);
  const chain = read.filter((one) => one !== null);
  const [leaf] = read;
  if (leaf === undefined || leaf === null || chain.length < read.length) {
    return { ...nothing, trust: served.length === 0 ? 'no_certificate' : 'unreadable' };
  }
  const believed = roots ?? publicRoots();
  const path = pathFrom(leaf, chain, believed, []);
  const way = path ?? climb(leaf, chain);
  return {
    certificates: chain.map(seenOf),
    trust: path === null ? reasonOf(way, chain, believed) : 'trusted',
    path: way.map((one) => chain.indexOf(one)).filter((place) => place !== -1),
    matchesName: matches(leaf, host),
    ordered: chain.every((one, place) => place === 0 || chain[place - 1]?.issuer === one.subject),
    servesRoot: chain.some((one, place) => place > 0 && isSignedBy(one, one)),
    isPublic: path !== null && roots === null,
    timestamps: timestampsInside(leaf),
  };
}

const nothing: ChainSeen = {
  certificates: [],
  trust: 'no_certificate',
  path: [],
  matchesName: false,
  ordered: true,
  servesRoot: false,
  isPublic: false,
  timestamps: 0,
};

function readCertificate(bytes: Buffer): X509Certificate | null {
  try {
    const certificate = new X509Certificate(bytes);
    // An unknown kind of key shows itself only here.
    return certificate.publicKey.type === 'public' && hasTimes(certificate) ? certificate : null;
  } catch {
    return null;
  }
}

function hasTimes({ validFromDate, validToDate }: X509Certificate): boolean {
  return Number.isFinite(validFromDate.getTime()) && Number.isFinite(validToDate.getTime());
}

function seenOf(certificate: X509Certificate): CertificateSeen {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: namesOf(certificate),
    from: Temporal.Instant.fromEpochMilliseconds(certificate.validFromDate.getTime()),
    until: Temporal.Instant.fromEpochMilliseconds(certificate.validToDate.getTime()),
    key: keyOf(certificate),
    signature: certificate.signatureAlgorithm ?? certificate.signatureAlgorithmOid,
  };
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll(/\p{C}+/gu, ', ').slice(0, 300);
}

function namesOf(certificate: X509Certificate): readonly string[] {
  const found = (certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s"]+)/g);
  return [...found].slice(0, namesMax).map(([, name = '']) => name);
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
  prime192v1: 192,
};

function keyOf({ publicKey }: X509Certificate): CertificateSeen['key'] {
  const { modulusLength, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {};
  // The key of RSA-PSS is one of RSA that promises more.
  const type = publicKey.asymmetricKeyType?.replace('-pss', '') ?? 'unknown';
  const named = curveBits[namedCurve] ?? Number(/\d{3}/.exec(namedCurve)?.[0] ?? 0);
  // Edwards keys and those of after the quantum computer are as strong as the strongest that are asked for.
  return { type, bits: modulusLength ?? (type === 'ec' ? named : 256) };
}

function matches(leaf: X509Certificate, host: string): boolean {
  if (isIP(host) !== 0) return leaf.checkIP(host) !== undefined;
  return leaf.checkHost(host, { subject: 'never' }) !== undefined;
}

function isSignedBy(one: X509Certificate | undefined, issuer: X509Certificate): boolean {
  if (one === undefined || one.issuer !== issuer.subject) return false;
  try {
    return one.checkIssued(issuer) && one.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** From a certificate to one that is believed, in as few steps as are served; null when no way leads there. */
function pathFrom(
  from: X509Certificate,
  served: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  before: readonly X509Certificate[],
): readonly X509Certificate[] | null {
  const path = [...before, from];
  if (roots.some((root) => root.fingerprint256 === from.fingerprint256)) return path;
  const root = roots.find((one) => isSignedBy(from, one));
  if (root !== undefined) return path;
  if (path.length >= pathLengthMax) return null;
  for (const next of served) {
    if (path.includes(next) || !next.ca || !isSignedBy(from, next)) continue;
    const found = pathFrom(next, served, roots, path);
    if (found !== null) return found;
  }
  return null;
}

/** As far up as what was served goes. */
function climb(leaf: X509Certificate, served: readonly X509Certificate[]): readonly X509Certificate[] {
  const path = [leaf];
  for (let top = leaf; path.length < pathLengthMax;) {
    const next = served.find((one) => !path.includes(one) && one.ca && isSignedBy(top, one));
    if (next === undefined) break;
    path.push(next);
    top = next;
  }
  return path;
}

function reasonOf(
  way: readonly X509Certificate[],
  served: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): Trust {
  const top = way.at(-1);
  if (top === undefined) return 'no_certificate';
  if (isSignedBy(top, top)) return way.length === 1 ? 'self_signed' : 'unknown_authority';
  if ([...served, ...roots].some((one) => one !== top && one.subject === top.issuer)) return 'broken';
  // Authorities of the internet say where the next certificate can be fetched: there is one, and it was not served.
  return (top.infoAccess ?? '').includes('CA Issuers') ? 'incomplete' : 'unknown_authority';
}

const timestampsExtension = Buffer.from('060a2b06010401d679020402', 'hex');

/** The list stands in an octet string inside another one, and is shorter than 64 kB. */
function timestampsInside({ raw }: X509Certificate): number {
  const at = raw.indexOf(timestampsExtension);
  if (at === -1) return 0;
  const list = octetsAt(octetsAt(raw.subarray(at + timestampsExtension.length)));
  return list === null ? 0 : timestampsIn(list);
}

function octetsAt(bytes: Buffer | null): Buffer | null {
  if (bytes === null || bytes[0] !== 0x04) return null;
  const first = bytes[1] ?? 0;
  const width = first < 0x80 ? 0 : first & 0x7f;
  if (width > 2 || bytes.length < 2 + width) return null;
  const length = width === 0 ? first : bytes.readUIntBE(2, width);
  return bytes.subarray(2 + width, 2 + width + length);
}
