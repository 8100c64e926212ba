import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../test/command-line.ts';
import { openConsoleHouse } from '../../test/fixtures/console-house.ts';
import type { CommandWorld } from './cli.ts';
import type { OpenedHouse } from './command.ts';

const { ground, api, close } = await openConsoleHouse();
const folder = mkdtempSync(join(tmpdir(), 'glasspost-test-import-'));
after(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

const house: Pick<OpenedHouse, 'orders' | 'database' | 'importOrders' | 'suggestMapping'> = {
  ...ground,
  suggestMapping: api.suggestMapping,
  importOrders: (asked) => api.importOrders({ ...asked, actor: 'command line' }),
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command asks for no other door
const withHouse: CommandWorld['withHouse'] = (work) => work(house as OpenedHouse);

const run = (...words: readonly string[]) => runWords(['import', 'orders', ...words], { withHouse });

function write(name: string, text: string, as: 'latin1' | 'utf8' = 'utf8'): string {
  const path = join(folder, name);
  writeFileSync(path, text, as);
  return path;
}

const header = 'Bestellnummer;Bestelldatum;Name;E-Mail;Straße;PLZ;Ort;Land;Notiz';
const orders = write(
  'orders.csv',
  `${header}\nL-1;1.5.2026;Jörg;joerg@x.example;Weg 1;1;Köln;Deutschland;\nL-2;1.5.2026;Ada;no address;Weg 1;1;Köln;DE;\n`,
  'latin1',
);

test('--suggest prints a mapping that can be saved and used, and names the columns it leaves alone', async () => {
  const suggested = await run(orders, '--suggest');
  assert.equal(suggested.code, 0);
  assert.match(suggested.err, /Columns that it does not use: "Notiz"\./);
  const map = write('map.json', suggested.out);
  const dry = await run(orders, '--map', map, '--dry-run');
  assert.equal(dry.out, '2 rows: 1 orders could be taken, 1 could not. Nothing was written.');
  const { code, out, err } = await run(orders, '--map', map);
  assert.deepEqual([code, out], [1, '2 rows: 1 orders new, 0 changed, 0 as they were, 1 refused; shop "Nordlicht".']);
  assert.equal(err, 'line 3, order L-2: customer.email ("E-Mail"): Must be an e-mail address.');
  const stored = await ground.orders.find(ground.database, ground.shop.shopId, 'L-1');
  assert.ok(stored?.buyer.name);
  assert.equal(ground.privacy.open(stored.buyer.name, { purpose: 'shop systems', reader: 'shop' }), 'Jörg');
});

test('--json prints what programs can read, refused orders with their lines among it', async () => {
  const { code, out, err } = await run(orders, '--map', join(folder, 'map.json'), '--json');
  assert.deepEqual([code, err], [1, '']);
  assert.deepEqual(JSON.parse(out), {
    ...{ shop: 'Nordlicht', dry_run: false, rows: 2, orders: 2, added: 0, changed: 0, unchanged: 1, refused: 1 },
    unread_from_line: null,
    refused_orders: [
      {
        ...{ order_number: 'L-2', first_line: 3, last_line: 3 },
        reasons: [
          {
            ...{ field: 'customer.email', code: 'custom', message: 'Must be an e-mail address.' },
            columns: ['E-Mail'],
          },
        ],
      },
    ],
  });
});

test('what is missing or does not fit is said in a sentence', async () => {
  const said = async (...words: readonly string[]) => {
    const { code, err } = await run(...words);
    return `${code} ${err.split('\n')[0]}`;
  };
  assert.match(await said(orders), /^1 Say which column is what: --map MAP.json/);
  assert.match(await said(join(folder, 'none.csv'), '--suggest'), /^1 There is no file .*none\.csv/);
  assert.match(await said(folder, '--suggest'), /^1 .* is no file\.$/);
  assert.match(await said(orders, '--map', write('bad.json', '{')), /bad\.json is not valid JSON\.$/);
  assert.match(await said(orders, '--map', write('empty.json', '{}')), /^1 The mapping is not as needed\.$/);
  assert.match(await said(orders, '--suggest', '--separator', 'dot'), /^1 The separator is one of comma, semicolon/);
});
