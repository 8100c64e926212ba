import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { openGround } from '../../../test/ground.ts';
import type { OpenedHouse } from '../command.ts';

const ground = await openGround();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-test-faq-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await ground.close();
});

async function run(...words: readonly string[]) {
  return await runWords(words, {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work(ground as unknown as OpenedHouse),
  });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('an article is listed, shown, changed, carried away and brought back', async () => {
  assert.match((await run('faq', 'list')).out, /withdraw +de +delivered/);
  const shown = await run('faq', 'show', 'withdraw');
  assert.match(shown.out, /^title: /);
  assert.equal((await run('faq', 'show', 'no-such')).code, 1);
  const text = shown.out.replace(/^title: .*$/mu, 'title: Zurückgeben');
  const saved = await run('faq', 'set', 'withdraw', file('a.md', text));
  assert.equal(saved.out, 'withdraw (de): revision 1, customers read it.');
  assert.match((await run('faq', 'search', 'zurückgeben')).out, /withdraw +de +Zurückgeben/);
  const exported = await run('faq', 'export');
  assert.match((await run('faq', 'withdraw', 'withdraw')).out, /the delivered text/);
  assert.match((await run('faq', 'import', file('all.json', exported.out))).out, /^1 changed, \d+ as they were\.$/);
  assert.match((await run('faq', 'list')).out, /withdraw +de +own/);
  assert.match((await run('faq', 'place', 'withdraw', '--hide')).out, /hidden/);
  assert.match((await run('faq', 'place', 'withdraw')).out, /where the article itself says/);
  assert.match((await run('faq', 'remove', 'withdraw')).out, /as delivered/);
  assert.match((await run('faq', 'figures')).out, /Nothing was counted yet/);
});

test('wrong words and texts are explained, and nothing is taken', async () => {
  const bad = await run('faq', 'set', 'own', file('bad.md', 'title: x\n---\n{name}'));
  assert.equal(bad.code, 1);
  assert.match(bad.err, /Line 3: There is no variable “name”/);
  assert.equal((await run('faq', 'set', 'own', join(folder, 'none.md'))).code, 1);
  assert.equal((await run('faq', 'show', 'withdraw', '--language', 'xx')).code, 1);
  assert.equal((await run('faq', 'publish', 'withdraw', '--revision', 'x')).code, 1);
  assert.equal((await run('faq', 'place', 'withdraw', '--position', 'x')).code, 1);
  assert.equal((await run('faq', 'import', file('bad.json', '{}'))).code, 1);
  assert.equal((await run('faq', 'import', file('bad2.json', '{'))).code, 1);
  assert.doesNotMatch((await run('faq', 'list')).out, /^own/m);
});
