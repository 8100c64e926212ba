import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { restoreInstallation, withOpenedHouse, type Program } from '../../src/program.ts';
import { readSettings } from '../../src/settings.ts';
import { runWords, type Ran } from '../command-line.ts';
import { openTestDatabase } from '../database.ts';
import { freePort } from '../free-port.ts';
import { exampleOrder } from '../ground.ts';
import { pathOfCustomer } from './calls.ts';
import { serveProgram } from './running-program.ts';

const home = mkdtempSync(join(tmpdir(), 'glasspost-story-restored-'));
const [first, second] = [await openTestDatabase(), await openTestDatabase()];
const running: Program[] = [];
after(async () => {
  for (const program of running) await program.stop();
  for (const { close } of [first, second]) await close();
  rmSync(home, { recursive: true, force: true });
});

const port = await freePort();
const settingsOf = (machine: string, url: string) => ({
  DATABASE_URL: url,
  GLASSPOST_DATA_DIR: join(home, machine, 'data'),
  GLASSPOST_KEYS_DIR: join(home, machine, 'keys'),
  GLASSPOST_PORT: String(port),
});

test('The machine burns down. On an empty one everything is back from two folders, and the same link shows the same page.', async () => {
  const old = settingsOf('old', first.url);
  const served = await serveProgram(join(home, 'old'), old);
  running.push(served.program);
  const put = await served.call('PUT', '/v1/orders/R-1', { body: exampleOrder() });
  assert.equal(put.status, 200, put.text);
  const path = pathOfCustomer(put);
  const before = await served.call('GET', path);
  assert.equal(before.status, 200);
  const glasspost = async (...words: readonly string[]): Promise<Ran> =>
    await runWords(words, { withHouse: (work) => withOpenedHouse(readSettings(old), work) });
  const data = await glasspost('backup', join(home, 'copies'));
  const refused = await glasspost('keys', 'backup', join(home, 'copies'));
  assert.equal(refused.code, 1);
  assert.match(refused.err, /copies of data lie there/i);
  const own = [join(old.GLASSPOST_DATA_DIR, 'a', 'b'), old.GLASSPOST_KEYS_DIR];
  const inside = await Promise.all(own.map((folder) => glasspost('keys', 'backup', folder)));
  for (const { code, err } of inside) assert.match(`${code} ${err}`, /^1 .*a folder of this installation/);
  const nowhere = await glasspost('backup', join(data.out, 'manifest.json'));
  assert.match(`${nowhere.code} ${nowhere.err}`, /^1 .*is not a folder/);
  assert.match((await glasspost('backup', '')).err, /Say where to/);
  const keys = await glasspost('keys', 'backup', join(home, 'safe'));
  assert.deepEqual([data.code, keys.code], [0, 0], data.err + keys.err);
  const status = await glasspost('keys', 'status');
  assert.equal(status.code, 0);
  assert.match(status.out, /Last backup of data: \d{4}.*\nLast backup of keys: \d{4}/);
  await running.pop()?.stop();
  rmSync(join(home, 'old'), { recursive: true });

  const settings = settingsOf('new', second.url);
  const restore = async (...more: readonly string[]): Promise<Ran> =>
    await runWords(['restore', data.out, '--keys', keys.out, ...more], {
      restore: (how) => restoreInstallation(readSettings(settings), how, {}),
      withHouse: (work) => withOpenedHouse(readSettings(settings), work),
    });
  const restored = await restore();
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /rows in \d+ tables are back/);
  assert.deepEqual(readdirSync(join(home, 'new', 'keys')), ['keyring.json']);
  const again = await serveProgram(join(home, 'new'), settings);
  running.push(again.program);
  const page = await again.call('GET', path);
  assert.equal(page.status, 200);
  assert.equal(wordsOf(page.text), wordsOf(before.text));
  const read = await again.call('GET', '/v1/orders/R-1', { headers: { authorization: `Bearer ${served.key}` } });
  assert.equal(read.status, 200, 'the shop’s key lets in as before');
  const beside = await restore('--replace');
  assert.equal(beside.code, 1);
  assert.match(beside.err, /runs|in use/i);
  await running.pop()?.stop();
  const inUse = await restore();
  assert.match(inUse.err, /is in use .*--replace/);
  assert.ok(!existsSync(join(home, 'old')));
});

/** What a page says, without the times that go on. */
function wordsOf(html: string): string {
  return html
    .replaceAll(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replaceAll(/\d{1,2}:\d{2}/g, 'time')
    .replaceAll(/\s+/g, ' ');
}
