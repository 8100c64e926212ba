import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-bundle-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const here = pathToFileURL(join(folder, 'asks.ts')).href;

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

test('A module and all it imports become one script, made again when any of them has changed.', () => {
  write('entry.ts', `import { word } from './word.ts';\nconsole.log(word as string);\n`);
  write('word.ts', `export const word = 'first';\n`);
  const first = bundle(here, './entry.ts', 'node');
  assert.match(first, /first/);
  assert.doesNotMatch(first, /import|as string/);
  assert.equal(bundle(here, './entry.ts', 'node'), first);
  write('word.ts', `export const word = 'second';\n`);
  assert.match(bundle(here, './entry.ts', 'node'), /second/);
  assert.ok(bundle(here, './entry.ts', 'browser').length < first.length);
});

test('What cannot be bundled is said when it is asked for.', () => {
  write('broken.ts', `import './nowhere.ts';\n`);
  assert.throws(() => bundle(here, './broken.ts', 'node'), /nowhere/);
});
