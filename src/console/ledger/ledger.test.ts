import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ground, ask } = house;
const { database, privacy, clock, shop } = ground;
const { ledger } = privacy;
const cookie = await house.signIn({ 'accept-language': 'en' });
const page = async () => await ask(consolePaths.ledger, { cookie });

async function enter(): Promise<void> {
  const id = newId(clock);
  await database.tx(async (tx) => {
    await privacy.makeKeys(tx, [{ kind: 'person', id, shopId: shop.shopId }]);
    await ledger.record(tx, id, { entryId: newId(clock), shown: { kind: 'export' }, details: {} });
  });
}

test('Staff see how it stands with the ledger, have it read again, and see which entry is wrong.', async () => {
  assert.match((await page()).text, /gets one with its first entry/);
  await enter();
  assert.match((await page()).text, /1 entry/);
  await ledger.sequence(shop.shopId);
  const posted = await ask(consolePaths.ledger, { cookie, form: {} });
  assert.equal(posted.headers.get('location'), consolePaths.ledger);
  assert.deepEqual(
    (await privacy.audits(database, shop.shopId, 1)).map(({ actor, verb }) => [actor, verb]),
    [['staff', 'ledger.check']],
  );
  const asked = await page();
  assert.match(asked.text, /It is read again in a moment/);
  assert.equal(asked.headers.get('refresh'), '3');
  while (await ledger.readOn());
  const whole = await page();
  assert.match(whole.text, /The one entry is as it was signed/);
  assert.equal(whole.headers.get('refresh'), null);
  await database.rows(`update privacy.ledger_tile set bytes = set_byte(bytes, 9, 0) where level = 0`, []);
  await ask(consolePaths.ledger, { cookie, form: {} });
  while (await ledger.readOn());
  assert.match(
    (await page()).text,
    /From the entry with index 0 on, [^<]* An entry was changed \(tile\/entries\/000\.p\/1\)/,
  );
});
