import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { openTestDatabase } from '../database.ts';
import { hiddenIn, preparable } from './statements.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stores = globSync('src/**/store.ts', { cwd: root }).toSorted();
let client: Client;
let close: () => Promise<void>;

before(async () => {
  const database = await openTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  close = database.close;
});

after(async () => {
  await client.end();
  await close();
});

async function statementsOf(path: string): Promise<Readonly<Record<string, string>>> {
  const store = (await import(pathToFileURL(join(root, path)).href)) as {
    readonly statements?: Record<string, string>;
  };
  return store.statements ?? {};
}

test('There are stores to look at.', async (context) => {
  assert.ok(stores.length > 0, 'No store.ts was found.');
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  context.diagnostic(`statements are prepared on PostgreSQL ${rows[0]?.version ?? 'unknown'}`);
});

for (const path of stores) {
  test(`Every statement of ${path} can be prepared on the migrated database.`, async () => {
    const statements = await statementsOf(path);
    assert.ok(Object.keys(statements).length > 0, 'exports no statements');
    const faults: string[] = [];
    for (const [name, text] of Object.entries(statements)) {
      const fault = await preparable(client, text);
      if (fault !== null) faults.push(`${name}: ${fault}`);
    }
    assert.deepEqual(faults, []);
  });

  test(`${path} keeps no statement to itself.`, async () => {
    assert.deepEqual(hiddenIn(readFileSync(join(root, path), 'utf8'), Object.values(await statementsOf(path))), []);
  });
}

test('A statement that the database would refuse is found.', async () => {
  assert.equal(await preparable(client, 'select relname from pg_class where oid = $1'), null);
  assert.equal(await preparable(client, 'lock table pg_class in share mode'), null);
  assert.match((await preparable(client, 'select nothing from pg_class')) ?? '', /column "nothing" does not exist/);
  assert.match(
    (await preparable(client, 'select 1 from nowhere.at_all')) ?? '',
    /relation "nowhere.at_all" does not exist/,
  );
  assert.match((await preparable(client, 'select $1')) ?? 'ok', /^ok$/);
  assert.match((await preparable(client, 'select $1 is null')) ?? '', /could not determine data type of parameter \$1/);
  assert.match((await preparable(client, 'select 1; select 2')) ?? '', /multiple commands/);
  assert.match((await preparable(client, 'lock table nowhere')) ?? '', /relation "nowhere" does not exist/);
});

test('A statement that a store keeps to itself is found.', () => {
  const source = [
    'const columns = `id, at`;',
    'export const statements = {',
    '  shown: `select ${columns} from a.b where id = $1`,',
    '};',
    "const hidden = 'delete from a.b where id = $1';",
  ].join('\n');
  assert.deepEqual(hiddenIn(source, ['select id, at from a.b where id = $1']), [
    'line 5: delete from a.b where id = $1',
  ]);
});
