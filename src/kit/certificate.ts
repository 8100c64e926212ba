import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { realClock } from '#kit/clock';
import { bits, boolean, integer, octets, oid, sequence, tagged } from './certificate/der.ts';
import {
  alternativeNames,
  certificate,
  certificateRequest,
  distinguishedName,
  extension,
  issuanceOf,
  keyIdOf,
  nameCharactersMax,
  oids,
  pem,
  type Validity,
} from './certificate/x509.ts';

export { issuanceOf };

export type Issued = { readonly certPem: string; readonly keyPem: string };

export type Authority = {
  readonly caPem: string;
  /** A server certificate for these host names and addresses, signed by this authority; the first one is its name. */
  readonly issue: (hostnames: readonly string[], validity?: Validity) => Issued;
};

const daysBefore = 1;
const daysAfter = 365;

/**
 * A certificate authority for one run of the program: ECDSA P-256, X.509 v3 (RFC 5280), its key in memory alone. Nobody
 * trusts it but who is handed its `caPem`. For servers on loopback; what the internet sees comes from a real authority.
 */
export function createAuthority(name: string): Authority {
  const keys = makeKeys();
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
      const own = makeKeys();
      const der = certificate({
        subject: nameOfFirst(hostnames),
        issuer: subject,
        validity,
        subjectKey: own.publicKey,
        issuerKey: keys.privateKey,
        extensions: [
          extension(oids.basicConstraints, true, sequence()),
          extension(oids.keyUsage, true, bits(7, 0x80)),
          extension(oids.extendedKeyUsage, false, sequence(oid(oids.serverAuth))),
          alternativeNames(hostnames),
          extension(oids.subjectKeyIdentifier, false, octets(keyIdOf(own.publicKey))),
          extension(oids.authorityKeyIdentifier, false, sequence(tagged(0x80, keyId))),
        ],
      });
      return { certPem: pem(der), keyPem: pemOfKey(own.privateKey) };
    },
  };
}

/** A certificate that nobody but its own key vouches for, with one critical extension whose value is an octet string. */
export function selfSigned(
  hostnames: readonly string[],
  critical: { readonly id: string; readonly value: Buffer },
): Issued {
  const own = makeKeys();
  const subject = nameOfFirst(hostnames);
  const der = certificate({
    subject,
    issuer: subject,
    validity: defaultValidity(),
    subjectKey: own.publicKey,
    issuerKey: own.privateKey,
    extensions: [alternativeNames(hostnames), extension(critical.id, true, octets(critical.value))],
  });
  return { certPem: pem(der), keyPem: pemOfKey(own.privateKey) };
}

/**
 * A new P-256 key, and the request (PKCS #10, DER) that a real authority signs.
 * @throws Fault('invalid') for what is no host name or address
 */
export function requestCertificate(hostnames: readonly string[]): {
  readonly request: Buffer;
  readonly keyPem: string;
} {
  const own = makeKeys();
  return {
    request: certificateRequest(hostnames, own.publicKey, own.privateKey),
    keyPem: pemOfKey(own.privateKey),
  };
}

function makeKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' });
}

function nameOfFirst(hostnames: readonly string[]): Buffer {
  return distinguishedName((hostnames[0] ?? '').slice(0, nameCharactersMax));
}

function defaultValidity(): Validity {
  const now = realClock.now();
  return { from: now.subtract({ hours: 24 * daysBefore }), until: now.add({ hours: 24 * daysAfter }) };
}
