import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Queries } from '#kit/database';
import { recordBackup, type KeysStatus } from '#keys';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { exampleOrder } from '../../../test/ground.ts';
import { consolePaths } from '../paths.ts';

const trouble: { status: Partial<KeysStatus> } = { status: {} };
let statusOf: ((queries: Queries) => Promise<KeysStatus>) | null = null;
const house = await openConsoleHouse({
  keyRoom: {
    status: async (queries) => {
      assert.ok(statusOf !== null);
      return { ...(await statusOf(queries)), ...trouble.status };
    },
  },
});
statusOf = house.ground.keyRoom.status;
after(house.close);
const page = async (language = 'en'): Promise<string> => {
  const cookie = await house.signIn({ 'accept-language': language });
  return (await house.ask(consolePaths.keyring, { cookie })).text;
};

test('staff see what keeps the keyring, which key wraps, and that nothing was copied yet', async () => {
  await house.ground.putOrder('K-1', exampleOrder());
  const text = await page();
  assert.match(text, /<h1>Keys &amp; backups/);
  assert.match(text, /lies open in its folder/);
  assert.match(text, /Wraps/);
  assert.equal(text.match(/None yet/g)?.length, 2);
  assert.match(text, /never rotated/);
  const [id = ''] = house.ground.keyring.kept.wrappingIds();
  assert.ok(text.includes(id));
});

test('after a rotation and a copy both stand there, in German too', async () => {
  const { database, keyRoom, clock } = house.ground;
  const rotation = await keyRoom.rotate('test');
  await recordBackup(database, {
    kind: 'data',
    madeAt: clock.now(),
    bytes: 5_000_000,
    rowCount: 1_234,
    encrypted: true,
  });
  const text = await page();
  assert.ok(text.includes(rotation.toId));
  assert.match(text, /Only unwraps/);
  assert.match(text, /Closed to a recipient/);
  assert.match(text, /5 MiB, 1,234 rows/);
  assert.equal(text.match(/None yet/g)?.length, 1);
  const german = await page('de');
  assert.match(german, /<h1>Schlüssel &amp; Sicherung/);
  assert.match(german, /Letzter Wechsel/);
});

test('a provider that is away, a rotation on its way and keys that nobody opens are said', async () => {
  const rotation = await house.ground.keyRoom.rotate('test');
  trouble.status = {
    provider: 'vault',
    health: { state: 'away', said: 'Vault at vault.example is sealed.' },
    lost: 2,
    rotation: { ...rotation, endedAt: null },
  };
  const text = await page();
  assert.match(text, /Does not answer: the next start will fail/);
  assert.match(text, /Vault at vault\.example is sealed/);
  assert.match(text, /2 keys are wrapped with a key that is not in this keyring/);
  assert.match(text, /Being rotated to/);
});
