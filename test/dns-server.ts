// A DNS server on loopback that knows what a test tells it: real questions, real answers, nothing beyond this machine.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';

export type DnsServer = {
  /** As `GLASSPOST_DNS` takes it. */
  readonly address: string;
  /** Texts of a name; a name that is not here does not exist. */
  readonly texts: Map<string, readonly string[]>;
  readonly exchanges: Map<string, readonly string[]>;
  /** IPv4. */
  readonly addresses: Map<string, readonly string[]>;
  /** Asks this server, as a reader of mails would. */
  readonly resolver: Resolver;
  /** While true no question is answered. */
  silent: boolean;
  readonly close: () => void;
};

const types = {
  1: { of: 'addresses', written: (address: string) => Buffer.from(address.split('.').map(Number)) },
  15: { of: 'exchanges', written: exchangeOf },
  16: { of: 'texts', written: textOf },
} as const;
type Type = keyof typeof types;
type Known = Readonly<Record<(typeof types)[Type]['of'], Map<string, readonly string[]>>>;

export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const server = {
    address: `127.0.0.1:${socket.address().port}`,
    texts: new Map<string, readonly string[]>(),
    exchanges: new Map<string, readonly string[]>(),
    addresses: new Map<string, readonly string[]>(),
    resolver,
    silent: false,
    close: () => void socket.close(),
  };
  resolver.setServers([server.address]);
  socket.on('message', (question, from) => {
    if (!server.silent) socket.send(answerTo(question, server), from.port, from.address);
  });
  return server;
}

/** RFC 1035 §4.1; the name of an answer points to the one in the question. */
function answerTo(question: Buffer, known: Known): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const asked = question.subarray(12, at + 5);
  const type = question.readUInt16BE(at + 1);
  const name = labels.join('.').toLowerCase();
  const asking = isType(type) ? types[type] : null;
  const found = asking === null ? [] : (known[asking.of].get(name) ?? []).map(asking.written);
  const exists = Object.values(types).some(({ of }) => known[of].has(name));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(question.readUInt16BE(0), 0);
  head.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found.length, 6);
  const answers = found.map((rest) => {
    const fixed = Buffer.alloc(12);
    fixed.writeUInt16BE(0xc00c, 0);
    fixed.writeUInt16BE(type, 2);
    fixed.writeUInt16BE(1, 4);
    fixed.writeUInt32BE(0, 6);
    fixed.writeUInt16BE(rest.length, 10);
    return Buffer.concat([fixed, rest]);
  });
  return Buffer.concat([head, asked, ...answers]);
}

function isType(type: number): type is Type {
  return Object.hasOwn(types, type);
}

/** A text in strings of at most 255 bytes. */
function textOf(text: string): Buffer {
  const parts = text.match(/.{1,255}/gsu) ?? [''];
  return Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length]), Buffer.from(part, 'latin1')]));
}

function exchangeOf(host: string): Buffer {
  const labels = host === '.' ? [] : host.split('.');
  const name = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([Buffer.from([0, 10]), ...name, Buffer.from([0])]);
}
