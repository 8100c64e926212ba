import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { openGround } from '../../../test/ground.ts';
import type { OpenedHouse } from '../command.ts';

const ground = await openGround();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-seal-'));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await ground.close();
});

async function run(...words: readonly string[]) {
  return await runWords(['seal', ...words], {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work(ground as unknown as OpenedHouse),
  });
}

const url = 'https://www.trustedshops.de/bewertung/x';
const secrets = ['--set', 'clientId=id', '--set', 'clientSecret=ge=heim'];

test('a seal is tried, added, shown, checked, invites and is removed', async () => {
  assert.match((await run('list')).out, /There is none/);
  assert.match(
    (await run('issuers')).out,
    /trusted-shops +Trusted Shops +rating +--id ID --set clientId=… --set clientSecret=…/,
  );
  const given = ['trusted-shops', 'rating', url, '--domain', 'nordlicht.example', '--id', 'chl-1', ...secrets];
  const tried = await run('add', ...given, '--try');
  assert.deepEqual([tried.code, tried.out], [1, 'Nothing was kept. It is failed. Its issuer could not be reached.']);
  const added = await run('add', ...given);
  assert.match(added.out, /unchecked, hidden[^]*Customers do not see it\./);
  const id = /sea_\w+/.exec(added.out)?.[0] ?? '';
  const shown = await run('show', id, '--json');
  assert.ok(!shown.out.includes('ge=heim') && shown.out.includes('"has_secrets": true'));
  assert.match((await run('show', id)).out, /failed +Its issuer could not be reached\./);
  assert.equal((await run('check', id)).code, 1);
  assert.match((await run('invite', id, 'on')).out, /Buyers who allow it are invited through Trusted Shops/);
  assert.equal((await run('invite', id, 'maybe')).code, 1);
  assert.equal((await run('remove', id)).code, 0);
  assert.equal((await run('show', id)).code, 1);
});

test('a description comes from a file, and what does not fit is named', async () => {
  const path = join(folder, 'siegel.json');
  const page = { url: '{certificate}', format: 'html', names: ['{domain}'] };
  writeFileSync(path, JSON.stringify({ hosts: ['siegel.example'], pages: [page] }));
  const given = ['custom', 'seal', 'https://siegel.example/1', '--domain', 'nordlicht.example', '--name', 'Siegel'];
  assert.match((await run('add', ...given, '--adapter', path)).out, /Siegel +seal +unchecked/);
  for (const [words, says] of [
    [[...given, '--adapter', join(folder, 'none.json')], /cannot be read/],
    [['ehi', 'star', url], /A kind is seal or rating/],
    [['ehi', 'seal', url, '--domain', 'a.example'], /stands with its issuer, on ehi-siegel\.de/],
    [['trusted-shops', 'rating', url, '--id', 'x', '--domain', 'a.example', '--set', 'clientId'], /NAME=VALUE/],
  ] as const) {
    const answered = await run('add', ...words);
    assert.equal(answered.code, 1);
    assert.match(answered.err, says);
  }
});
