import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { z } from 'zod';
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

test('a copy tells all that art. 15(1) asks for beside the data, in every form and both languages', async () => {
  const { personId } = await ground.putOrder('X-told', exampleOrder({ customer: { id: 'told' }, parcels: [] }));
  const person = { shopId: shop.shopId, personId };
  const copy = async (format: 'json' | 'csv' | 'html', language: string) =>
    (await rights.exportPerson(person, { format, language, reader: 'customer' })).bytes;
  const shape = z.object({
    information: z.array(
      z.object({ article: z.string().nullable(), title: z.string(), lines: z.array(z.string().min(1)).min(1) }),
    ),
  });
  for (const [language, complain, kept] of [
    ['en', 'complain to a supervisory authority', 'Orders and their persons: for 790 days'],
    ['de', 'bei einer Aufsichtsbehörde beschweren', ': 790 Tage lang'],
  ] as const) {
    const { information } = shape.parse(JSON.parse(String(await copy('json', language))));
    assert.deepEqual(
      information.map(({ article }) => article),
      [null, ...'abcdefgh'.split('').map((letter) => `art. 15(1)(${letter})`)],
    );
    const lines = information.flatMap((one) => one.lines);
    assert.ok(lines.some((line) => line.includes(complain)) && lines.some((line) => line.includes(kept)), language);
    assert.ok(lines.includes(shop.name));
    const text = unzip(await copy('csv', language)).get('information.txt') ?? '';
    for (const line of lines) assert.ok(text.includes(line), line);
    assert.ok(String(await copy('html', language)).includes(complain));
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
  const whole = { madeAt: ground.clock.now(), shop, held, ledger: null, receipts: [], information: [] };
  assert.match(exportHtml(whole, { language: 'de', say: sayIn('de') }), /Nichts\./);
});
