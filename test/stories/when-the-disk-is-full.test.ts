import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBusyShop } from './busy-shop.ts';
import { mountSmallDisk } from './full-disk.ts';
import { serveProgram } from './running-program.ts';

const home = mkdtempSync(join(tmpdir(), 'glasspost-full-'));
const folder = join(home, 'data');
mkdirSync(folder, { mode: 0o755 });
const disk = mountSmallDisk(folder, 200);
after(() => {
  disk?.unmount();
  rmSync(home, { recursive: true, force: true });
});

test('On a full disk', { skip: disk === null ? 'no small disk may be mounted here' : false }, async (t) => {
  if (disk === null) return;
  const running = await serveProgram(home);
  try {
    const shop = openBusyShop(running, 'FULL');
    await sleep(1_000);
    disk.fill();
    const fullAt = performance.now();
    await sleep(Number(process.env['FULL'] ?? 5) * 1000);
    const clearAt = performance.now();
    disk.clear();
    await sleep(6_000);
    await shop.stop();
    const count = (from: number, to: number) => {
      const c: Record<string, number> = {};
      for (const o of shop.outcomes) if (o.sentAt >= from && o.sentAt < to) c[`${o.status} ${o.retryAfter}`] = (c[`${o.status} ${o.retryAfter}`] ?? 0) + 1;
      return c;
    };
    console.error('before', count(0, fullAt), 'while', count(fullAt, clearAt), 'after', count(clearAt, Infinity));
    console.error((await import('node:fs')).readFileSync(join(folder, 'postgres/postgres.log'), 'utf8').split('\n').slice(-25).join('\n'));
    for (const number of shop.taken.keys()) {
      const read = await running.call('GET', `/v1/orders/${number}`);
      assert.equal(read.status, 200, `${number} was acknowledged: ${read.text}`);
    }
  } finally {
    await running.program.stop();
  }
});
