import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { resourcesOf, resourcesOfCss } from './resources.ts';
import { readTags } from './tokens.ts';

const base = 'https://shop.example/a/';
const seen = (html: string): readonly string[] =>
  resourcesOf(readTags(html), base).map(({ kind, url }) => `${kind} ${url}`);

test('Addresses are found as a browser finds them', () => {
  const rows: readonly (readonly [html: string, ...found: readonly string[]])[] = [
    [`<ScRiPt\n SRC = b.js\t></script>`, 'script https://shop.example/a/b.js'],
    [`<script src=b.js src=c.js>`, 'script https://shop.example/a/b.js'],
    [`<script src="b.js`],
    [`<script>"<img src=b.png>"</SCRIPT ><img src=c.png>`, 'image https://shop.example/a/c.png'],
    [`<title><img src=b.png></title><textarea><img src=c.png></textarea>`],
    [
      `<!--><img src=b.png>--><!-- <img src=c.png> --!><img src=d.png>`,
      'image https://shop.example/a/b.png',
      'image https://shop.example/a/d.png',
    ],
    [`<p title='<img src=b.png>'><img/src=c.png/>`, 'image https://shop.example/a/c.png/'],
    [`<img src="//cdn&period;example&sol;b.png&quest;">`, 'image https://cdn.example/b.png&quest;'],
    [
      `<img srcset="b,c.png 1x, d.png 2x,e.png">`,
      'image https://shop.example/a/b,c.png',
      'image https://shop.example/a/d.png',
    ],
    [`<base href=/x/><base href=/y/><a href=b>`, 'link https://shop.example/x/b'],
    [`<link rel="preload" as=script href=b.js><link rel=canonical href=c>`, 'script https://shop.example/a/b.js'],
    [`<meta http-equiv=refresh content="3;URL='/b'">`, 'refresh https://shop.example/b'],
    [`<img src="data:image/png,x"><a href="mailto:a@b.example"><img src="https://[">`],
    [`<svg><image xlink:href=b.png /></svg>`, 'image https://shop.example/a/b.png'],
    [
      `<p style="background:url('b.png')"><style>/* url(c.png) */ @import 'd.css'; p { background: URL( e.png ) }</style>`,
      'image https://shop.example/a/b.png',
      'style https://shop.example/a/d.css',
      'image https://shop.example/a/e.png',
    ],
  ];
  for (const [html, ...found] of rows) assert.deepEqual(seen(html), found, html);
});

const characters = 200_000;
const pieces = [
  '<',
  '<a ',
  ' b',
  'b=',
  `b="'`,
  '<!--',
  '<script>',
  '<style>url(',
  '@import ',
  '/* ',
  'url(" ',
  'a, ',
  '&a',
  '/',
];

suite('No page takes longer than its length allows', () => {
  for (const piece of pieces) {
    for (const start of ['', '<a ', '<style>', '<img srcset="']) {
      test(JSON.stringify(`${start}${piece}…`), () => {
        const text = start + piece.repeat(characters / piece.length);
        const before = process.cpuUsage().user;
        resourcesOf(readTags(text), base);
        resourcesOfCss(text, base);
        // Linear it takes some 20 ms; a reader that goes back for every piece takes more than 10 s.
        assert.ok(process.cpuUsage().user - before < 2_000_000);
      });
    }
  }
});
