import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { readLogo } from './picture.ts';
import { sayTrouble } from './troubles.ts';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  const tail = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

function png(width: number, height: number, ...more: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const picture = chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * Math.min(height, 100))));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk('IHDR', head), ...more, picture, chunk('IEND', Buffer.alloc(0))]);
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

function jpeg(...notes: readonly Buffer[]): Buffer {
  const frame = segment(0xc0, Buffer.from([8, 0, 40, 0, 120, 1, 1, 0x11, 0]));
  const scan = Buffer.concat([segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), Buffer.from([1, 2, 3, 0xff, 0xd9])]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...notes, frame, scan]);
}

function webp(...chunks: readonly (readonly [type: string, data: Buffer])[]): Buffer {
  const body = Buffer.concat(
    chunks.map(([type, data]) => {
      const head = Buffer.alloc(8);
      head.write(type, 'latin1');
      head.writeUInt32LE(data.length, 4);
      return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
    }),
  );
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

const lossless = Buffer.from([0x2f, 119, (39 << 6) & 255, 9, 0, 1, 2, 3, 4, 5]);

function refusalOf(bytes: Uint8Array): string {
  const read = readLogo(bytes);
  assert.ok('no' in read, 'it was taken');
  return sayTrouble('en', read.no);
}

const svg = (inside: string, root = 'viewBox="0 0 10 10"'): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${root}>${inside}</svg>`);

function written(source: Buffer): string {
  const read = readLogo(source);
  assert.ok(!('no' in read), 'no' in read ? sayTrouble('en', read.no) : '');
  return Buffer.from(read.bytes).toString();
}

suite('pictures', () => {
  test('a picture keeps what draws and loses what tells: places, texts, comments, what hangs on behind', () => {
    const secret = Buffer.from('GPS 54.79 9.43');
    const pictures = [
      Buffer.concat([png(120, 40, chunk('tEXt', secret), chunk('eXIf', secret)), secret]),
      Buffer.concat([jpeg(segment(0xe1, secret), segment(0xfe, secret)), secret]),
      Buffer.concat([webp(['VP8L', lossless], ['EXIF', secret], ['XMP ', secret]), secret]),
    ];
    for (const [index, picture] of pictures.entries()) {
      const read = readLogo(picture);
      assert.ok(!('no' in read), `picture ${index}`);
      assert.ok(!Buffer.from(read.bytes).includes('GPS'), read.kind);
      const again = readLogo(read.bytes);
      assert.deepEqual(again, read);
    }
    assert.deepEqual(
      [png(120, 40), jpeg(), webp(['VP8L', lossless])].map((one) => {
        const read = readLogo(one);
        return 'no' in read ? read.no.code : read.kind;
      }),
      ['png', 'jpeg', 'webp'],
    );
  });

  test('what is too heavy, too large, too small, cut off or no picture is refused in a sentence', () => {
    assert.match(refusalOf(Buffer.alloc(300 * 1024)), /has 300 KiB, and at most 256/);
    assert.match(refusalOf(png(5000, 40)), /5000 × 40 pixels/);
    assert.match(refusalOf(png(3000, 3000)), /at most 4 million/);
    assert.match(refusalOf(png(8, 8)), /8 × 8 pixels/);
    assert.match(refusalOf(Buffer.from('GIF89a…')), /PNG, JPEG, WebP or SVG/);
    assert.match(refusalOf(Buffer.alloc(0)), /PNG, JPEG, WebP or SVG/);
    for (const whole of [png(120, 40), jpeg(), webp(['VP8L', lossless])]) {
      for (let length = 12; length < whole.length; length += 1) {
        assert.match(refusalOf(whole.subarray(0, length)), /damaged or cut off/, `${length} of ${whole.length}`);
      }
    }
    const flipped = png(120, 40);
    flipped.writeUInt8(flipped.readUInt8(20) ^ 1, 20);
    assert.match(refusalOf(flipped), /This PNG picture is damaged/);
  });
});

suite('SVG', () => {
  test('shapes, gradients and own styles stay; an editor’s notes go', () => {
    const source = Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">
      <!-- Made by Anna --><svg xmlns="http://www.w3.org/2000/svg" xmlns:sodipodi="http://s" sodipodi:docname="/home/anna/logo.svg" width="120px" height="40">
      <metadata><rdf:RDF xmlns:rdf="r">Anna</rdf:RDF></metadata><sodipodi:namedview id="v"/><title>Anna &amp; Co</title>
      <style><![CDATA[.a{fill:url(#g)}]]></style><defs><linearGradient id="g"><stop offset="0" stop-color="#123456"/></linearGradient></defs>
      <g class="a" data-name="Anna" transform="translate(1 2)"><path d="M0 0h5v5z"/><use xlink:href="#p" fill="url('#g')"/></g><text x="1">A &lt; B</text></svg>`);
    const text = written(source);
    assert.ok(!/anna/i.test(text), text);
    assert.match(text, /^<svg width="120px" height="40" viewBox="0 0 120 40" xmlns="http:\/\/www.w3.org\/2000\/svg">/);
    for (const part of [
      '.a{fill:url(#g)}',
      '<path d="M0 0h5v5z"/>',
      '<use href="#p" fill="url(\'#g\')"/>',
      'A &lt; B',
    ]) {
      assert.ok(text.includes(part), part);
    }
    assert.equal(written(Buffer.from(text)), text);
  });

  const bad: readonly (readonly [inside: string, says: RegExp])[] = [
    ['<script>alert(1)</script>', /runs a script \(<script>\)/],
    ['<SCRIPT>alert(1)</SCRIPT>', /runs a script/],
    ['<g><metadata><script>1</script></metadata></g>', /runs a script/],
    ['<path onload="alert(1)" d="M0 0"/>', /runs a script \(onload\)/],
    ['<x:y ONCLICK="1"/><path OnClick="1"/>', /runs a script/],
    ['<foreignObject><b/></foreignObject>', /holds <foreignObject>/],
    ['<image href="data:image/png;base64,AA"/>', /holds <image>/],
    ['<a href="https://x.example"><path/></a>', /holds <a>/],
    ['<animate attributeName="href"/>', /holds <animate>/],
    ['<set attributeName="onload" to="1"/>', /holds <set>/],
    ['<svg/>', /holds <svg>/],
    ['<use href="https://x.example/a.svg#b"/>', /outside itself \(href: https/],
    ['<use xlink:href="java&#115;cript:alert(1)"/>', /outside itself/],
    ['<path fill="url(https://x.example/p)"/>', /outside itself \(fill: url/],
    ['<path style="fill:u\\72l(//x.example)"/>', /outside itself/],
    ['<path style="background:url(&#x2F;&#x2F;x.example)"/>', /outside itself/],
    ['<style>@import "https://x.example/a.css";</style>', /outside itself \(@import/],
    ['<style>a{b:url( "//x.example" )}</style>', /outside itself/],
    ['<style>a{b:image-set("//x.example" 1x)}</style>', /outside itself/],
    ['<path', /not well-formed/],
    ['<g><path></g></path>', /not well-formed/],
    ['&nope;<text>&nope;</text>', /not well-formed/],
    ['<path d=1/>', /not well-formed/],
    [`${'<g>'.repeat(60)}${'</g>'.repeat(60)}`, /too many parts/],
    ['<use href="#a"/>'.repeat(21), /too many parts/],
    ['<path/>'.repeat(5_001), /too many parts/],
  ];
  for (const [inside, says] of bad) {
    test(`${inside.slice(0, 60)} is refused by name`, () => assert.match(refusalOf(svg(inside)), says));
  }

  test('entities of its own, other roots, two roots, no size and bytes that are no UTF-8 are refused', () => {
    const entities = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg viewBox="0 0 1 1"><text>&a;</text></svg>';
    assert.match(refusalOf(Buffer.from(entities)), /not well-formed/);
    assert.match(refusalOf(Buffer.from('<?xml version="1.0"?><html/>')), /not well-formed/);
    assert.match(refusalOf(Buffer.concat([svg(''), svg('')])), /not well-formed/);
    assert.match(refusalOf(svg('', 'width="100%" height="1"')), /how large/);
    assert.match(refusalOf(Buffer.concat([svg(''), Buffer.from([0xff])])), /UTF-8/);
  });
});
