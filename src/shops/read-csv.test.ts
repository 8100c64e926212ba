import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { openCsv, type CsvEnd, type CsvRow } from './read-csv.ts';

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Uint8Array | string, size = 7) {
  const file = await openCsv(piecesOf(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, size));
  const rows: (CsvRow | CsvEnd)[] = [];
  for await (const row of file.rows) rows.push(row);
  return { columns: file.columns, separator: file.separator, encoding: file.encoding(), rows };
}

const text = 'Name;Straße\nJürgen;Größe 5 €\n';
const bytesOf = {
  'UTF-8': Buffer.from(text),
  'UTF-8 with a mark': Buffer.from(`\uFEFF${text}`),
  'UTF-16 LE with a mark': Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16 LE without a mark': Buffer.from(text, 'utf16le'),
  'UTF-16 BE with a mark': Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'UTF-16 BE without a mark': Buffer.from(text, 'utf16le').swap16(),
  'Windows-1252': Buffer.from(text.replace('€', '\x80'), 'latin1'),
};

suite('the encoding is recognised', () => {
  for (const [name, bytes] of Object.entries(bytesOf)) {
    test(`in ${name}`, async () => {
      for (const size of [1, 2, 3, 5_000]) {
        const { columns, rows } = await readAll(bytes, size);
        assert.deepEqual(columns, ['Name', 'Straße']);
        assert.deepEqual(rows, [{ line: 2, cells: ['Jürgen', 'Größe 5 €'] }]);
      }
    });
  }

  test('by the first letter that is not ASCII, however far down it stands', async () => {
    const head = `Name;Ort\n${'Ada;Berlin\n'.repeat(10_000)}`;
    for (const [encoding, as] of [
      ['utf-8', 'utf8'],
      ['windows-1252', 'latin1'],
    ] as const) {
      const read = await readAll(Buffer.from(`${head}Jörg;Köln\n`, as), 4_093);
      assert.equal(read.encoding, encoding);
      assert.deepEqual(read.rows.at(-1), { line: 10_002, cells: ['Jörg', 'Köln'] });
    }
  });
});

suite('the separator is recognised', () => {
  for (const separator of [',', ';', '\t', '|']) {
    test(`when it is ${JSON.stringify(separator)}, also where others stand in quotes`, async () => {
      const row = ['a', '"b,;|,;|"', 'c'].join(separator);
      const read = await readAll(`${row}\n1${separator}2${separator}3\n`);
      assert.equal(read.separator, separator);
      assert.deepEqual(read.rows, [{ line: 2, cells: ['1', '2', '3'] }]);
    });
  }

  test('by the line that spreadsheets write for each other, which is no row', async () => {
    const read = await readAll('sep=|\na;b|c\n1;2|3\n');
    assert.deepEqual([read.separator, read.columns], ['|', ['a;b', 'c']]);
    assert.deepEqual(read.rows, [{ line: 3, cells: ['1;2', '3'] }]);
  });
});

suite('rows', () => {
  test('carry the line on which they begin, with line breaks in quotes and empty lines between', async () => {
    const { rows } = await readAll('a;b\r\n1;"x\r\ny"\r\n\r\n3;4\n5;"""q"""\r');
    assert.deepEqual(rows, [
      { line: 2, cells: ['1', 'x\r\ny'] },
      { line: 5, cells: ['3', '4'] },
      { line: 6, cells: ['5', '"q"'] },
    ]);
  });

  test('may be shorter or longer than the first one', async () => {
    const { rows } = await readAll('a;b\n1\n1;2;3\n');
    assert.deepEqual(
      rows.map((row) => ('cells' in row ? row.cells : [])),
      [['1'], ['1', '2', '3']],
    );
  });

  test('stand under names that are there once each', async () => {
    assert.deepEqual((await readAll('Name;;Name\n')).columns, ['Name', 'column 2', 'Name (2)']);
  });

  test('before a quote that is never closed are read, and its line is named', async () => {
    const { rows } = await readAll('a;b\n1;2\n3;"4\n5;6\n');
    assert.deepEqual(rows, [
      { line: 2, cells: ['1', '2'] },
      { line: 3, end: 'quote' },
    ]);
  });

  test('that are too long or have too many cells end the reading and are named', async () => {
    const long = await readAll(`a;b\n1;2\n3;"${'x'.repeat(300_000)}"\n5;6\n`, 65_536);
    assert.deepEqual(long.rows.at(-1), { line: 3, end: 'length' });
    assert.equal(long.rows.length, 2);
    const wide = await readAll(`a;b\n1;2\n${';'.repeat(600)}\n`);
    assert.deepEqual(wide.rows.at(-1), { line: 3, end: 'columns' });
  });

  test('of an empty file are none', async () => {
    const { columns, rows } = await readAll('');
    assert.deepEqual([columns, rows], [[], []]);
  });
});

test('whatever the bytes are, reading them does not throw', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .string({ unit: fc.constantFrom('"', ';', ',', '\n', '\r', 'a', 'ü', '\uFEFF', '\0', "'", '\t') })
      .map((one) => new Uint8Array(Buffer.from(one))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (sent, size) => {
      const { rows } = await readAll(sent, size);
      let line = 0;
      for (const row of rows) {
        assert.ok(row.line >= line);
        line = row.line;
      }
    }),
    { numRuns: 300 },
  );
});

test('what was written as CSV comes back, however it is cut into pieces', async () => {
  const cell = fc.string({ unit: fc.constantFrom('"', ';', ',', '\n', 'a', 'ü', ' ', '€'), minLength: 1 });
  const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (cells, size) => {
      const written = ['a;b;c', ...cells.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(';'))];
      const { rows } = await readAll(written.join('\n'), size);
      const filled = cells.filter((row) => row.some((one) => one.trim() !== ''));
      assert.deepEqual(
        rows.map((row) => ('cells' in row ? row.cells : [])),
        filled,
      );
    }),
    { numRuns: 200 },
  );
});
