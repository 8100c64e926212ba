import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runWords } from '../../test/command-line.ts';

const samples = fileURLToPath(new URL('../carriers/dhl-unified/samples/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'glasspost-cli-'));
after(() => rmSync(folder, { recursive: true }));

type Scan = Readonly<Record<string, unknown>>;
type Line = {
  readonly file: string;
  readonly carrier: string;
  readonly parcels: readonly {
    readonly number: string;
    readonly milestone: string;
    readonly sub_status: string | null;
    readonly scans: readonly Scan[];
    readonly arrival: object | null;
  }[];
  readonly errors: readonly { readonly kind: string }[];
  readonly unmapped: readonly { readonly code: string; readonly count: number }[];
};

async function read(...files: readonly string[]) {
  const { code, out, err } = await runWords(['carrier', 'read', 'dhl', ...files]);
  const lines = linesOf(out);
  return { code, err: linesOf(err), out: lines, lines: lines.map((line) => JSON.parse(line) as Line) };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

const sample = (name: string): string => join(samples, name);

test('every saved answer is one line of JSON of one shape, in the order of the files', async () => {
  const files = readdirSync(samples).map(sample);
  assert.ok(files.length > 10);
  const { code, err, out, lines } = await read(...files);
  assert.deepEqual([code, err], [0, []]);
  assert.ok(out.every((line) => !line.includes('\n')));
  assert.deepEqual(
    lines.map((line) => line.file),
    files,
  );
  for (const line of lines) {
    assert.deepEqual(Object.keys(line), ['file', 'carrier', 'parcels', 'errors', 'unmapped']);
    assert.equal(line.carrier, 'dhl-unified');
    for (const parcel of line.parcels) {
      assert.deepEqual(Object.keys(parcel), ['number', 'service', 'milestone', 'sub_status', 'scans', 'arrival']);
      for (const scan of parcel.scans) {
        assert.deepEqual(Object.keys(scan), [
          'code',
          'milestone',
          'sub_status',
          'local_time',
          'offset',
          'zone',
          'time_confidence',
          'place',
          'text',
        ]);
      }
    }
  }
});

test('a parcel stands where its scans have brought it', async () => {
  const [line] = (await read(sample('parcel-de-neighbour.json'))).lines;
  const parcel = line?.parcels[0];
  assert.deepEqual([parcel?.milestone, parcel?.sub_status], ['delivered', 'delivered.neighbour']);
  assert.equal(parcel?.scans.at(-1)?.['sub_status'], 'delivered.neighbour');
});

test('codes that no table knows are counted and move nothing', async () => {
  const [line] = (await read(sample('unheard-of.json'))).lines;
  assert.ok((line?.unmapped.length ?? 0) > 0);
});

suite('the reader did its work', () => {
  const answers: readonly (readonly [name: string, content: string | Uint8Array, kind: string])[] = [
    ['an empty answer', '', 'upstream'],
    ['no JSON', '<html>', 'upstream'],
    ['half of it', '{"shipments":[{', 'upstream'],
    ['bytes', new Uint8Array([0xff, 0x00, 0xfe]), 'upstream'],
    ['a quota', '{"title":"Too many requests","status":429}', 'rate_limited'],
    ['no shipment', '{"shipments":[]}', 'not_found'],
  ];
  for (const [name, content, kind] of answers) {
    test(`${name}: ${kind}, and the exit code is 0`, async () => {
      const file = join(folder, 'answer.json');
      writeFileSync(file, content);
      const { code, lines } = await read(file);
      assert.equal(code, 0);
      assert.deepEqual([lines[0]?.parcels, lines[0]?.errors[0]?.kind], [[], kind]);
    });
  }
});

test('a file that cannot be read is named, the others are printed, and the exit code is 1', async () => {
  const large = join(folder, 'large.json');
  writeFileSync(large, '');
  truncateSync(large, 17 * 1024 * 1024);
  const good = sample('not-found.json');
  const { code, err, lines } = await read(join(folder, 'none.json'), good, folder, large, good);
  assert.equal(code, 1);
  assert.deepEqual(
    lines.map((line) => line.file),
    [good, good],
  );
  assert.deepEqual(err, [
    `${join(folder, 'none.json')}: There is no such file.`,
    `${folder}: This is a folder.`,
    `${large}: It is larger than 16777216 bytes.`,
  ]);
});
