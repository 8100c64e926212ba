// How long it takes a stranger to check a whole ledger over HTTP on loopback, and to check again what is new with a copy at
// hand; against hashing as many entries alone. And what proofs weigh.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestLog, serveFiles, testEntry, writeOwnPart } from '../../test/fixtures/test-log.ts';
import { sha256 } from '../../src/privacy/ledger/log-keys.ts';
import { utf8 } from '../../src/privacy/ledger/tree/bytes.ts';
import { ledgerAddress, urlSource } from '../../src/privacy/verifier/fetching.ts';
import { verifyPlace } from '../../src/privacy/verifier/verify-place.ts';
import { figure, type Figure } from '../parts/figures.ts';

const entries = 300_000;
const more = 1_000;

export async function run(): Promise<readonly Figure[]> {
  const log = createTestLog();
  log.append(Array.from({ length: entries }, (_, at) => testEntry(at + 1)));
  const files = await serveFiles(log.get);
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-bench-'));
  const source = urlSource(ledgerAddress(files.url));
  const verify = async (): Promise<number> => {
    const begun = performance.now();
    const verdict = await verifyPlace({ source, save: folder, keys: null, all: false, progress: () => {} });
    if (verdict.wrong !== null) throw new Error(verdict.wrong.what);
    return (performance.now() - begun) / 1_000;
  };
  try {
    const begun = performance.now();
    for (const text of log.texts) sha256(utf8(text));
    const alone = (performance.now() - begun) / 1_000;
    const whole = await verify();
    log.append(Array.from({ length: more }, (_, at) => testEntry(entries + at + 1)));
    files.asked.length = 0;
    const again = await verify();
    return [
      figure('entries checked/s', entries / whole, { reference: entries / alone, against: 'hashed alone' }),
      figure(`seconds for ${more} more of ${entries}`, again),
      figure(`files asked for ${more} more`, files.asked.length),
      figure('bytes of a proof', Buffer.byteLength(log.proofOf(4_711))),
      figure('bytes with what was entered', Buffer.byteLength(log.proofOf(4_711, writeOwnPart(testEntry(4_712))))),
      figure('megabytes in memory at the end', process.memoryUsage().rss / 2 ** 20),
    ];
  } finally {
    files.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
