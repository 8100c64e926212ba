import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { showId } from '#kit/ids';
import { runWords } from '../../../test/command-line.ts';
import { terminalHouse } from '../../../test/fixtures/terminal-house.ts';
import { exampleOrder, openGround } from '../../../test/ground.ts';

const ground = await openGround();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-letters-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await ground.close();
});
const { database, clock, shop, breaches } = ground;
const house = terminalHouse(ground);
const run = (...words: readonly string[]) =>
  runWords(['breach', 'tell', ...words], { withHouse: (work) => work(house) });
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test('the operator sees how many there are, and sends a finished letter to just as many', async () => {
  await ground.putOrder('L-1', exampleOrder({ parcels: [] }));
  await ground.putOrder('L-2', exampleOrder({ customer: { id: 'mute' }, parcels: [] }));
  const window = { from: clock.now().subtract({ hours: 1 }), until: clock.now(), awareAt: clock.now() };
  const suspicion = { suspect: 'backup', keyId: null, tables: [], keyring: 'taken', found: 'x' } as const;
  const caseId = await database.tx((tx) => breaches.open(tx, { ...suspicion, ...window, shopId: shop.shopId }, 'test'));
  const id = showId('brc', caseId);
  const looked = await run(id);
  assert.equal(looked.code, 1);
  assert.match(looked.out, /may be affected: 2, 1 of them with an e-mail address/);
  assert.match(looked.err, /Nothing was sent.*--confirm 1 sends it/);
  const unfinished = file('a', 'Ihre Daten\n[BITTE ERGÄNZEN: was geschehen ist]\n');
  assert.match((await run(id, '--de', unfinished, '--confirm', '1')).err, /square brackets/);
  assert.match((await run(id, '--confirm', '1')).err, /Write a letter/);
  assert.match((await run(id, '--de', join(folder, 'none'), '--confirm', '1')).err, /cannot be read/);
  assert.match((await run(id, '--de', file('b', 'only a subject'), '--confirm', '1')).err, /de\.text/);
  const finished = file('c', '\uFEFFIhre Daten\r\n\r\nEin Datenträger fehlt.\r\n');
  assert.match((await run(id, '--de', finished, '--confirm', '2')).err, /It goes to 1 persons, and 2 were confirmed/);
  const sent = await run(id, '--de', finished, '--confirm', '1');
  assert.deepEqual([sent.code, sent.out], [0, 'It goes to 1 customers of "Nordlicht" now.']);
  assert.match((await run(id)).out, /de: 0 mailed, 0 not, on its way/);
  const [mailing] = (await breaches.reach(database, shop.shopId, caseId))?.mailings ?? [];
  assert.deepEqual(mailing?.letters, { de: { subject: 'Ihre Daten', text: 'Ein Datenträger fehlt.' } });
  assert.match((await run('brc_nothing')).err, /no such case/);
});
