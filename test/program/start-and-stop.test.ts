import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { callerOf } from '../stories/calls.ts';
import { assertEnded, command, livingIn, newHome, portOf, skip, start, type Home } from './running.ts';

const linesMax = 8;

async function keyOf(home: Home): Promise<string> {
  const made = await command(home, ['key', 'create', '--scope', 'all', '--json']);
  assert.equal(made.code, 0, made.err);
  const { key } = JSON.parse(made.out) as { readonly key: string };
  assert.match(key, /^gp_/);
  return key;
}

test(
  'Ctrl-C in the terminal ends npm, the program and its database, below a path of 150 characters, and it starts again',
  { skip },
  async (t) => {
    const below = 'x'.repeat(150);
    const home = newHome({}, below.slice(newHome().folder.length + '//data'.length));
    assert.ok((home.settings['GLASSPOST_DATA_DIR'] ?? '').length >= 150);
    const first = start(home, 'npm');
    const begun = performance.now();
    const lines = await first.greeting();
    const firstMs = Math.round(performance.now() - begun);
    assert.ok(lines.length <= linesMax, lines.join('\n'));
    for (const word of ['Console, once', 'Mailbox', 'Data', 'Keys', 'Stop']) {
      assert.ok(
        lines.some((line) => line.startsWith(`  ${word} `)),
        `${word} is missing:\n${lines.join('\n')}`,
      );
    }
    assert.ok(livingIn(home.folder).length >= 3, 'npm, the program and the database are seen');
    const call = callerOf(portOf(lines));
    for (const path of ['/healthz', '/readyz']) assert.equal((await call('GET', path)).status, 200, path);
    const stopped = await first.stop('SIGINT', 'group');
    assertEnded(home, stopped, 0);

    const again = start(home, 'npm');
    const secondBegun = performance.now();
    await again.greeting();
    const secondMs = Math.round(performance.now() - secondBegun);
    assertEnded(home, await again.stop('SIGINT', 'group'), 0);
    t.diagnostic(`served after ${firstMs} ms, later after ${secondMs} ms; Ctrl-C took ${Math.round(stopped.ms)} ms`);
  },
);

test('SIGTERM to npm alone, and a terminal that is closed, end everything too', { skip }, async (t) => {
  const home = newHome();
  const byNpm = start(home, 'npm');
  await byNpm.greeting();
  const terminated = await byNpm.stop('SIGTERM');
  assert.ok(terminated.ms < 5_000);
  await pause(200);
  assert.deepEqual(livingIn(home.folder), [], 'a process was left behind');

  const inTerminal = start(home);
  await inTerminal.greeting();
  assertEnded(home, await inTerminal.stop('SIGHUP', 'group'), 0);

  const lonely = start(home, 'npm');
  await lonely.greeting();
  await lonely.stop('SIGKILL');
  for (let waited = 0; livingIn(home.folder).length > 0 && waited < 5_000; waited += 50) await pause(50);
  assert.deepEqual(livingIn(home.folder), [], 'the program saw that npm was gone');
  t.diagnostic(`SIGTERM to npm took ${Math.round(terminated.ms)} ms`);
});

test('it can be stopped at every moment of its start, and starts again', { skip }, async (t) => {
  const home = newHome();
  const times: string[] = [];
  for (const afterMs of [300, 550, 800, 1_200]) {
    const running = start(home);
    await pause(afterMs);
    const { code, signal, ms } = await running.stop('SIGTERM');
    // Before it has read its own first lines there is nobody yet who could catch a signal.
    assert.ok(code === 0 || (signal === 'SIGTERM' && running.out() === ''), `${code} ${signal} ${running.err()}`);
    assert.ok(ms < 5_000);
    assert.equal(running.err(), '');
    await pause(50);
    assert.deepEqual(livingIn(home.folder), [], `a process was left behind after ${afterMs} ms`);
    times.push(`${afterMs}: ${Math.round(ms)}`);
  }
  const last = start(home);
  await last.greeting();
  assertEnded(home, await last.stop('SIGTERM'), 0);
  t.diagnostic(`stopped after this long, and how long it took, in ms: ${times.join(', ')}`);
});

