import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'glasspost-reporter-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs test files with the real runner and this reporter. */
function run(files: Readonly<Record<string, string>>, isolation: 'process' | 'none' = 'process') {
  const home = mkdtempSync(join(folder, 'run-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), `import { test, describe } from 'node:test';\n${text}\n`);
  }
  // Inside a test the runner would take the new process for one of its own children.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const ran = spawnSync(
    process.execPath,
    ['--test', `--test-isolation=${isolation}`, `--test-reporter=${reporter}`, '**/*.test.ts'],
    { cwd: home, env, encoding: 'utf8', timeout: 30_000 },
  );
  return { code: ran.status, out: ran.stdout, error: ran.stderr, last: ran.stdout.trimEnd().split('\n').at(-1) };
}

test('A run that passes ends with its counts and code 0.', () => {
  const ran = run({ 'a.test.ts': `test('one', () => {}); test('two', () => {});` });
  assert.deepEqual([ran.code, ran.last], [0, '2 passed, 0 failed, 0 skipped']);
});

test('A run that found no test is red.', () => {
  const ran = run({});
  assert.deepEqual([ran.code, ran.last], [1, '0 passed, 0 failed, 0 skipped']);
});

test('A run in which every test was skipped is red, and says why each was skipped.', () => {
  const ran = run({ 'a.test.ts': `test('the page looks right', { skip: 'no Chromium' }, () => {});` });
  assert.deepEqual([ran.code, ran.last], [1, '0 passed, 0 failed, 1 skipped']);
  assert.match(ran.out, /skipped a\.test\.ts:2 {2}the page looks right: no Chromium/);
});

test('A failure shows its file, its line, its name and the difference, and counts once however deep it lies.', () => {
  const ran = run({
    'sums.test.ts': `import assert from 'node:assert/strict';
describe('sums', () => { test('add up', () => { assert.equal(1 + 1, 3); }); });`,
  });
  assert.deepEqual([ran.code, ran.last], [1, '0 passed, 1 failed, 0 skipped']);
  assert.match(ran.out, /FAILED sums\.test\.ts:3 {2}add up\n {2}AssertionError .*\n[^]*2 !== 3/);
});

test('A suite whose own hook fails is red.', () => {
  const ran = run({
    'a.test.ts': `import { after } from 'node:test';
describe('suite', () => { test('fine', () => {}); after(() => { throw new Error('left a mess'); }); });`,
  });
  assert.deepEqual([ran.code, ran.last], [1, '1 passed, 1 failed, 0 skipped']);
  assert.match(ran.out, /left a mess/);
});

for (const isolation of ['process', 'none'] as const) {
  test(`A file that throws while it loads is red (isolation ${isolation}).`, () => {
    const ran = run(
      { 'a.test.ts': `throw new Error('broken at load');`, 'b.test.ts': `test('b', () => {});` },
      isolation,
    );
    assert.deepEqual([ran.code, ran.last], [1, '1 passed, 1 failed, 0 skipped']);
    assert.match(ran.out + ran.error, /broken at load/);
  });

  test(`A test file that declares no test is red (isolation ${isolation}).`, () => {
    const ran = run({ 'a.test.ts': `test.name;`, 'b.test.ts': `test('b', () => {});` }, isolation);
    assert.deepEqual([ran.code, ran.last], [1, '1 passed, 1 failed, 0 skipped']);
    assert.match(ran.out, /FAILED a\.test\.ts\n {2}The file ended without declaring a test\./);
  });
}

test('Stories are told as a table of contents; what tests print passes through.', () => {
  const ran = run({
    'test/stories/1-the-lock.test.ts': `test('Every page is encrypted.', () => { console.log('to out'); console.error('to error'); });
test('Certificates renew themselves.', (t) => { t.diagnostic('in 3 s'); });`,
    'test/stories/2-the-tunnel.test.ts': `test('Nothing leaves by another road.', () => { throw new Error('it did'); });`,
  });
  const sentences = ['1 the lock', '  ✓ Every page is encrypted.', '  ✓ Certificates renew themselves.'];
  assert.match(
    ran.out,
    new RegExp([...sentences, '', '2 the tunnel', '  ✗ Nothing leaves by another road.'].join('\n')),
  );
  assert.match(ran.out, /^to out$/m);
  assert.match(ran.error, /^to error$/m);
  assert.match(ran.out, /^test\/stories\/1-the-lock\.test\.ts: in 3 s$/m);
  assert.equal(ran.code, 1);
});
