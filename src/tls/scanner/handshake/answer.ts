import { extensionCodes, versionCodes, type Version } from './hello.ts';
import { suites } from './suites.ts';

/** What a server chose. */
export type ServerHello = {
  readonly version: Version;
  readonly suite: number;
  readonly compressed: boolean;
  /** TLS 1.3: it wants a share of this group first, and has agreed on nothing yet. */
  readonly isRetry: boolean;
  readonly keyShare: { readonly group: number; readonly key: Buffer } | null;
  readonly alpn: string | null;
  /** RFC 5746: a new handshake inside a connection belongs to the same client. */
  readonly renegotiation: boolean;
  readonly ticket: boolean;
  readonly heartbeat: boolean;
  readonly timestamps: number;
};

/** All that can be read of an answer without a key. */
export type Answer = {
  readonly alert: number | null;
  readonly hello: ServerHello | null;
  /** DER, as served; empty in TLS 1.3, where they travel enciphered. */
  readonly certificates: readonly Buffer[];
  readonly stapled: boolean;
  /** Of a ServerKeyExchange: the curve that was named, or the length of the prime. */
  readonly curve: number | null;
  readonly primeBits: number | null;
  /** The server waits for the client. */
  readonly done: boolean;
  /** The bytes of the messages in clear, for the transcript, and the enciphered records behind them. */
  readonly messages: readonly Buffer[];
  readonly records: readonly Buffer[];
};

type Message = { readonly type: number; readonly body: Buffer; readonly bytes: Buffer };
type Record = { readonly type: number; readonly body: Buffer; readonly bytes: Buffer };

type Extensions = ReadonlyMap<number, Buffer>;

const nothing = Buffer.alloc(0);
const messagesMax = 64;
const certificatesMax = 16;
const timestampsMax = 32;
const retryRandom = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
const versions: ReadonlyMap<number, Version> = new Map([
  [versionCodes.SSLv3, 'SSLv3'],
  [versionCodes.TLSv1, 'TLSv1'],
  [versionCodes['TLSv1.1'], 'TLSv1.1'],
  [versionCodes['TLSv1.2'], 'TLSv1.2'],
  [versionCodes['TLSv1.3'], 'TLSv1.3'],
]);

/** Total: whatever the bytes are, and wherever they end, something is said about them. */
export function readAnswer(bytes: Buffer): Answer {
  const records = recordsIn(bytes);
  const sealedFrom = records.findIndex(({ type }) => type === 23);
  const clear = sealedFrom === -1 ? records : records.slice(0, sealedFrom);
  const messages = messagesIn(Buffer.concat(clear.filter(({ type }) => type === 22).map(({ body }) => body)));
  const bodyOf = (type: number): Buffer | null => messages.find((message) => message.type === type)?.body ?? null;
  const hello = readHello(bodyOf(2));
  const alert = clear.find(({ type, body }) => type === 21 && body.length === 2);
  return {
    alert: alert?.body[1] ?? null,
    hello,
    certificates: certificatesIn(bodyOf(11) ?? nothing, 0),
    stapled: bodyOf(22) !== null,
    ...keyExchangeOf(bodyOf(12), hello),
    done: bodyOf(14) !== null,
    messages: messages.map((message) => message.bytes),
    records: (sealedFrom === -1 ? [] : records.slice(sealedFrom)).map((record) => record.bytes),
  };
}

/** Nothing more will come, or nothing more is needed of a handshake that goes no further. */
export function isAnswered(bytes: Buffer): boolean {
  const { alert, hello, done } = readAnswer(bytes);
  return alert !== null || done || hello?.version === 'TLSv1.3' || !isRecord(bytes);
}

/** False for what is certainly no TLS: an HTTP error, a banner. */
export function isRecord(bytes: Buffer): boolean {
  const [type = 22, major = 3] = bytes;
  return type >= 20 && type <= 24 && major === 3;
}

/** SSL 2: a ServerHello of that version, whatever it chose. */
export function isHello2(bytes: Buffer): boolean {
  return bytes.length >= 11 && (bytes[0] ?? 0) >= 0x80 && bytes[2] === 4 && uint(bytes, 5, 2) === 2;
}

