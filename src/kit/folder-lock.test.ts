import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { Fault } from '#kit/fault';
import { makeFolder, takeFolderLock } from '#kit/folder-lock';

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

test('a folder is made with those above it, for its owner alone', () => {
  const top = join(folder, 'top');
  assert.equal(makeFolder(join(top, 'middle', 'below')), top);
  assert.equal(statSync(join(top, 'middle')).mode & 0o777, 0o700);
  assert.equal(makeFolder(join(top, 'middle', 'below')), null);
});

test('where nothing can be made, that is said at once', { skip: !existsSync('/proc/self') && 'no /proc here' }, () => {
  assert.throws(() => makeFolder('/proc/nowhere/below'), /ENOENT|EACCES/);
});
