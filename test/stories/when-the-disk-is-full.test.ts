import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { openBusyShop, type Outcome } from './busy-shop.ts';
import { databaseProcess } from './database-process.ts';
import { mountSmallDisk } from './full-disk.ts';
import { onDatabase, serveProgram, type RunningProgram } from './running-program.ts';

/** Until the last connection of before has heard that it is gone. */
const settledMs = 1_000;
const takenMin = 5;
const refusedMin = 50;
const patienceMs = 30_000;
const diskMegabytes = 260;

const home = mkdtempSync(join(tmpdir(), 'glasspost-full-'));
const folder = join(home, 'data');
mkdirSync(folder, { mode: 0o755 });
const disk = mountSmallDisk(folder, diskMegabytes);
const skip = disk === null ? 'only root may mount a small disk' : false;
const running = disk === null ? null : await serveProgram(home);
after(async () => {
  await running?.program.stop();
  disk?.unmount();
  rmSync(home, { recursive: true, force: true });
});

test(
  'On a full disk every call is told when to come back; what was acknowledged is kept, and with space it goes on by itself.',
  { skip },
  async (t) => {
    if (disk === null || running === null) return;
    await onDatabase(running.databaseUrl, async (client) => client.query('select pg_switch_wal()'));
    await goThroughFullDisk(t, running, disk, 'FULL');
  },
);

test(
  'A full disk that ends the database leaves everybody what was there to read, and with space changes are taken again.',
  { skip },
  async (t) => {
    if (disk === null || running === null) return;
    const before = await startedAt(running);
    const fill = async (): Promise<void> => {
      disk.fill();
      await fillLogOfChanges(running);
    };
    const clear = async (): Promise<void> => {
      // Somebody gives a little back, not enough to lay the reserve by again: what ends now must not spend it.
      const ballast = join(folder, 'ballast');
      truncateSync(ballast, statSync(ballast).size - 30 * 1024 ** 2);
      const full = await startedAt(running);
      await databaseProcess(join(folder, 'postgres', 'cluster')).kill();
      await until(async () => (await startedAt(running).catch(() => full)) !== full);
      assert.equal(await onDatabase(running.databaseUrl, readsOnly), 'on');
      disk.clear();
    };
    await goThroughFullDisk(t, running, { fill, clear }, 'ENDED');
    assert.notEqual(await startedAt(running), before, 'it had ended');
  },
);

async function goThroughFullDisk(
  t: TestContext,
  { call }: RunningProgram,
  { fill, clear }: { readonly fill: () => void | Promise<void>; readonly clear: () => void | Promise<void> },
  name: string,
): Promise<void> {
  const shop = openBusyShop({ call }, name);
  t.after(shop.stop);
  const since = (sentFrom: number): readonly Outcome[] => shop.outcomes.filter(({ sentAt }) => sentAt > sentFrom);
  const isRead = async (number: string): Promise<boolean> => (await call('GET', `/v1/orders/${number}`)).status === 200;
  await until(() => shop.taken.size >= takenMin);
  await fill();
  const fullAt = performance.now();
  await until(() => since(fullAt).filter(({ status }) => status === 503).length >= refusedMin);
  assert.equal((await call('GET', '/healthz')).status, 200);
  const readMs = await until(async () => await isRead([...shop.taken.keys()][0] ?? ''));
  for (const number of [...shop.taken.keys()]) assert.ok(await isRead(number), `${number} can be read`);
  const meanwhile = since(fullAt);
  await clear();
  const clearAt = performance.now();
  const againMs = await until(() => since(clearAt).some(({ status }) => status === 200));
  await sleep(settledMs);
  const settledAt = performance.now();
  await until(() => since(settledAt).length >= takenMin);
  await shop.stop();

  const refused = meanwhile.filter(({ status }) => status !== 200);
  for (const { status, retryAfter } of refused) assert.deepEqual([status, Number(retryAfter) > 0], [503, true]);
  assert.deepEqual(
    since(settledAt).filter(({ status }) => status !== 200),
    [],
  );
  for (const number of shop.taken.keys()) assert.ok(await isRead(number), `${number} was acknowledged`);
  t.diagnostic(
    `${refused.length} of ${meanwhile.length} calls answered 503 while it was full; ` +
      `read after ${readMs} ms; taken again after ${againMs} ms of space`,
  );
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<number> {
  const begun = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - begun < patienceMs, 'waited in vain');
    await sleep(50);
  }
  return Math.round(performance.now() - begun);
}

const logFilesMax = 8;

/** PostgreSQL's log of changes grows until it needs another file: without space for it, the database ends. */
async function fillLogOfChanges({ databaseUrl }: RunningProgram): Promise<void> {
  const file = `select pg_logical_emit_message(false, '', repeat('x', 100000)) from generate_series(1, 160)`;
  const fillAll = async (client: Client): Promise<void> => {
    for (let files = 0; files < logFilesMax; files += 1) await client.query(file);
  };
  await assert.rejects(onDatabase(databaseUrl, fillAll));
}

async function readsOnly(client: Client): Promise<string> {
  const { rows } = await client.query<{ only: string }>(
    `select current_setting('default_transaction_read_only') as only`,
  );
  return String(rows[0]?.only);
}

async function startedAt({ databaseUrl }: RunningProgram): Promise<string> {
  const asked = `select pg_postmaster_start_time()::text as at`;
  return await onDatabase(databaseUrl, async (client) =>
    String((await client.query<{ at: string }>(asked)).rows[0]?.at),
  );
}
