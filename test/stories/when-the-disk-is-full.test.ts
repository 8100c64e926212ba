import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBusyShop } from './busy-shop.ts';
import { mountSmallDisk } from './full-disk.ts';
import { serveProgram } from './running-program.ts';

const fullMs = 4_000;
const goesOnMs = 3_000;
const diskMegabytes = 200;

const home = mkdtempSync(join(tmpdir(), 'glasspost-full-'));
const folder = join(home, 'data');
mkdirSync(folder, { mode: 0o755 });
const disk = mountSmallDisk(folder, diskMegabytes);
after(() => {
  disk?.unmount();
  rmSync(home, { recursive: true, force: true });
});

test(
  'On a full disk every call is told when to come back; what was acknowledged is kept, and with space it goes on by itself.',
  { skip: disk === null ? 'only root may mount a small disk' : false },
  async (t) => {
    if (disk === null) return;
    const running = await serveProgram(home);
    const shop = openBusyShop(running, 'FULL');
    t.after(shop.stop);
    await sleep(1_000);
    t.after(running.program.stop);
    const before = shop.taken.size;
    disk.fill();
    const fullAt = performance.now();
    await sleep(fullMs);
    const meanwhile = shop.outcomes.filter(({ sentAt }) => sentAt > fullAt);
    assert.equal((await running.call('GET', '/healthz')).status, 200);
    const kept = [...shop.taken.keys()];
    for (const number of kept) assert.equal((await running.call('GET', `/v1/orders/${number}`)).status, 200, number);
    disk.clear();
    const clearAt = performance.now();
    await sleep(goesOnMs);
    await shop.stop();

    const refused = meanwhile.filter(({ status }) => status !== 200);
    assert.ok(before > 0 && refused.length > 10, 'it was full');
    for (const { status, retryAfter } of refused) assert.deepEqual([status, Number(retryAfter) > 0], [503, true]);
    const later = shop.outcomes.filter(({ sentAt }) => sentAt > clearAt + 1_000);
    assert.ok(later.length > 10);
    assert.deepEqual(
      later.filter(({ status }) => status !== 200),
      [],
    );
    for (const number of shop.taken.keys()) {
      assert.equal((await running.call('GET', `/v1/orders/${number}`)).status, 200, `${number} was acknowledged`);
    }
    t.diagnostic(`${refused.length} of ${meanwhile.length} calls answered 503 while it was full`);
  },
);
