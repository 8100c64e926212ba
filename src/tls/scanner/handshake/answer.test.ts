import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAnswered, isHello2, readAnswer } from './answer.ts';
import { clientHello, clientHello2, sized, uint16 } from './hello.ts';

function handshake(version: number, ...messages: readonly (readonly [type: number, body: Buffer])[]): Buffer {
  const bytes = messages.map(([type, body]) => Buffer.concat([Buffer.of(type), sized(3, body)]));
  return Buffer.concat([Buffer.of(22), uint16(version), sized(2, ...bytes)]);
}

const random = Buffer.alloc(32, 7);
const helloWith = (suite: number): Buffer =>
  Buffer.concat([uint16(0x0303), random, sized(1), uint16(suite), Buffer.of(0)]);
const flight = handshake(
  0x0303,
  [2, helloWith(0xc02f)],
  [11, sized(3, sized(3, Buffer.from('one')), sized(3, Buffer.from('two')))],
  [12, Buffer.concat([Buffer.of(3), uint16(0x001d), sized(1, random)])],
  [14, Buffer.alloc(0)],
);

test('a flight of TLS 1.2 is read whole, over records that split its messages', () => {
  const body = flight.subarray(5);
  const split = [body.subarray(0, 10), body.subarray(10, 60), body.subarray(60)];
  const records = split.map((part) => Buffer.concat([Buffer.of(22, 3, 3), sized(2, part)]));
  for (const bytes of [flight, Buffer.concat(records)]) {
    const { hello: chosen, certificates, curve, done } = readAnswer(bytes);
    assert.deepEqual([chosen?.version, chosen?.suite, curve, done], ['TLSv1.2', 0xc02f, 0x001d, true]);
    assert.deepEqual(certificates.map(String), ['one', 'two']);
  }
});

test('a part of a flight is never more than the whole, wherever it ends', () => {
  for (let end = 0; end < flight.length; end += 1) {
    const part = flight.subarray(0, end);
    assert.equal(isAnswered(part), false);
    assert.deepEqual(readAnswer(part).hello, null);
  }
  assert.equal(isAnswered(flight), true);
});

test('a retry names a group and agrees on nothing', () => {
  const retry = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
  const extensions = [...[uint16(43), sized(2, uint16(0x0304))], ...[uint16(51), sized(2, uint16(0x11ec))]];
  const body = [uint16(0x0303), retry, sized(1), uint16(0x1301), Buffer.of(0), sized(2, ...extensions)];
  const read = readAnswer(handshake(0x0303, [2, Buffer.concat(body)])).hello;
  assert.deepEqual([read?.version, read?.isRetry, read?.keyShare?.group], ['TLSv1.3', true, 0x11ec]);
});

test('a prime has its length in bits, however many zeros stand before it', () => {
  for (const bits of [512, 768, 1_024, 1_025, 2_048, 6_144, 8_192]) {
    const prime = Buffer.alloc(Math.ceil(bits / 8) + 1, 0xff);
    prime[0] = 0;
    prime[1] = 0xff >> ((8 - (bits % 8)) % 8);
    const body = Buffer.concat([sized(2, prime), sized(2, Buffer.of(2)), sized(2, prime), Buffer.alloc(300)]);
    const { curve, primeBits } = readAnswer(handshake(0x0303, [2, helloWith(0x009e)], [12, body]));
    assert.deepEqual([curve, primeBits], [null, bits]);
  }
});

test('SSL 2 is heard, and TLS is not taken for it', () => {
  const answer = Buffer.from('8015040001000200000003001001008000112233445566', 'hex');
  assert.equal(isHello2(answer), true);
  assert.equal(isHello2(flight), false);
  assert.equal(isHello2(Buffer.of(21, 3, 1, 0, 2, 2, 70, 0, 0, 0, 0)), false);
});

test('a hello says what it was asked to say', () => {
  const named = clientHello({ version: 'TLSv1.2', suites: [0xc02f], serverName: 'shop.example', fallback: true });
  assert.equal(named.readUInt16BE(3), named.length - 5);
  assert.ok(named.includes('shop.example') && named.includes(Buffer.from('c02f00ff5600', 'hex')));
  // SSL 3 and SSL 2 know no extensions.
  assert.equal(clientHello({ version: 'SSLv3', suites: [5], serverName: 'shop.example' }).includes('shop'), false);
  assert.equal(clientHello2().readUInt16BE(0) & 0x7fff, clientHello2().length - 2);
});
