import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { unzip } from '../../../test/stories/rights/seeded.ts';
import { sayIn } from '../words.ts';
import { exportHtml } from './html.tsx';
import { zip } from './zip.ts';

const ground = await openGround();
after(ground.close);
const { rights, shop, database, privacy } = ground;

const hostile = [
  '=HYPERLINK("http://x.example","here")',
  ' +cmd|calc',
  '@SUM(A1)',
  '</style><script>alert(1)</script>',
  'a,"b"\r\nc',
  '\u202Eltr\u0000'.replace('\u0000', ''),
  '💌'.repeat(50),
];

test('what customers wrote is no formula in a spreadsheet and no markup on the page, and comes out as it went in', async () => {
  for (const [at, name] of hostile.entries()) {
    const { personId } = await ground.putOrder(
      `X-${at}`,
      exampleOrder({ customer: { id: `x${at}`, name }, parcels: [] }),
    );
    const person = { shopId: shop.shopId, personId };
    const copy = async (format: 'json' | 'csv' | 'html') =>
      (await rights.exportPerson(person, { format, language: 'ar', reader: 'customer' })).bytes;
    const kept = name.trim();
    assert.ok(String(await copy('json')).includes(JSON.stringify(kept)), name);
    const table = unzip(await copy('csv')).get('orders.person.csv') ?? '';
    const cell = /^[=@+]/.test(kept) ? `'${kept}` : kept;
    assert.ok(table.includes(/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell), name);
    assert.doesNotMatch(String(await copy('html')), /<script|<\/style><s/i);
  }
});

test('a value whose key was damaged is shown as that and hides nothing else', async () => {
  const { personId } = await ground.putOrder(
    'X-damaged',
    exampleOrder({ customer: { id: 'dam', name: 'Ada', email: 'dam@kunde.example' } }),
  );
  await database.rows(`update orders.person set name = '\\x00112233' where person_id = $1`, [personId]);
  const person = { shopId: shop.shopId, personId };
  const json = String((await rights.exportPerson(person, { format: 'json', language: 'en', reader: 'staff' })).bytes);
  assert.match(json, /"name": \{\s*"unreadable": true\s*\}/);
  assert.match(json, /dam@kunde\.example/);
  const html = String((await rights.exportPerson(person, { format: 'html', language: 'de', reader: 'staff' })).bytes);
  assert.match(html, /lässt sich aber nicht mehr öffnen/);
  const verbs = (await privacy.audits(database, shop.shopId, 2)).map(({ verb, actor }) => `${verb} ${actor}`);
  assert.deepEqual(verbs, ['rights.export staff', 'rights.export staff']);
});

test('an archive is the same for the same texts, and reads as any other', () => {
  const at = Temporal.Instant.from('2026-11-29T12:34:56Z');
  const files = [
    { name: 'a.csv', text: '' },
    { name: 'ä/ö.txt', text: 'x'.repeat(100_000) },
  ];
  assert.deepEqual(zip(files, at), zip(files, at));
  assert.deepEqual(
    [...unzip(zip(files, at))],
    files.map(({ name, text }) => [name, text]),
  );
  assert.throws(
    () =>
      zip(
        Array.from({ length: 65_535 }, () => ({ name: '', text: '' })),
        at,
      ),
    /too many/,
  );
});

test('nobody who is known under no heading still gets a whole page', () => {
  const held = {
    shopId: shop.shopId,
    personId: shop.shopId,
    categories: [{ heading: 'person', entries: [] }],
  } as const;
  const whole = { madeAt: ground.clock.now(), shop, held, ledger: null, receipts: [] };
  assert.match(exportHtml(whole, { language: 'de', say: sayIn('de') }), /Nichts\./);
});