function recordsIn(bytes: Buffer): readonly Record[] {
  const records: Record[] = [];
  for (let at = 0; isRecord(bytes.subarray(at));) {
    const body = sizedAt(bytes, at + 3, 2);
    if (body === null) break;
    const end = at + 5 + body.length;
    records.push({ type: bytes[at] ?? 0, body, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return records;
}

/** Handshake messages one after the other; a last one that is not whole is left out. */
export function messagesIn(bytes: Buffer): readonly Message[] {
  const messages: Message[] = [];
  for (let at = 0; messages.length < messagesMax;) {
    const body = sizedAt(bytes, at + 1, 3);
    if (body === null) break;
    const end = at + 4 + body.length;
    messages.push({ type: bytes[at] ?? 0, body, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return messages;
}

/** A list of certificates, each with `after` more sized fields behind it (extensions, in TLS 1.3). */
export function certificatesIn(body: Buffer, after: 0 | 2): readonly Buffer[] {
  const list = sizedAt(body, 0, 3) ?? nothing;
  const found: Buffer[] = [];
  for (let at = 0; found.length < certificatesMax;) {
    const der = sizedAt(list, at, 3);
    if (der === null) break;
    found.push(der);
    at += 3 + der.length;
    if (after === 2) at += 2 + (sizedAt(list, at, 2)?.length ?? 0);
  }
  return found;
}

/** The extensions of the first certificate of a list in TLS 1.3. */
export function leafExtensionsIn(body: Buffer): Extensions {
  const list = sizedAt(body, 0, 3) ?? nothing;
  const der = sizedAt(list, 0, 3);
  return extensionsIn((der === null ? null : sizedAt(list, 3 + der.length, 2)) ?? nothing);
}

function readHello(body: Buffer | null): ServerHello | null {
  const session = body === null ? null : sizedAt(body, 34, 1);
  if (body === null || session === null) return null;
  const at = 35 + session.length;
  const suite = uint(body, at, 2);
  const extensions = extensionsIn(sizedAt(body, at + 3, 2) ?? nothing);
  const version = versions.get(uint(extensions.get(extensionCodes.supportedVersions) ?? body, 0, 2) ?? 0);
  if (suite === null || version === undefined) return null;
  return {
    version,
    suite,
    compressed: uint(body, at + 2, 1) !== 0,
    isRetry: body.subarray(2, 34).toString('hex') === retryRandom,
    keyShare: keyShareIn(extensions.get(extensionCodes.keyShare)),
    alpn: alpnIn(extensions),
    renegotiation: extensions.has(extensionCodes.renegotiation),
    ticket: extensions.has(extensionCodes.sessionTicket),
    heartbeat: extensions.has(extensionCodes.heartbeat),
    timestamps: timestampsIn(extensions.get(extensionCodes.certificateTimestamps) ?? nothing),
  };
}

export function alpnIn(extensions: Extensions): string | null {
  const list = sizedAt(extensions.get(extensionCodes.alpn) ?? nothing, 0, 2);
  return list === null ? null : (sizedAt(list, 0, 1)?.toString('latin1') ?? null);
}

/** How many signed certificate timestamps (RFC 6962 §3.3) stand in a list. */
export function timestampsIn(bytes: Buffer): number {
  const list = sizedAt(bytes, 0, 2) ?? nothing;
  let found = 0;
  for (let at = 0; found < timestampsMax; found += 1) {
    const one = sizedAt(list, at, 2);
    if (one === null) break;
    at += 2 + one.length;
  }
  return found;
}

export function extensionsIn(bytes: Buffer): Extensions {
  const found = new Map<number, Buffer>();
  for (let at = 0; found.size < messagesMax;) {
    const code = uint(bytes, at, 2);
    const content = sizedAt(bytes, at + 2, 2);
    if (code === null || content === null || found.has(code)) break;
    found.set(code, content);
    at += 4 + content.length;
  }
  return found;
}

/** The share itself, or in a retry the name of the group alone. */
function keyShareIn(bytes: Buffer | undefined): ServerHello['keyShare'] {
  const group = bytes === undefined ? null : uint(bytes, 0, 2);
  if (bytes === undefined || group === null) return null;
  return { group, key: sizedAt(bytes, 2, 2) ?? nothing };
}

/** A named curve, or a prime: which of them it is stands in the suite that was chosen, not in the message. */
function keyExchangeOf(body: Buffer | null, hello: ServerHello | null): Pick<Answer, 'curve' | 'primeBits'> {
  const way = suites.get(hello?.suite ?? -1)?.keyExchange;
  return {
    curve: way === 'ECDHE' && body?.[0] === 3 ? uint(body, 1, 2) : null,
    primeBits: way === 'DHE' ? bitsOf(sizedAt(body ?? nothing, 0, 2) ?? nothing) : null,
  };
}

/** Of a whole number; null for none. */
function bitsOf(bytes: Buffer): number | null {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start === -1 ? null : (bytes.length - start) * 8 + 24 - Math.clz32(bytes[start] ?? 0);
}

/** What stands behind a length of `width` bytes; null when there is less. */
export function sizedAt(bytes: Buffer, at: number, width: 1 | 2 | 3): Buffer | null {
  const length = uint(bytes, at, width);
  if (length === null || at + width + length > bytes.length) return null;
  return bytes.subarray(at + width, at + width + length);
}

function uint(bytes: Buffer, at: number, width: 1 | 2 | 3): number | null {
  return at + width > bytes.length ? null : bytes.readUIntBE(at, width);
}