test(
  'a second start on the same data says so and stops; the command line works beside the program and without it',
  { skip },
  async (t) => {
    const home = newHome();
    const first = start(home);
    const lines = await first.greeting();
    const call = callerOf(portOf(lines));
    const second = start(home);
    assert.equal((await second.ended).code, 1);
    assert.match(
      second.err(),
      new RegExp(`^Glasspost already runs on this data folder \\(process ${first.pid}\\)\\. .+\\n$`),
    );
    assert.equal((await call('GET', '/readyz')).status, 200, 'the first one goes on');

    const { key, out } = { key: await keyOf(home), out: (await command(home, ['console', 'link'])).out };
    assert.equal((await callerOf(portOf(lines), key)('GET', '/v1/orders/unheard-of')).status, 404);
    assert.equal((await callerOf(portOf(lines), `${key}x`)('GET', '/v1/orders/unheard-of')).status, 401);
    assert.ok(out.startsWith(`http://127.0.0.1:${portOf(lines)}/console/enter/`), out);
    assertEnded(home, await first.stop('SIGTERM'), 0);

    const later = await keyOf(home);
    assert.deepEqual(livingIn(home.folder), [], 'a command leaves nothing running');
    const again = start(home);
    const port = portOf(await again.greeting());
    for (const good of [key, later]) {
      assert.equal((await callerOf(port, good)('GET', '/v1/orders/unheard-of')).status, 404);
    }
    assertEnded(home, await again.stop('SIGTERM'), 0);

    const quick: string[] = [];
    for (const words of [['help'], ['settings'], ['settings', '--json']]) {
      const { code, ms } = await command(home, words, 'npm');
      assert.equal(code, 0);
      quick.push(`${words.join(' ')} ${Math.round(ms)} ms`);
    }
    t.diagnostic(quick.join(', '));
  },
);

test('a command on data that nobody has started yet says what to do first', { skip }, async () => {
  const home = newHome();
  const { code, err, out } = await command(home, ['key', 'create', '--scope', 'all', '--json']);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /npm start/);
  assert.deepEqual(livingIn(home.folder), []);
});

test(
  'kill -9 loses nothing that was acknowledged: the next start takes over the database, or recovers it',
  { skip },
  async (t) => {
    const home = newHome();
    const kept = new Set<string>();
    let key = '';
    for (const killed of ['the program', 'the program and its database', 'nothing']) {
      const running = start(home);
      const port = portOf(await running.greeting());
      if (key === '') key = await keyOf(home);
      const call = callerOf(port, key);
      for (const number of kept) assert.equal((await call('GET', `/v1/orders/${number}`)).status, 200, number);
      if (killed === 'nothing') {
        assertEnded(home, await running.stop('SIGTERM'), 0);
        break;
      }
      const putting = putOrders(port, key, killed === 'the program' ? 'A' : 'B', kept);
      await pause(1_500);
      const pids = killed === 'the program' ? [running.pid] : [running.pid, ...livingIn(join(home.folder, 'data'))];
      for (const pid of pids) killIfAlive(pid, 'SIGKILL');
      await running.ended;
      await putting;
      assert.ok(existsSync(join(home.folder, 'data', 'running.json')), 'it could not clear up');
    }
    assert.ok(kept.size > 50, `only ${kept.size} orders were acknowledged`);
    assert.deepEqual(readdirSync(home.folder).toSorted(), ['data', 'keys']);
    t.diagnostic(`${kept.size} orders were acknowledged before two kills`);
  },
);

/** Puts orders, a few at a time, until nobody answers any more; those that were acknowledged are added to `kept`. */
async function putOrders(port: number, key: string, prefix: string, kept: Set<string>): Promise<void> {
  const call = callerOf(port, key);
  let count = 0;
  const putOne = async (): Promise<void> => {
    for (;;) {
      const number = `${prefix}-${(count += 1)}`;
      const answer = await call('PUT', `/v1/orders/${number}`, { body: orderOf(number) }).catch(() => null);
      if (answer === null) return;
      assert.equal(answer.status, 200, answer.text);
      kept.add(number);
    }
  };
  await Promise.all([putOne(), putOne(), putOne(), putOne()]);
}

function orderOf(number: string): object {
  return {
    placed_at: '2026-11-19T10:00:00+01:00',
    language: 'de',
    customer: { id: `c-${number}`, name: 'Ada Beispiel', email: `ada-${number}@kunde.example` },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    items: [{ sku: 'T-1', title: 'Tasse', quantity: 2, price_minor: 1990, currency: 'EUR' }],
    parcels: [{ carrier: 'dhl-unified' }],
    consents: [],
  };
}

/** What is to be killed may have ended by itself in this moment. */
function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
