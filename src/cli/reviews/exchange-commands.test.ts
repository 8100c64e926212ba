import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { terminalHouse } from '../../../test/fixtures/terminal-house.ts';
import { openReviewRoom } from '../../../test/review-room.ts';

const asked = await openReviewRoom();
const { ground, reviews } = asked;
const { database, shop } = ground;
const folder = mkdtempSync(join(tmpdir(), 'reviews-csv-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await asked.close();
});
const house = { ...terminalHouse(ground), reviews };
const run = (...words: readonly string[]) => runWords(words, { withHouse: (work) => work(house) });
const importing = (name: string, csv: string) => {
  const path = join(folder, name);
  writeFileSync(path, csv);
  return run('review', 'import', path, '--source', 'Another Portal', '--json');
};

test('what is published is exported with every cell as it is and none a formula, and can be brought along again', async () => {
  const { token } = await asked.invited();
  const text = '=HYPERLINK("https://x.example")\nzweite Zeile; "so"';
  const reviewId = await asked.write(token, { shop: 3, text });
  const judgement = { shopId: shop.shopId, reviewId, verdict: { publish: true } as const, actor: 'staff' };
  await database.tx((tx) => reviews.moderate(tx, judgement));
  const path = join(folder, 'out.csv');
  assert.equal((await run('review', 'export', '--out', path)).code, 0);
  assert.equal((await run('review', 'export', '--out', path)).code, 1, 'nothing is written over');
  const csv = readFileSync(path, 'utf8');
  assert.match(csv, /^review,published_at,stars,.*\r\nrev_\w+,2026-\d\d-/);
  assert.match(csv, /"'=HYPERLINK\(""https/);
  const done = JSON.parse((await importing('in.csv', csv)).out) as object;
  assert.deepEqual(done, { imported: 1, repeated: 0, errors: [] });
  const [came] = await reviews.importedReviews(database, shop.shopId);
  assert.deepEqual([came?.text, came?.stars, came?.source], [text, 3, 'Another Portal']);
  assert.equal((await reviews.figuresOf(database, shop.shopId)).shop.count, 1, 'they count in no figure');
});

test('rows from elsewhere are taken once, those that cannot be are named by their line, and all go away again', async () => {
  const csv =
    'Rating;Datum;Titel;Kommentar;Name\r\n5;01.03.2025;Gut;Schnell;Ada\r\n6;01.03.2025;;;\r\n4,0;2025-02-30;;;\r\n1;2025-03-02T10:00:00Z;;"Drei\nZeilen\nText";Bo\r\n';
  const first = await importing('de.csv', csv);
  assert.equal(first.code, 1);
  const found = JSON.parse(first.out) as {
    readonly imported: number;
    readonly errors: readonly { readonly line: number; readonly code: string }[];
  };
  const { imported, errors } = found;
  assert.equal(imported, 2);
  assert.deepEqual(
    errors.map(({ line, code }) => [line, code]),
    [
      [3, 'stars'],
      [4, 'date'],
    ],
  );
  assert.match((await importing('de.csv', csv)).out, /"imported": 0,\s+"repeated": 2/);
  assert.match((await importing('none.csv', 'a,b\n1,2\n')).out, /"code": "columns"/);
  const stars =
    'Review Created (UTC),Review Rating,Review_Title\n2025-03-01 10:00:00,5,\n2025-03-01 11:00:00,5,\n2925-03-01,5,\n';
  const alone = JSON.parse((await importing('stars.csv', stars)).out) as typeof found;
  assert.deepEqual([alone.imported, alone.errors.map(({ line }) => line)], [2, [4]], 'two that say the same are two');
  assert.match((await importing('stars.csv', stars)).out, /"imported": 0,\s+"repeated": 2/);
  const bad = JSON.parse(
    (await importing('bad.csv', `stars,date\n${'9,x\n'.repeat(201)}5,2025-03-01\n`)).out,
  ) as typeof found;
  assert.deepEqual(
    [bad.imported, bad.errors.at(-1)],
    [0, { ...bad.errors.at(-1), line: 202, code: 'errors' }],
    'nothing is left out in silence',
  );
  const stored = await database.rows<{ row: string }>('select to_jsonb(i)::text as row from reviews.imported i', []);
  assert.ok(
    stored.every(({ row }) => !/Ada|Schnell/.test(row)),
    'no names, and words are sealed',
  );
  assert.match((await run('review', 'drop-import', 'Another Portal')).out, /5 taken away/);
  assert.equal((await run('review', 'import', join(folder, 'de.csv'), '--source', '<b>')).code, 1);
  assert.equal((await run('review', 'import', join(folder, 'gone.csv'), '--source', 'X')).code, 1);
});
