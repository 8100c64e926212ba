import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { rules, sealed } from '#privacy';
import { runCommand } from '../cli.ts';
import type { OpenedHouse } from '../command.ts';
import { openGround } from '../../../test/ground.ts';

const ground = await openGround();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-receipts-'));
after(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
});
const { database, privacy, clock, shop } = ground;

async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(words, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    settings: () => [],
    routes: () => Promise.resolve([]),
    examine: () => assert.fail('the installation was examined'),
    restore: () => assert.fail('nothing is restored here'),
    // The commands take a part of the house, and the test opens no more of it.
    withHouse: (work) => work(ground as unknown as OpenedHouse),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function filed(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function aReceipt(words = 'DHL may write to me.'): Promise<string> {
  const person = { kind: 'person', id: newId(clock), shopId: shop.shopId } as const;
  await database.tx(async (tx) => {
    await privacy.makeKeys(tx, [person]);
    await privacy.giveConsent(tx, person, {
      ...{ purpose: 'delivery notification by carrier', recipient: 'dhl-unified', fields: ['email'] },
      ...{ version: '1', language: 'en', jurisdiction: 'DE', policyUrl: null, words: sealed('consent_words', words) },
    });
  });
  return (await privacy.consentsOf(database, person.id))[0]?.receipt ?? '';
}

test('a receipt is checked against the shop’s own keys, or against a file of keys and nobody else', async () => {
  const receipt = filed('good.jws', `${await aReceipt()}\n`);
  const keys = filed('jwks.json', JSON.stringify(privacy.receiptKeysOf(shop.shopId)));
  for (const more of [[], ['--keys', keys]]) {
    const { code, out } = await run('consent', 'verify', receipt, ...more);
    assert.equal(code, 0);
    assert.match(out, /^Good\. cns_\w+, signed by .*\n {2}dhl-unified may get\n {2}email\n.*\n.*DHL may write to me\./);
  }
});

test('what is no good receipt is said to be none, whatever it holds', async () => {
  const receipt = await aReceipt('\u001b[2J');
  const [head, body] = receipt.split('.');
  const others = filed('others.json', JSON.stringify(privacy.receiptKeysOf(newId(clock))));
  const rows: readonly (readonly [words: readonly string[], err: RegExp])[] = [
    [[filed('forged.jws', [head, body, 'A'.repeat(86)].join('.'))], /signature does not fit/],
    [[filed('none.jws', 'hello')], /no receipt/],
    [[filed('long.jws', 'a'.repeat(70_000))], /more than 65536 bytes/],
    [[filed('good.jws', receipt), '--keys', others], /another shop’s, or made up/],
    [[filed('good.jws', receipt), '--keys', filed('x.json', 'x')], /holds no keys/],
    [[join(folder, 'nowhere')], /cannot be read/],
    [[folder], /cannot be read/],
  ];
  for (const [words, expected] of rows) {
    const { code, out, err } = await run('consent', 'verify', ...words);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, expected);
  }
  const { out } = await run('consent', 'verify', filed('good.jws', receipt));
  assert.ok(!out.includes('\u001b'));
});

test('every rule is listed with where it is written', async () => {
  const { out } = await run('rules');
  for (const { id, source } of rules) assert.ok(out.includes(`${id}: `) && out.includes(source));
  const listed = JSON.parse((await run('rules', '--json')).out) as { rules: readonly { countries: unknown }[] };
  assert.equal(listed.rules.length, rules.length);
  assert.deepEqual(
    listed.rules.filter(({ countries }) => countries === undefined),
    [],
  );
});
