import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import type { OpenedHouse } from '../command.ts';

const ground = await openGround();
after(ground.close);
const { database, orders, shop, clock } = ground;

async function run(...words: readonly string[]) {
  return await runWords(words, {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work(ground as unknown as OpenedHouse),
  });
}

test('the record is printed in two languages, and as JSON', async () => {
  const said = await run('record');
  assert.equal(said.code, 0);
  assert.match(said.out, /^Nordlicht \(hallo@nordlicht\.example\)/);
  assert.match(said.out, /Ask carriers where a parcel is\n {2}contract: art\. 6\(1\)\(b\) GDPR/);
  assert.match((await run('record', '--language', 'de')).out, /Paketdienste fragen, wo ein Paket ist/);
  assert.equal((await run('record', '--language', 'fr')).code, 1);
  const json = JSON.parse((await run('record', '--json')).out) as { readonly columns: readonly object[] };
  assert.ok(json.columns.length > 150);
});

test('clocks are listed and set, and a run is tried before it is done', async () => {
  await ground.putOrder('C-1', exampleOrder({ placed_at: '2026-09-01T10:00:00Z', parcels: [] }));
  assert.match((await run('retention', 'list')).out, /order +790 +30–3650 +Orders and their persons/);
  assert.match((await run('retention', 'run', '--dry-run')).out, /Nothing is past its clock/);
  assert.equal((await run('retention', 'set', 'order', '5')).code, 1);
  assert.equal((await run('retention', 'set', 'order', 'x')).code, 1);
  assert.equal((await run('retention', 'set', 'order', '30')).out, 'order: 30 days, from the next run on.');
  const dry = await run('retention', 'run', '--dry-run');
  assert.match(dry.out, /orders\.purchase +order +1 +0 +2026-10-21T08:00:00Z +2026-09-01T10:00:00Z/);
  assert.match(dry.out, /Nothing was dropped/);
  assert.notEqual(await orders.find(database, shop.shopId, 'C-1'), null);
  const ran = JSON.parse((await run('retention', 'run', '--json')).out) as {
    dry_run: boolean;
    lines: readonly object[];
  };
  assert.ok(!ran.dry_run && ran.lines.length > 0);
  assert.equal(await orders.find(database, shop.shopId, 'C-1'), null);
  assert.match((await run('retention', 'set', 'order', 'house')).out, /790 days/);
});

test('a request is entered, worked on and ended; wrong words are explained', async () => {
  await ground.putOrder('C-2', exampleOrder());
  const day = clock.now().subtract({ hours: 48 }).toString().slice(0, 10);
  const words = ['requests', 'add', 'access', '--order', 'c-2', '--received', day, '--note', '\u001B[31mred'];
  const added = await run(...words, '--json');
  const { request } = JSON.parse(added.out) as { readonly request: { readonly id: string; readonly kind: string } };
  assert.equal(request.kind, 'access');
  assert.match((await run('requests', 'list', '--order', 'C-2')).out, new RegExp(`${request.id} +access +open`));
  const shown = await run('requests', 'show', request.id);
  assert.ok(shown.out.includes('[31mred') && !shown.out.includes('\u001B'));
  assert.equal((await run('requests', 'extend', request.id, ' ')).code, 1);
  assert.match(
    (await run('requests', 'note', request.id, 'seen', '--evidence', 'order and address')).out,
    /identified/,
  );
  assert.equal((await run('requests', 'end', request.id, 'refused')).code, 1);
  assert.equal((await run('requests', 'end', request.id, 'done')).code, 0);
  assert.match((await run('requests', 'list')).out, /No request is open/);
  assert.match((await run('requests', 'list', '--ended')).out, /done/);
  for (const wrong of [
    ['add', 'everything'],
    ['add', 'access', '--order', 'none'],
    ['add', 'access', '--received', '2026-02-31'],
    ['add', 'access', '--received', '2999-01-01'],
    ['add', 'access', '--evidence', 'a hunch'],
    ['show', 'req_x'],
    ['end', request.id, 'forgotten'],
  ]) {
    assert.equal((await run('requests', ...wrong)).code, 1, wrong.join(' '));
  }
  assert.match((await run('help', 'requests', 'add')).out, /rectification +Rectification \(art\. 16\)/);
});
