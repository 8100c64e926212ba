// A server that answers hellos with what no library speaks any more. It goes no further than its ServerHelloDone.
import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import {
  extensionCodes,
  sized,
  suiteFallback,
  uint16,
  versionCodes,
  type Version,
} from '../../src/tls/scanner/handshake/hello.ts';
import { suites } from '../../src/tls/scanner/handshake/suites.ts';
import { listening, type Zoo } from './listening.ts';

export type RawServer = {
  readonly versions: readonly Exclude<Version, 'TLSv1.3'>[];
  /** IANA's names, in the server's order. */
  readonly suites: readonly string[];
  readonly chain: readonly Buffer[];
  readonly ssl2?: boolean;
  readonly compression?: boolean;
  readonly heartbeat?: boolean;
  readonly insecureRenegotiation?: boolean;
  readonly acceptsFallback?: boolean;
};

type Hello = {
  readonly version: number;
  readonly suites: readonly number[];
  readonly compresses: boolean;
  readonly heartbeats: boolean;
};

const codes = new Map([...suites.values()].map(({ name, code }) => [name, code]));
const secp256r1 = 0x0017;

export async function rawServer(conduct: RawServer): Promise<Zoo> {
  return await listening(
    createServer((socket) => {
      socket.on('error', () => {});
      let bytes: Buffer = Buffer.alloc(0);
      let isAnswered = false;
      socket.on('data', (chunk) => {
        // Whoever goes on gets no further here.
        if (isAnswered) socket.destroy();
        bytes = Buffer.concat([bytes, Buffer.from(chunk)]);
        isAnswered ||= isWhole(bytes);
        if (isAnswered && !socket.destroyed) answer(socket, bytes, conduct);
      });
    }),
  );
}

function isHello2(bytes: Buffer): boolean {
  return (bytes[0] ?? 0) >= 0x80;
}

function isWhole(bytes: Buffer): boolean {
  if (bytes.length < 5) return false;
  return bytes.length >= (isHello2(bytes) ? 2 + (bytes.readUInt16BE(0) & 0x7fff) : 5 + bytes.readUInt16BE(3));
}

function answer(socket: Socket, bytes: Buffer, conduct: RawServer): void {
  if (isHello2(bytes)) {
    if (conduct.ssl2 === true) socket.write(serverHello2(conduct.chain));
    else socket.destroy();
    return;
  }
  socket.write(flightTo(helloIn(bytes.subarray(9)), conduct));
}

function serverHello2([leaf = Buffer.alloc(0)]: RawServer['chain']): Buffer {
  const specs = Buffer.of(1, 0, 0x80);
  const head = [Buffer.of(4, 0, 1), uint16(2), uint16(leaf.length), uint16(specs.length), uint16(16)];
  const body = Buffer.concat([...head, leaf, specs, randomBytes(16)]);
  return Buffer.concat([uint16(0x8000 | body.length), body]);
}

function helloIn(body: Buffer): Hello {
  const at = 35 + body.readUInt8(34);
  const length = body.readUInt16BE(at);
  const offered = Array.from({ length: length / 2 }, (_, place) => body.readUInt16BE(at + 2 + place * 2));
  const methods = at + 2 + length;
  const rest = body.subarray(methods + 1 + body.readUInt8(methods));
  const isModern = rest.includes(Buffer.from('002b0003020304', 'hex'));
  return {
    version: isModern ? 0x0304 : body.readUInt16BE(0),
    suites: offered,
    compresses: body.subarray(methods + 1, methods + 1 + body.readUInt8(methods)).includes(1),
    heartbeats: rest.includes(Buffer.from('000f000101', 'hex')),
  };
}

function flightTo(hello: Hello, conduct: RawServer): Buffer {
  const spoken = conduct.versions.map((version) => versionCodes[version]);
  const version = Math.max(0, ...spoken.filter((code) => code <= hello.version));
  if (hello.version === versionCodes['TLSv1.3'] || version === 0) return alert(70);
  const fallsBack = hello.suites.includes(suiteFallback) && Math.max(...spoken) > hello.version;
  if (fallsBack && conduct.acceptsFallback !== true) return alert(86);
  const code = conduct.suites.map((name) => codes.get(name) ?? 0).find((one) => hello.suites.includes(one));
  const suite = suites.get(code ?? -1);
  if (suite === undefined) return alert(40);
  const messages = [
    message(2, serverHello(version, suite.code, hello, conduct)),
    ...(suite.anonymous ? [] : [message(11, sized(3, ...conduct.chain.map((der) => sized(3, der))))]),
    ...(suite.keyExchange === 'ECDHE' ? [message(12, curveExchange())] : []),
    message(14, Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.of(22), uint16(version), sized(2, ...messages)]);
}

function serverHello(version: number, suite: number, hello: Hello, conduct: RawServer): Buffer {
  const extensions = [
    ...(conduct.insecureRenegotiation === true ? [] : [extension('renegotiation', Buffer.of(0))]),
    ...(conduct.heartbeat === true && hello.heartbeats ? [extension('heartbeat', Buffer.of(1))] : []),
  ];
  return Buffer.concat([
    uint16(version),
    randomBytes(32),
    Buffer.of(0),
    uint16(suite),
    Buffer.of(conduct.compression === true && hello.compresses ? 1 : 0),
    ...(extensions.length === 0 ? [] : [sized(2, ...extensions)]),
  ]);
}

function curveExchange(): Buffer {
  const point = Buffer.concat([Buffer.of(4), randomBytes(64)]);
  return Buffer.concat([Buffer.of(3), uint16(secp256r1), sized(1, point), uint16(0x0401), sized(2, randomBytes(256))]);
}

function extension(name: keyof typeof extensionCodes, content: Buffer): Buffer {
  return Buffer.concat([uint16(extensionCodes[name]), sized(2, content)]);
}

function message(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type), sized(3, body)]);
}

function alert(code: number): Buffer {
  return Buffer.of(21, 3, 1, 0, 2, 2, code);
}
