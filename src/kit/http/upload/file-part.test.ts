import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { readFilePart } from './file-part.ts';

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const type = 'multipart/form-data; boundary=----mark';

async function read(body: Buffer, size = 3, bytesMax = 10_000): Promise<readonly [string, Buffer] | null> {
  const file = await readFilePart(type, piecesOf(body, size), bytesMax);
  if (file === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of file.bytes) pieces.push(piece);
  return [file.name, Buffer.concat(pieces)];
}

function bodyOf(content: Uint8Array, name = 'a.csv'): Buffer {
  return Buffer.concat([
    Buffer.from('------mark\r\nContent-Disposition: form-data; name="x"\r\n\r\nfield\r\n'),
    Buffer.from(
      `------mark\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`,
    ),
    content,
    Buffer.from('\r\n------mark\r\nContent-Disposition: form-data; name="y"\r\n\r\nlast\r\n------mark--\r\n'),
  ]);
}

suite('a form with a file', () => {
  test('gives the file as it was, however it is cut on its way', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: fc.constantFrom('\r', '\n', '-', '--', '------mark', 'm') }).map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 60 }), async (sent, size) => {
        fc.pre(!Buffer.from(sent).includes('\r\n------mark') && !Buffer.from(sent).toString().startsWith('------mark'));
        assert.deepEqual(await read(bodyOf(sent), size), ['a.csv', Buffer.from(sent)]);
      }),
    );
  });

  test('has the name of the file without its path', async () => {
    assert.equal((await read(bodyOf(Buffer.from('x'), 'C:\\Users\\ada\\mai.csv')))?.[0], 'mai.csv');
  });

  test('without a file has none', async () => {
    assert.equal(
      await read(Buffer.from('------mark\r\nContent-Disposition: form-data; name="x"\r\n\r\na\r\n------mark--\r\n')),
      null,
    );
    assert.equal(await read(Buffer.from('------mark--\r\n')), null);
  });

  test('that is cut off, too long or no form is a Fault', async () => {
    const whole = bodyOf(Buffer.from('a;b\n1;2\n'));
    const code = async (reading: Promise<unknown>): Promise<string> => {
      return await reading.then(
        () => 'none',
        (error: unknown) => (error instanceof Fault ? error.code : String(error)),
      );
    };
    assert.equal(await code(read(whole.subarray(0, 170))), 'invalid');
    assert.equal(await code(read(whole, 3, 100)), 'limit');
    assert.equal(await code(readFilePart('text/plain', piecesOf(whole, 9), 1_000)), 'invalid');
    assert.equal(await code(read(Buffer.from('nothing of the kind'))), 'invalid');
  });
});
