import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { runWords } from '../../../test/command-line.ts';
import { openGround } from '../../../test/ground.ts';
import type { OpenedHouse } from '../command.ts';

const ground = await openGround();
after(ground.close);
const { database, privacy, clock, shop } = ground;

async function run(...words: readonly string[]) {
  return await runWords(['ledger', ...words], {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work(ground as unknown as OpenedHouse),
  });
}

test('How it stands with the ledger is said, and whether it is whole is the exit code.', async () => {
  assert.match((await run('status')).out, /no entry yet\. It will be read at https:\/\/shop\.example\/ledger\/shp_/);
  const id = newId(clock);
  await database.tx(async (tx) => {
    await privacy.makeKeys(tx, [{ kind: 'person', id, shopId: shop.shopId }]);
    await privacy.ledger.record(tx, id, { entryId: newId(clock), shown: { kind: 'export' }, details: {} });
  });
  assert.equal((await run('check')).code, 0);
  await privacy.ledger.sequence(shop.shopId);
  const status = await run('status');
  assert.match(status.out, /^1 entries, last signed 2026-[^]*Name: shop\.example\/ledger\/shp_/);
  const whole = await run('check');
  assert.deepEqual([whole.code, /all 1 entries are as they were signed/.test(whole.out)], [0, true]);
  assert.match((await run('resume')).out, /Nothing is missing/);
  await database.tx(async (tx) => {
    for (const table of ['tile', 'place', 'checkpoint']) await tx.rows(`delete from privacy.ledger_${table}`, []);
  });
  const shorter = await run('check');
  assert.deepEqual([shorter.code, /WRONG.*\(shorter, in checkpoint\)[^]*`ledger resume`/.test(shorter.out)], [1, true]);
  const missing = await run('resume');
  assert.deepEqual(
    [missing.code, /has 0 entries, and 1 entries had been signed.*takes no/.test(missing.out)],
    [1, true],
  );
  assert.match((await run('resume', '--confirm', '2')).err, /1 entries had been signed, not 2/);
  assert.match((await run('resume', '--confirm', 'all')).err, /takes the number/);
  const resumed = JSON.parse((await run('resume', '--confirm', '1', '--json')).out) as { readonly goes_on: boolean };
  assert.equal(resumed.goes_on, true);
  assert.equal((await run('check')).code, 0);
  await database.rows(`update privacy.ledger_checkpoint set root = sha256(root)`, []);
  const wrong = await run('check');
  assert.deepEqual([wrong.code, /WRONG from the entry with index 0 on \(root/.test(wrong.out)], [1, true]);
  const json = JSON.parse((await run('status', '--json')).out) as { readonly checked: { readonly wrong: object } };
  assert.deepEqual(json.checked.wrong, { what: 'root', index: 0, of: 'checkpoint of 1' });
  const audits = await privacy.audits(database, shop.shopId, 9);
  assert.deepEqual(
    audits.map(({ actor, verb }) => `${actor} ${verb}`),
    ['check', 'check', 'resume', 'check', 'check', 'check'].map((verb) => `command line ledger.${verb}`),
  );
});
