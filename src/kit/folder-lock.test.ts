import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { Fault } from '#kit/fault';
import { takeFolderLock } from '#kit/folder-lock';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-lock-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const conflict = (text: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === 'conflict' && text.test(error.publicText);

/** Another program that takes the lock, says so and then waits to be ended. */
async function holderOf(t: TestContext, name: string): Promise<ReturnType<typeof spawn>> {
  const program = `const { takeFolderLock } = await import(${JSON.stringify(import.meta.resolve('#kit/folder-lock'))});
    takeFolderLock(${JSON.stringify(folder)}, ${JSON.stringify(name)});
    for (let full = [], n = 0; n < 2e5; n += 1) full.push({ n });
    globalThis.gc();
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.stdout !== null);
  assert.equal(String((await once(child.stdout, 'data'))[0]), 'held');
  return child;
}

test('a folder is taken once, and again after it was released', () => {
  const lock = takeFolderLock(folder, 'once');
  assert.throws(() => takeFolderLock(folder, 'once'), conflict(new RegExp(`process ${process.pid}\\)`)));
  lock.release();
  lock.release();
  takeFolderLock(folder, 'once').release();
});

test('another program is refused by name, and the lock of a killed program is free at once', async (t) => {
  const other = await holderOf(t, 'killed');
  assert.throws(
    () => takeFolderLock(folder, 'killed'),
    conflict(new RegExp(`Glasspost already runs .*process ${other.pid}\\)`)),
  );
  other.kill('SIGKILL');
  await once(other, 'exit');
  takeFolderLock(folder, 'killed').release();
});

test('a folder that cannot be written is a sentence, not a crash', () => {
  writeFileSync(join(folder, 'a-file'), '');
  assert.throws(
    () => takeFolderLock(join(folder, 'a-file', 'below'), 'lock'),
    (error) => error instanceof Fault && error.code === 'unavailable',
  );
});
