import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { renderToString } from 'preact-render-to-string';
import {
  assets,
  contrastOf,
  Icon,
  LinkedData,
  mailUrl,
  page,
  type PageFrame,
  phoneUrl,
  readTheme,
  themeColours,
  themeName,
  webUrl,
  WordMark,
} from '#kit/html';

const frame: PageFrame = {
  language: 'en',
  dir: 'ltr',
  title: 'A <title> & more',
  assetUrl: (name) => ({ url: `/assets/${name}`, integrity: `sha384-${name}` }),
  styles: ['page.css'],
  scripts: ['live.js'],
  theme: null,
  skipText: 'Skip to the content',
  header: 'header',
  footer: 'footer',
};

const colour = fc.integer({ min: 0, max: 0xff_ff_ff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);

function baseColours(scheme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const css = assets.find(({ name }) => name === 'base.css')?.text ?? '';
  const blocks = [...css.matchAll(/:root\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const taken = scheme === 'light' ? blocks.slice(0, 1) : blocks;
  return new Map(
    taken.flatMap((block) =>
      [...block.matchAll(/--([a-z-]+):(#[0-9a-f]{6})/g)].map((match): [string, string] => [
        match[1] ?? '',
        match[2] ?? '',
      ]),
    ),
  );
}

const written: readonly (readonly [ink: string, ground: string, min: number])[] = [
  ...['paper', 'surface', 'sunk'].flatMap((ground) => [
    ['ink', ground, 7] as const,
    ['soft', ground, 4.5] as const,
    ['brand-ink', ground, 4.5] as const,
    ['good', ground, 4.5] as const,
    ['warn', ground, 4.5] as const,
    ['bad', ground, 4.5] as const,
    ['edge', ground, 3] as const,
  ]),
  ['on-brand', 'brand', 4.5],
  ...['brand', 'good', 'warn', 'bad'].flatMap((tone) => [
    [tone === 'brand' ? 'brand-ink' : tone, `${tone}-tint`, 4.5] as const,
    ['ink', `${tone}-tint`, 7] as const,
    ['soft', `${tone}-tint`, 4.5] as const,
  ]),
];

for (const scheme of ['light', 'dark'] as const) {
  test(`every ink of the palette can be read on every ground it is used on (${scheme})`, () => {
    const colours = baseColours(scheme);
    for (const [ink, ground, min] of written) {
      const found = contrastOf(colours.get(ink) ?? '', colours.get(ground) ?? '');
      assert.ok(found >= min, `${ink} on ${ground} is ${found.toFixed(2)}, wanted ${min}`);
    }
  });
}

test('a page is a whole document without anything inline', () => {
  const html = page(frame, 'content');
  assert.match(html, /^<!doctype html><html lang="en" dir="ltr">/);
  assert.match(html, /<title>A &lt;title> &amp; more<\/title>/);
  assert.match(html, /<main id="content"/);
  assert.match(html, /href="\/assets\/base\.css" integrity="sha384-base\.css".*href="\/assets\/page\.css"/);
  assert.match(html, /<script type="module" src="\/assets\/live\.js" integrity="sha384-live\.js"><\/script>/);
  assert.doesNotMatch(html, /\sstyle=|<style|<script(?![^>]*\ssrc=)/);
});

test('data for machines is JSON that no text in it can end', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constant('</script><script>alert(1)</script><!--<script>')), (name) => {
      const html = page({ ...frame, head: <LinkedData about={{ '@type': 'FAQPage', name }} /> }, 'content');
      const [, json = ''] = /<script type="application\/ld\+json">([^<]*)<\/script><\/head>/.exec(html) ?? [];
      assert.deepEqual(JSON.parse(json), { '@context': 'https://schema.org', '@type': 'FAQPage', name });
    }),
    { numRuns: 50 },
  );
});

test('a theme puts the shop’s colours and icon on the page', () => {
  const theme = { brand: '#7a1f3d', onBrand: '#ffffff' };
  const html = page({ ...frame, theme }, 'content');
  assert.match(html, /theme-7a1f3d-ffffff-[0-9a-f]{6}\.css/);
  assert.match(html, /theme-7a1f3d-ffffff-[0-9a-f]{6}\.svg/);
  assert.doesNotMatch(html, /favicon/);
});

test('any two colours of a shop give text that can be read, in light and in dark', () => {
  fc.assert(
    fc.property(colour, colour, (brand, onBrand) => {
      const name = themeName({ brand, onBrand }, 'css');
      const css = readTheme(name)?.text ?? '';
      const value = (key: string): string[] =>
        [...css.matchAll(new RegExp(`--${key}:(#[0-9a-f]{6})`, 'g'))].map((match) => match[1] ?? '');
      const inks = value('brand-ink');
      const tints = value('brand-tint');
      assert.equal(inks.length, 2);
      assert.ok(contrastOf(value('on-brand')[0] ?? '', value('brand')[0] ?? '') >= 4.5);
      for (const [index, ground] of ['#ffffff', '#182126'].entries()) {
        assert.ok(contrastOf(inks[index] ?? '', ground) >= 4.5);
        assert.ok(
          contrastOf(inks[index] ?? '', tints[index] ?? '') >= 4.5,
          `${brand}: ${inks[index]} on ${tints[index]}`,
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('a brand that can be read stays as it is, a dark one keeps its hue in the dark', () => {
  const readable = themeColours({ brand: '#1f4e5f', onBrand: '#ffffff' });
  assert.equal(readable.inkOnLight, '#1f4e5f');
  const [red = 0, , blue = 0] = readable.inkOnDark.match(/[0-9a-f]{2}/g)?.map((hex) => Number.parseInt(hex, 16)) ?? [];
  assert.ok(blue - red > 40, readable.inkOnDark);
});

test('only theme names are read as themes', () => {
  for (const name of ['base.css', 'theme-zzzzzz-ffffff-000000.css', 'theme-123456-ffffff.css', '../theme-1', '']) {
    assert.equal(readTheme(name), null);
  }
  assert.match(readTheme(themeName({ brand: '#123456', onBrand: '#fff000' }, 'svg'))?.text ?? '', /^<svg/);
  assert.equal(themeColours({ brand: 'red;}', onBrand: '' }).brand, '#000000');
});

test('only addresses that a browser should follow become links', () => {
  assert.equal(webUrl('https://shop.example/a?b=c'), 'https://shop.example/a?b=c');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', '//shop.example', 'shop', '', null]) {
    assert.equal(webUrl(bad), null);
  }
  assert.equal(mailUrl('help@shop.example'), 'mailto:help@shop.example');
  for (const bad of ['a@b?bcc=c@d', 'a b@c', 'javascript:a@b', 'nobody', null]) assert.equal(mailUrl(bad), null);
  assert.equal(phoneUrl('+49 (0)40 123-456'), 'tel:+4940123456');
  assert.equal(phoneUrl('call us'), null);
});

test('the face is small and says its name', () => {
  const mark = renderToString(<WordMark height={24} id="a" />);
  assert.match(mark, /role="img" aria-label="Glasspost"/);
  assert.match(mark, /mask id="a".*url\(#a\)/);
  assert.ok(mark.length < 1_800, `${mark.length} bytes`);
  assert.match(renderToString(<Icon size={16} />), /aria-hidden="true"/);
  const sizes = assets.map(({ name, text }) => [name, Buffer.byteLength(text)] as const);
  assert.deepEqual(
    sizes.map(([name]) => name),
    ['base.css', 'favicon.svg', 'once.js'],
  );
  for (const [name, bytes] of sizes) assert.ok(bytes < 5_000, `${name} has ${bytes} bytes`);
});
