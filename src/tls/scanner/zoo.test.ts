import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { realClock } from '#kit/clock';
import { scanTls, type TlsScanned } from '#tls';
import { believed, broken, good, type Kept } from '../../../test/zoo/servers.ts';
import { tlsCodes } from './words.ts';

const twoYears = 63_072_000;

async function scan(kept: Kept): Promise<TlsScanned> {
  using zoo = await kept.start();
  return await scanTls({
    host: kept.host ?? 'shop.example',
    port: zoo.port,
    address: '127.0.0.1',
    caPem: believed,
    allowPrivate: true,
    hstsSeconds: twoYears,
    clock: realClock,
  });
}

function codesOf({ findings }: TlsScanned, isNote: boolean): readonly string[] {
  return findings
    .filter(({ severity }) => (severity === 'note') === isNote)
    .map(({ code }) => code)
    .toSorted();
}

suite('the scanner finds what is wrong with a server, and nothing else', () => {
  for (const kept of broken) {
    test(kept.name, async () => {
      const scanned = await scan(kept);
      assert.deepEqual(codesOf(scanned, false), kept.found.toSorted());
      assert.deepEqual(codesOf(scanned, true), kept.notes.toSorted());
      assert.equal(scanned.grade, kept.grade);
    });
  }
});

suite('the scanner has nothing to say about a good server', () => {
  for (const kept of good) {
    test(kept.name, async () => {
      const scanned = await scan(kept);
      assert.deepEqual(scanned.findings, []);
      assert.equal(scanned.grade, kept.grade);
    });
  }
});

test('everything that can be found stands in the zoo, but for what takes a public authority or a page', () => {
  const kept = new Set(broken.flatMap(({ found, notes }) => found.concat(notes)));
  assert.deepEqual(
    tlsCodes.filter((code) => !kept.has(code)),
    ['too_few_timestamps', 'hsts_short'],
  );
});
