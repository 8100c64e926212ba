import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openProber } from '#kit/egress';
import { good, type Kept } from '../../../../test/zoo/servers.ts';
import { readAnswer } from './answer.ts';
import { clientHello } from './hello.ts';
import { createShare, readableSuites, readSealedFlight, shareGroups } from './sealed-flight.ts';

const kept: Kept = good.find(({ name }) => name === 'TLS 1.2 and 1.3') ?? assert.fail();

async function flightWith(group: number, suites: readonly number[]) {
  using zoo = await kept.start();
  const target = { host: 'shop.example', port: zoo.port, address: '127.0.0.1', allowPrivate: true, allowPublic: false };
  const prober = await openProber(target);
  const share = createShare(group);
  const offer = { version: 'TLSv1.3', suites, groups: [group], keyShare: share, serverName: 'shop.example' } as const;
  const hello = clientHello(offer);
  const read = (bytes: Buffer) => readSealedFlight(hello.subarray(5), readAnswer(bytes), share);
  const { bytes } = await prober.exchange(hello, (some) => read(some) !== null || readAnswer(some).alert !== null);
  return { bytes, read };
}

suite('what a server seals in TLS 1.3 is read with every suite and group that it speaks', () => {
  for (const code of readableSuites) {
    for (const group of shareGroups) {
      test(`${code.toString(16)} over ${group.toString(16)}`, async () => {
        const { bytes, read } = await flightWith(group, [code]);
        const flight = read(bytes);
        // The server of the zoo has every group but P-521.
        if (group === 0x0019) assert.equal(readAnswer(bytes).alert, 40);
        else assert.deepEqual([flight?.alpn, flight?.certificates.length, flight?.stapled], ['h2', 2, false]);
      });
    }
  }
});

test('what a server sends behind its last word, under another key, takes nothing away', async () => {
  const { bytes, read } = await flightWith(0x001d, readableSuites);
  const more = Buffer.concat([Buffer.of(23, 3, 3, 0, 40), Buffer.alloc(40, 7)]);
  assert.equal(read(Buffer.concat([bytes, more]))?.certificates.length, 2);
  assert.equal(read(bytes.subarray(0, -1)), null);
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  assert.equal(read(damaged), null);
});
