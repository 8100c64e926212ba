import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { openCodec } from './codec.ts';
import { readHead, type PictureHead } from './heads/head.ts';
import { createRecodeApart } from './recode-apart.ts';
import { recode } from './recode.ts';
import type { Pixels } from './shrink.ts';
import { createTries } from './tries.ts';

/** Red on the left, blue on the right; green in the top left corner. */
function drawn(width = 60, height = 40): Pixels {
  const rgba = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const isCorner = x < width / 4 && y < height / 4;
    rgba.set(isCorner ? [0, 255, 0, 255] : x < width / 2 ? [255, 0, 0, 255] : [0, 0, 255, 255], at * 4);
  }
  return { width, height, rgba };
}

const jpeg = Buffer.from(openCodec().encode(drawn(), 90));

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** TIFF with an orientation and a pointer to coordinates, as a phone writes it. */
function exif(orientation: number): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 24 + 4);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(2, 8);
  for (const [at, tag, type, value] of [
    [10, 0x01_12, 3, orientation << 16],
    [22, 0x88_25, 4, 38],
  ] as const) {
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(1, at + 4);
    tiff.writeUInt32BE(value >>> 0, at + 8);
  }
  return Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('GPS 48.137154,11.576124')]);
}

const withExif = (orientation: number): Buffer =>
  Buffer.concat([
    jpeg.subarray(0, 2),
    segment(0xe1, exif(orientation)),
    segment(0xfe, Buffer.from('a comment by Ada')),
    jpeg.subarray(2),
    Buffer.from('<script>alert(1)</script>PK\x03\x04'),
  ]);

