import {
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  decapsulate,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import {
  alpnIn,
  certificatesIn,
  extensionsIn,
  leafExtensionsIn,
  messagesIn,
  sizedAt,
  timestampsIn,
  type Answer,
} from './answer.ts';
import { extensionCodes } from './hello.ts';

/** Our half of a key exchange in TLS 1.3. */
export type Share = {
  readonly group: number;
  readonly key: Buffer;
  /** @throws when the server's half is none of this group */
  readonly agree: (theirs: Buffer) => Buffer;
};

/** What a server says behind its ServerHello in TLS 1.3. */
export type SealedFlight = {
  readonly alpn: string | null;
  readonly certificates: readonly Buffer[];
  readonly stapled: boolean;
  readonly handshakeTimestamps: number;
};

const curves: ReadonlyMap<number, string> = new Map([
  [0x0017, 'prime256v1'],
  [0x0018, 'secp384r1'],
  [0x0019, 'secp521r1'],
]);
const x25519 = 0x001d;
const x25519MlKem768 = 0x11ec;
const recordsMax = 64;
const nothing = Buffer.alloc(0);

/** The groups that a share can be made of, the cheapest first. */
export const shareGroups: readonly number[] = [x25519, ...curves.keys(), x25519MlKem768];

/** @param group one of `shareGroups` */
export function createShare(group: number): Share {
  if (group === x25519) return shareOfX25519();
  if (group === x25519MlKem768) return shareOfHybrid();
  const ecdh = createECDH(curves.get(group) ?? 'prime256v1');
  return { group, key: ecdh.generateKeys(), agree: (theirs) => ecdh.computeSecret(theirs) };
}

const x25519Head = Buffer.from('302a300506032b656e032100', 'hex');

function shareOfX25519(): Share {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return { group: x25519, key: rawOf(publicKey, 32), agree: (theirs) => agreeX25519(privateKey, theirs) };
}

function agreeX25519(privateKey: KeyObject, theirs: Buffer): Buffer {
  const key = Buffer.concat([x25519Head, theirs]);
  return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) });
}

/** The secrets of ML-KEM and of X25519 one behind the other, as their shares are. */
function shareOfHybrid(): Share {
  const own = generateKeyPairSync('x25519');
  const kem = generateKeyPairSync('ml-kem-768');
  return {
    group: x25519MlKem768,
    key: Buffer.concat([rawOf(kem.publicKey, 1184), rawOf(own.publicKey, 32)]),
    agree: (theirs) =>
      Buffer.concat([
        decapsulate(kem.privateKey, theirs.subarray(0, -32)),
        agreeX25519(own.privateKey, theirs.subarray(-32)),
      ]),
  };
}

function rawOf(key: KeyObject, bytes: number): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-bytes);
}

type Cipher = {
  readonly name: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly hash: 'sha256' | 'sha384';
  readonly keyBytes: number;
};

const ciphers: ReadonlyMap<number, Cipher> = new Map([
  [0x1301, { name: 'aes-128-gcm', hash: 'sha256', keyBytes: 16 }],
  [0x1302, { name: 'aes-256-gcm', hash: 'sha384', keyBytes: 32 }],
  [0x1303, { name: 'chacha20-poly1305', hash: 'sha256', keyBytes: 32 }],
]);

/** The suites whose flights can be read. */
export const readableSuites: readonly number[] = [...ciphers.keys()];

/**
 * Deciphers the server's handshake (RFC 8446 §7.1), which needs no certificate of anybody to be believed.
 * @param sent our ClientHello, without the head of its record
 * @returns null as long as its last message has not come, and when it cannot be read at all
 */
export function readSealedFlight(sent: Buffer, answer: Answer, share: Share): SealedFlight | null {
  const { hello, messages } = answer;
  const cipher = ciphers.get(hello?.suite ?? 0);
  const [serverHello] = messages;
  if (hello === null || hello.isRetry || cipher === undefined || serverHello === undefined) return null;
  if (hello.keyShare?.group !== share.group) return null;
  try {
    const secret = handshakeSecret(cipher, share.agree(hello.keyShare.key), Buffer.concat([sent, serverHello]));
    return flightOf(Buffer.concat(opened(cipher, secret, answer.records)));
  } catch {
    return null;
  }
}

function handshakeSecret({ hash }: Cipher, agreed: Buffer, transcript: Buffer): Buffer {
  const zeros = Buffer.alloc(createHash(hash).digest().length);
  const early = createHmac(hash, zeros).update(zeros).digest();
  const derived = expand(hash, early, 'derived', createHash(hash).digest(), zeros.length);
  const handshake = createHmac(hash, derived).update(agreed).digest();
  return expand(hash, handshake, 's hs traffic', createHash(hash).update(transcript).digest(), zeros.length);
}

/** HKDF-Expand-Label; what is asked for is never longer than the hash. */
function expand(hash: string, secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const about = Buffer.concat([
    Buffer.of(0, length, name.length),
    name,
    Buffer.of(context.length),
    context,
    Buffer.of(1),
  ]);
  return createHmac(hash, secret).update(about).digest().subarray(0, length);
}

/** The handshake's records one after the other, up to one that was sealed with another key: some servers go on at once. */
function opened(cipher: Cipher, secret: Buffer, records: readonly Buffer[]): readonly Buffer[] {
  const key = expand(cipher.hash, secret, 'key', nothing, cipher.keyBytes);
  const iv = expand(cipher.hash, secret, 'iv', nothing, 12);
  const inner: Buffer[] = [];
  for (const record of records.filter(([type]) => type === 23).slice(0, recordsMax)) {
    const content = openedRecord(cipher.name, key, nonceOf(iv, inner.length), record);
    if (content === null) break;
    inner.push(content);
  }
  return inner;
}

function nonceOf(iv: Buffer, count: number): Buffer {
  const nonce = Buffer.from(iv);
  nonce.writeUInt16BE(nonce.readUInt16BE(10) ^ count, 10);
  return nonce;
}

function openedRecord(name: Cipher['name'], key: Buffer, nonce: Buffer, record: Buffer): Buffer | null {
  try {
    // Node's types know the two families by overloads of their own.
    const decipher =
      name === 'chacha20-poly1305'
        ? createDecipheriv(name, key, nonce, { authTagLength: 16 })
        : createDecipheriv(name, key, nonce, { authTagLength: 16 });
    decipher.setAAD(record.subarray(0, 5), { plaintextLength: record.length - 21 });
    decipher.setAuthTag(record.subarray(-16));
    const inner = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
    const end = inner.findLastIndex((byte) => byte !== 0);
    return inner[end] === 22 ? inner.subarray(0, end) : nothing;
  } catch {
    return null;
  }
}

function flightOf(bytes: Buffer): SealedFlight | null {
  const messages = messagesIn(bytes);
  const bodyOf = (type: number): Buffer => messages.find((one) => one.type === type)?.body ?? nothing;
  if (!messages.some(({ type }) => type === 20)) return null;
  const list = bodyOf(11).subarray(1 + (sizedAt(bodyOf(11), 0, 1)?.length ?? 0));
  const extensions = leafExtensionsIn(list);
  return {
    alpn: alpnIn(extensionsIn(sizedAt(bodyOf(8), 0, 2) ?? nothing)),
    certificates: certificatesIn(list, 2),
    stapled: extensions.has(extensionCodes.statusRequest),
    handshakeTimestamps: timestampsIn(extensions.get(extensionCodes.certificateTimestamps) ?? nothing),
  };
}
