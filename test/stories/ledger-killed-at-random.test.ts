import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../../bench/ledger/kills.ts';
import { openTestDatabase } from '../database.ts';

const { url, close } = await openTestDatabase();
const keysFolder = mkdtempSync(join(tmpdir(), 'glasspost-test-keys-'));
after(async () => {
  await close();
  rmSync(keysFolder, { recursive: true, force: true });
});

test('Whenever a process is killed, everything that was recorded has its entry once, and nothing that was signed is gone.', async (t) => {
  const report = await run({ url, keysFolder, killDatabase: null, rounds: 4, msMax: 4_000 });
  t.diagnostic(`${report.kills} kills, ${report.records} records, ${report.seen} checkpoints seen`);
  assert.deepEqual(report.wrong, []);
  assert.ok(report.kills > 0 && report.records > 0 && report.size === report.records);
});
