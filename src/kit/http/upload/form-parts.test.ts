import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { readFormParts } from './form-parts.ts';

const type = 'multipart/form-data; boundary=b';
const limits = { bytesMax: 5_000, filesMax: 2, fileBytesMax: 300 };

function part(name: string, content: Uint8Array, file?: string): Buffer {
  const named = file === undefined ? '' : `; filename="${file}"`;
  return Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${named}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (parts: readonly Buffer[], size = 7) =>
  readFormParts(type, cut(Buffer.concat([...parts, Buffer.from('--b--\r\n')]), size), limits);

const codeOf = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'none',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );

suite('a form with several files', () => {
  test('gives fields and files as they were sent, in any order, however they are cut', async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 2 }), fc.integer({ min: 1, max: 50 }), async (sent, size) => {
        fc.pre(sent.every((bytes) => !Buffer.from(bytes).includes('\r\n--b')));
        const parts = sent.map((bytes) => part('pictures', bytes, 'a.jpg'));
        const { fields, files } = await read(
          [part('text', Buffer.from('ä b')), ...parts, part('x', Buffer.from(''))],
          size,
        );
        assert.deepEqual([fields.get('text'), fields.get('x')], ['ä b', '']);
        assert.deepEqual(
          files.map(({ bytes }) => bytes),
          sent.map((bytes) => Buffer.from(bytes)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('leaves out fields without a file, and says of a file that it was too long', async () => {
    const { files } = await read([part('a', Buffer.alloc(0), ''), part('b', Buffer.alloc(301), 'b.jpg')]);
    assert.deepEqual(files, [{ field: 'b', bytes: null }]);
  });

  test('with too many files, too much in it, or without an end is a Fault', async () => {
    const one = part('a', Buffer.alloc(9), 'a');
    assert.equal(await codeOf(read([one, one, one])), 'limit');
    assert.equal(await codeOf(read([part('a', Buffer.alloc(6_000), 'a')])), 'limit');
    assert.equal(await codeOf(readFormParts(type, cut(one, 5), limits)), 'invalid');
    assert.equal(await codeOf(readFormParts('text/plain', cut(one, 5), limits)), 'invalid');
  });
});
