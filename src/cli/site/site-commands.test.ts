import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { host, openWatched } from '../../../test/protection/watched-host.ts';
import type { OpenedHouse } from '../command.ts';

const watched = await openWatched();
after(watched.close);
const { ground, dns, port } = watched;
const { protection } = watched.open();
const opened = { ...ground, protection };

async function run(...words: readonly string[]) {
  return await runWords(['site', ...words], {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work(opened as unknown as OpenedHouse),
  });
}

test('a host is added, proven, scanned, shown and removed', async () => {
  assert.match((await run('list')).out, /There is none/);
  assert.equal((await run('add', host, '--kind', 'shopping')).code, 1);
  const added = await run('add', `${host}:${port}`, '--kind', 'shop');
  assert.equal(added.code, 0);
  const value = /glasspost-site=[0-9a-f]{32}/.exec(added.out)?.[0] ?? '';
  const unproven = await run('prove', host);
  assert.deepEqual([unproven.code, unproven.out.split('\n')[0]], [1, 'The proof is not there yet.']);
  dns.texts.set(`_glasspost.${host}`, [value]);
  watched.pass({ seconds: 5 });
  assert.match((await run('prove', host)).out, /is proven by dns\. Its grade is A\+\./);
  const scanned = await run('scan', host);
  assert.deepEqual([scanned.code, scanned.out.split(',')[0]], [0, 'Grade A+']);
  const shown = await run('show', `${host}:${port}`);
  assert.match(shown.out, /by dns +A\+/);
  assert.match(shown.out, /There is no AAAA record\./);
  const json = JSON.parse((await run('show', host, '--json')).out) as { readonly site: { readonly kind: string } };
  assert.equal(json.site.kind, 'shop');
  assert.equal((await run('scan', 'other.example')).code, 1);
  assert.equal((await run('remove', host)).code, 0);
  assert.equal((await run('show', host)).code, 1);
});