function chunk(type: string, body: Buffer): Buffer {
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
  whole.writeUInt32BE(body.length);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

function png(width: number, height: number, pixels: Buffer, ...more: Buffer[]): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  size.set([8, 6], 8);
  const rows = Array.from({ length: Math.ceil(pixels.length / (width * 4)) }, (_, row) =>
    Buffer.concat([Buffer.alloc(1), pixels.subarray(row * width * 4, (row + 1) * width * 4)]),
  );
  const parts = [
    chunk('IHDR', size),
    ...more,
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

function headOf(bytes: Uint8Array): PictureHead {
  const head = readHead(bytes);
  assert.ok(!('no' in head), 'no' in head ? head.no : '');
  return head;
}

function pixelsOf(bytes: Uint8Array): Pixels {
  const recoded = recode(headOf(bytes));
  assert.ok(recoded !== null);
  return openCodec().decode(recoded.full.jpeg);
}

/** `r`, `g` or `b`, whichever is most there. */
function colourAt({ rgba, width }: Pixels, x: number, y: number): string {
  const at = (y * width + x) * 4;
  const [r = 0, g = 0, b = 0] = rgba.subarray(at, at + 3);
  return r > g && r > b ? 'r' : g > b ? 'g' : 'b';
}

const noOf = (bytes: Uint8Array): string => {
  const head = readHead(bytes);
  return 'no' in head ? head.no : head.kind;
};

suite('a picture of a review', () => {
  test('keeps nothing but its pixels: no place, no camera, no comment, nothing behind its end', () => {
    const recoded = recode(headOf(withExif(1)));
    assert.ok(recoded !== null);
    for (const { jpeg: shown } of [recoded.full, recoded.small]) {
      const text = Buffer.from(shown).toString('latin1');
      for (const word of ['Exif', 'GPS', '48.137', 'Ada', 'script', 'PK\x03\x04'])
        assert.ok(!text.includes(word), word);
    }
    assert.ok(!Buffer.from(headOf(withExif(1)).bare).includes('GPS'), 'even the decoder does not see them');
  });

  test('is upright, however the camera was held', () => {
    // Where the corner is that was at the top left of what the sensor saw (CIPA DC-008, figure of tag 0x0112).
    const corners = { 1: 'tl', 2: 'tr', 3: 'br', 4: 'bl', 5: 'tl', 6: 'tr', 7: 'br', 8: 'bl' };
    for (const [orientation, corner] of Object.entries(corners)) {
      const seen = pixelsOf(withExif(Number(orientation)));
      const isTurned = Number(orientation) >= 5;
      assert.deepEqual([seen.width, seen.height], isTurned ? [40, 60] : [60, 40]);
      const [x, y] = [corner.includes('l') ? 3 : seen.width - 4, corner.includes('t') ? 3 : seen.height - 4];
      assert.equal(colourAt(seen, x, y), 'g', `orientation ${orientation}`);
      const along = isTurned ? colourAt(seen, seen.width / 2, y) : colourAt(seen, x, seen.height / 2);
      assert.equal(along, 'r', `orientation ${orientation}`);
    }
  });

  test('is at most 1,600 pixels long, and its small one 320', () => {
    const { width, height } = { width: 1_900, height: 475 };
    const recoded = recode(headOf(openCodec().encode(drawn(width, height), 60)));
    assert.deepEqual([recoded?.full.width, recoded?.full.height], [1_600, 400]);
    assert.deepEqual([recoded?.small.width, recoded?.small.height], [320, 80]);
  });

  test('may be PNG, whose transparent parts are white', () => {
    const clear = Buffer.alloc(16 * 16 * 4);
    const texts = chunk('tEXt', Buffer.from('Author\0Ada Beispiel'));
    const seen = pixelsOf(png(16, 16, clear, texts));
    assert.ok((seen.rgba[0] ?? 0) > 250);
    assert.ok(!Buffer.from(headOf(png(16, 16, clear, texts)).bare).includes('Ada'));
  });

  test('may be WebP', () => {
    // One red pixel, lossless, with EXIF behind it.
    const simple = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
    assert.equal(noOf(simple), 'webp');
    assert.ok(recode(headOf(simple)) !== null);
  });

  test('is refused when it would be too large once it is decoded, before it is', () => {
    assert.equal(noOf(png(30_000, 30_000, Buffer.alloc(4))), 'pixels');
    assert.equal(noOf(png(20_000, 1, Buffer.alloc(4))), 'pixels');
    const large = Buffer.from(jpeg);
    const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
    large.writeUInt16BE(60_000, frame + 5);
    large.writeUInt16BE(60_000, frame + 7);
    assert.equal(noOf(large), 'pixels');
    assert.equal(noOf(Buffer.alloc(8 * 1024 * 1024 + 1)), 'bytes');
  });

  test('is refused when it is walked over again and again', () => {
    const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])), -2);
    const many = Buffer.concat([jpeg.subarray(0, -2), ...Array.from({ length: 60 }, () => scan), jpeg.subarray(-2)]);
    assert.equal(noOf(many), 'broken');
  });

  test('is refused by what it is, not by what it is called', () => {
    assert.equal(noOf(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1')), 'heic');
    for (const text of ['GIF89a\x01\0\x01\0', '<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', '', 'MZ']) {
      assert.equal(noOf(Buffer.from(text, 'latin1')), 'kind', text);
    }
  });

  test('is one of forty that are looked at of an order within an hour, whatever comes of them', () => {
    let now = Temporal.Instant.from('2026-11-29T12:00:00Z');
    const mayTry = createTries({ clock: { now: () => now } });
    for (let count = 0; count < 40; count += 1) assert.ok(mayTry('one'));
    assert.ok(!mayTry('one') && mayTry('other'));
    now = now.add({ hours: 1 });
    assert.ok(mayTry('one'));
  });

  test('that is cut off anywhere is refused, and the next one is not', async () => {
    const apart = createRecodeApart();
    for (const at of [3, 20, 200, jpeg.length - 2]) assert.equal(noOf(jpeg.subarray(0, at)), 'broken');
    const whole = png(16, 16, Buffer.alloc(16 * 16 * 4, 7));
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 44, 50);
    assert.equal(await apart(headOf(damaged), 'one'), null);
    const done: string[] = [];
    const send = async (whose: string): Promise<void> => {
      if ((await apart(headOf(whole), whose)) !== 'busy') done.push(whose);
    };
    // Whoever sends many waits for whoever sends one, and nobody is sent away for what others send.
    await Promise.all([...Array.from({ length: 9 }, () => send('many')), send('other')]);
    assert.deepEqual(done, ['many', 'other', 'many', 'many', 'many', 'many']);
  });
});
