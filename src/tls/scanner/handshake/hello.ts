import { randomBytes } from 'node:crypto';
import { groups } from './groups.ts';

/** Versions that share the shape of a hello; SSL 2 has one of its own. */
export type Version = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export const versionCodes: Readonly<Record<Version, number>> = {
  SSLv3: 0x0300,
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
};

/** What a ClientHello offers. The version is the only one on offer in TLS 1.3, else the highest one. */
export type Offer = {
  readonly version: Version;
  /** In the client's order of preference. */
  readonly suites: readonly number[];
  readonly groups?: readonly number[];
  /** TLS 1.3: a share of the key; without one the server answers with the group it wants (HelloRetryRequest). */
  readonly keyShare?: { readonly group: number; readonly key: Buffer };
  /** What the client can check; without it everything. */
  readonly signatures?: readonly number[];
  /** Null for an address, which SNI does not know. */
  readonly serverName: string | null;
  readonly compression?: boolean;
  /** Says that a higher version failed before (RFC 7507). */
  readonly fallback?: boolean;
};

export const suiteFallback = 0x5600;
const suiteRenegotiation = 0x00ff;
export const extensionCodes = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  heartbeat: 15,
  alpn: 16,
  certificateTimestamps: 18,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  supportedVersions: 43,
  pskModes: 45,
  keyShare: 51,
  renegotiation: 0xff01,
} as const;

/** Everything a server might sign with, the broken ones too: a server is to show what it has. */
const signatures = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081a, 0x081b, 0x081c, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
  0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0302, 0x0202, 0x0101,
];
/** By a key of one kind alone, the kinds that a server may have certificates for beside each other. */
export const signaturesByKind: readonly (readonly number[])[] = [
  [0x0403, 0x0503, 0x0603],
  [0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601],
];
const protocols = ['h2', 'http/1.1'];

/** The record that opens a connection (RFC 8446 §4.1.2 and its forerunners). */
export function clientHello(offer: Offer): Buffer {
  const code = versionCodes[offer.version];
  const suites = [...offer.suites, ...(offer.version === 'TLSv1.3' ? [] : [suiteRenegotiation])];
  const body = Buffer.concat([
    uint16(Math.min(code, versionCodes['TLSv1.2'])),
    randomBytes(32),
    sized(1, offer.version === 'TLSv1.3' ? randomBytes(32) : Buffer.alloc(0)),
    sized(2, ...suites.map(uint16), ...(offer.fallback === true ? [uint16(suiteFallback)] : [])),
    sized(1, Buffer.from(offer.compression === true ? [1, 0] : [0])),
    // A server of SSL 3 need not know that something may follow.
    ...(offer.version === 'SSLv3' ? [] : [sized(2, ...extensionsOf(offer))]),
  ]);
  const message = Buffer.concat([Buffer.of(1), sized(3, body)]);
  return Buffer.concat([Buffer.of(22), uint16(Math.min(code, versionCodes.TLSv1)), sized(2, message)]);
}

function extensionsOf(offer: Offer): readonly Buffer[] {
  const { serverName, keyShare } = offer;
  const offered = offer.groups ?? [...groups.keys()];
  const named = serverName === null ? [] : [sized(2, Buffer.of(0), sized(2, Buffer.from(serverName, 'latin1')))];
  const shares = keyShare === undefined ? [] : [uint16(keyShare.group), sized(2, keyShare.key)];
  return [
    ...named.map((list) => extension('serverName', list)),
    extension('statusRequest', Buffer.of(1, 0, 0, 0, 0)),
    ...(offered.length === 0 ? [] : [extension('supportedGroups', sized(2, ...offered.map(uint16)))]),
    extension('signatureAlgorithms', sized(2, ...(offer.signatures ?? signatures).map(uint16))),
    extension('alpn', sized(2, ...protocols.map((name) => sized(1, Buffer.from(name))))),
    extension('certificateTimestamps'),
    ...(offer.version === 'TLSv1.3'
      ? [
          extension('supportedVersions', sized(1, uint16(versionCodes['TLSv1.3']))),
          extension('pskModes', sized(1, Buffer.of(1))),
          extension('keyShare', sized(2, ...shares)),
        ]
      : [
          extension('pointFormats', sized(1, Buffer.of(0, 1, 2))),
          extension('extendedMasterSecret'),
          extension('sessionTicket'),
          extension('heartbeat', Buffer.of(1)),
        ]),
  ];
}

function extension(name: keyof typeof extensionCodes, content: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([uint16(extensionCodes[name]), sized(2, content)]);
}

const ciphers2 = [0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700c0];

/** SSL 2 has a record and a hello of its own. */
export function clientHello2(): Buffer {
  const specs = ciphers2.flatMap((code) => [code >> 16, (code >> 8) & 0xff, code & 0xff]);
  const challenge = randomBytes(16);
  const head = [Buffer.of(1), uint16(2), uint16(specs.length), uint16(0), uint16(challenge.length)];
  const message = Buffer.concat([...head, Buffer.from(specs), challenge]);
  return Buffer.concat([uint16(0x8000 | message.length), message]);
}

export function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

/** Bytes behind their own length, which takes `width` bytes. */
export function sized(width: 1 | 2 | 3, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(width);
  length.writeUIntBE(content.length, 0, width);
  return Buffer.concat([length, content]);
}
