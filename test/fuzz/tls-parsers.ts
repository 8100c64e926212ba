// What strangers' servers answer to a scan.
import { createAuthority } from '#kit/certificate';
import { isAnswered, isHello2, readAnswer } from '../../src/tls/scanner/handshake/answer.ts';
import { readChain, rootsIn } from '../../src/tls/scanner/handshake/chain.ts';
import { clientHello, sized, uint16 } from '../../src/tls/scanner/handshake/hello.ts';
import { createShare, readSealedFlight } from '../../src/tls/scanner/handshake/sealed-flight.ts';
import { bytesParser, type Parser } from './parser.ts';

const authority = createAuthority('Fuzz');
const { certPem } = authority.issue(['shop.example']);
const der = Buffer.from(certPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
const roots = rootsIn(authority.caPem);
const share = createShare(0x001d);
const sent = clientHello({ version: 'TLSv1.3', suites: [0x1301], keyShare: share, serverName: 'shop.example' });

function serverHello(suite: number, ...extensions: readonly Buffer[]): Buffer {
  const parts = [uint16(0x0303), Buffer.alloc(32, 7), sized(1), uint16(suite), Buffer.of(0), sized(2, ...extensions)];
  return Buffer.concat([Buffer.of(2), sized(3, ...parts)]);
}

function record(type: number, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(type, 3, 3), sized(2, ...parts)]);
}

const list = Buffer.concat([Buffer.of(11), sized(3, sized(3, sized(3, der), sized(3, der)))]);
const exchange = Buffer.concat([Buffer.of(12), sized(3, Buffer.of(3, 0, 0x1d), sized(1, share.key))]);
const older = record(
  22,
  serverHello(0xc02f, uint16(0xff01), sized(2, Buffer.of(0))),
  list,
  exchange,
  Buffer.of(14, 0, 0, 0),
);
const chosen = [uint16(43), sized(2, uint16(0x0304)), uint16(51), sized(2, uint16(0x001d), sized(2, share.key))];
const newer = Buffer.concat([record(22, serverHello(0x1301, ...chosen)), record(23, Buffer.alloc(80, 3))]);
const ssl2 = Buffer.from('8015040001000200000003001001008000112233445566', 'hex');

export const tlsParsers: readonly Parser[] = [
  bytesParser('tls answer', [older, newer, ssl2, Buffer.of(21, 3, 1, 0, 2, 2, 70)], (bytes) => {
    const read = Buffer.from(bytes);
    return [isAnswered(read), isHello2(read), readSealedFlight(sent.subarray(5), readAnswer(read), share)];
  }),
  bytesParser('tls chain', [der], (bytes) => readChain([Buffer.from(bytes), der], 'shop.example', roots), {
    share: 0.2,
  }),
];
