import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBusyShop, type BusyShop } from './busy-shop.ts';
import { callerOf, parcelsIn } from './calls.ts';
import { databaseProcess } from './database-process.ts';
import { onDatabase, serveProgram } from './running-program.ts';
import { startMailServer } from './theft/mail-server.ts';

const home = mkdtempSync(join(tmpdir(), 'glasspost-away-'));
const mail = await startMailServer();
const running = await serveProgram(home, { GLASSPOST_SMTP_URL: mail.url });
const cluster = join(home, 'data', 'postgres', 'cluster');
/** Without it PostgreSQL does not start. */
const control = join(cluster, 'global', 'pg_control');
after(async () => {
  await running.program.stop();
  await mail.close();
  rmSync(home, { recursive: true, force: true });
});

const awayMs = 5_000;
/** Jobs that a worker held when it lost the database are given free by the next look for dead workers. */
const patienceMs = 60_000;

async function until(what: string, isSo: () => Promise<boolean>): Promise<number> {
  const begun = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - begun < patienceMs, `waited in vain: ${what}`);
    await sleep(50);
  }
  return Math.round(performance.now() - begun);
}

async function count(statement: string, ...values: readonly unknown[]): Promise<number> {
  return await onDatabase(running.databaseUrl, async (client) => {
    const found = await client.query<{ count: string }>(statement, [...values]);
    return Number(found.rows[0]?.count);
  });
}

/** Whatever was acknowledged is there, and every follower has read what it has to read. */
async function nothingIsLost(shop: BusyShop): Promise<void> {
  for (const number of shop.taken.keys()) {
    const read = await running.call('GET', `/v1/orders/${number}`);
    assert.equal(read.status, 200, `${number} was acknowledged`);
    if (shop.moved.has(number))
      assert.equal(parcelsIn(read)[0]?.milestone, 'accepted', `the scan of ${number} was acknowledged`);
  }
  const behind = 'select count(*) from facts.cursor c join facts.lane l using (lane) where l.seq > c.seq';
  await until('every follower has read everything', async () => (await count(behind)) === 0);
  assert.equal(await count('select count(*) from facts.parked'), 0);
}

/** Facts that are due and have neither been sent nor refused nor put off by the mail server. */
async function unsent(): Promise<number> {
  return await count(
    `select count(*) from notices.told t left join notices.outcome o using (person_id, notice_id)
     left join notices.attempt a using (person_id, notice_id)
     where t.verdict = 'due' and o.notice_id is null and a.notice_id is null`,
  );
}

test('Connections that break in the middle of everything lose nothing that was acknowledged.', async (t) => {
  const shop = openBusyShop(running, 'BROKEN');
  t.after(shop.stop);
  for (let time = 0; time < 8; time += 1) {
    await sleep(250);
    await count(
      `select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
    );
  }
  await sleep(500);
  await shop.stop();
  const statuses = [...new Set(shop.outcomes.map(({ status }) => status))].toSorted((a, b) => a - b);
  assert.deepEqual(
    statuses.filter((status) => status !== 200 && status !== 503),
    [],
    statuses.join(' '),
  );
  assert.ok(shop.taken.size > 10);
  await nothingIsLost(shop);
  const refused = shop.outcomes.filter(({ status }) => status === 503).length;
  t.diagnostic(`${shop.taken.size} orders taken, ${refused} of ${shop.outcomes.length} calls answered 503`);
});

test('A database that is killed comes back by itself.', async (t) => {
  const shop = openBusyShop(running, 'KILLED');
  t.after(shop.stop);
  await sleep(500);
  await databaseProcess(cluster).kill();
  const goneAt = performance.now();
  const again = await until('orders are taken again', async () =>
    shop.outcomes.some((one) => one.sentAt > goneAt && one.status === 200),
  );
  await shop.stop();
  await nothingIsLost(shop);
  t.diagnostic(`taken again ${again} ms after the kill`);
});

test('While the database is away every call is told when to come back, and afterwards everything goes on by itself.', async (t) => {
  const shop = openBusyShop(running, 'AWAY');
  t.after(shop.stop);
  await sleep(1_000);
  const [link] = shop.taken.values();
  const stream = await openStream(link ?? '');
  renameSync(control, `${control}.away`);
  await databaseProcess(cluster).kill();
  const goneAt = performance.now();
  const page = await callerOf(running.port)('GET', link ?? '', { headers: { accept: 'text/html' } });
  assert.deepEqual([page.status, page.headers.get('content-type')], [503, 'text/html; charset=utf-8']);
  assert.ok(Number(page.headers.get('retry-after')) > 0);
  assert.equal((await running.call('GET', '/healthz')).status, 200);
  assert.equal((await running.call('GET', '/readyz')).status, 503);
  await sleep(awayMs);
  const away = { from: goneAt, until: performance.now() };
  renameSync(`${control}.away`, control);
  const backAt = performance.now();
  const again = await until('orders are taken again', async () =>
    shop.outcomes.some((one) => one.sentAt > backAt && one.status === 200),
  );
  await sleep(1_000);
  await shop.stop();

  const meanwhile = shop.outcomes.filter(({ sentAt }) => sentAt > away.from && sentAt < away.until - 1_000);
  assert.ok(meanwhile.length > 5);
  for (const { status, retryAfter } of meanwhile) assert.deepEqual([status, Number(retryAfter) > 0], [503, true]);
  const slowest = Math.max(...meanwhile.map(({ ms }) => ms));
  const others = shop.outcomes.filter(({ status }) => status !== 200 && status !== 503);
  assert.deepEqual(others, []);
  await nothingIsLost(shop);
  await until('it listens again', async () => {
    return (await count(`select count(*) from pg_stat_activity where application_name = 'glasspost listen'`)) > 0;
  });
  await follow(stream, link ?? '');
  await until('every mail has gone its way', async () => (await unsent()) === 0);
  t.diagnostic(
    `away for ${Math.round(away.until - away.from)} ms: ${meanwhile.length} calls answered 503, the slowest after ` +
      `${Math.round(slowest)} ms; taken again ${again} ms after the database could come back, ` +
      `the last mail sent ${Math.round((performance.now() - backAt) / 1_000)} s after it`,
  );
});

type Stream = { readonly told: () => number; readonly close: () => void };

async function openStream(link: string): Promise<Stream> {
  const patience = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${running.port}${link}/live`, { signal: patience.signal });
  let text = '';
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) text += new TextDecoder().decode(chunk);
  })();
  reading.catch(() => {});
  return { told: () => text.split('data: changed').length - 1, close: () => patience.abort() };
}

/** A page that was open all the time still hears of what is new. */
async function follow(stream: Stream, link: string): Promise<void> {
  const before = stream.told();
  const number = /AWAY-\d+/.exec((await callerOf(running.port)('GET', link)).text)?.[0] ?? '';
  const scan = {
    carrier: 'dhl',
    tracking_number: number,
    code: 'in_transit.sorted',
    local_time: '2026-01-01T10:00:00',
  };
  const taken = await running.call('POST', '/v1/scans', { body: { scans: [scan] } });
  assert.deepEqual(taken.body, { accepted: 1, duplicates: 0, rejected: [] });
  await until('the open page hears of it', async () => Promise.resolve(stream.told() > before));
  stream.close();
}
