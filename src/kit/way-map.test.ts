import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { drawWay, type Stop } from '#kit/way-map';
import { pictureOf } from './way-map/picture.ts';

const css = readFileSync(new URL('way-map/way-map.css', import.meta.url), 'utf8');

function stop(label: string, latitude: number, longitude: number, kind: Stop['kind']): Stop {
  return { label, latitude, longitude, kind };
}

const hamburgMunich = [
  stop('Hamburg', 53.55, 9.99, 'origin'),
  stop('Hannover', 52.37, 9.73, 'passed'),
  stop('Staufenberg', 51.36, 9.63, 'passed'),
  stop('Feucht', 49.38, 11.21, 'here'),
  stop('München', 48.14, 11.58, 'destination'),
];
const shenzhenBerlin = [
  stop('Shenzhen', 22.54, 114.06, 'origin'),
  stop('Dubai', 25.2, 55.27, 'passed'),
  stop('Leipzig', 51.34, 12.37, 'here'),
  stop('Berlin', 52.52, 13.4, 'destination'),
];
const lisboaTallinn = [
  stop('Lisboa', 38.72, -9.13, 'origin'),
  stop('Lyon', 45.76, 4.84, 'here'),
  stop('Tallinn', 59.44, 24.75, 'destination'),
];
const overTheDateLine = [
  stop('Auckland', -36.85, 174.76, 'origin'),
  stop('Honolulu', 21.3, -157.86, 'here'),
  stop('Los Angeles', 34.05, -118.24, 'destination'),
];
const rightToLeft = [
  stop('القاهرة', 30.04, 31.24, 'origin'),
  stop('دبي (DXB)', 25.2, 55.27, 'here'),
  stop('الرياض', 24.71, 46.68, 'destination'),
];
const oneTown = [stop('Radefeld', 51.42, 12.3, 'here')];

function draw(stops: readonly Stop[], more: { title?: string; width?: number; height?: number } = {}): string {
  const picture = drawWay({ stops, title: 'Your parcel’s way', width: 640, height: 360, ...more });
  assert.ok(picture !== null);
  return picture;
}

function labelsIn(picture: string): readonly string[] {
  return Array.from(picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g), (found) => found[1] ?? '');
}

/** The `d` of the path of a kind. */
const lineOf = (picture: string, kind: string): string =>
  new RegExp(`class="${kind}" d="([^"]*)"`).exec(picture)?.[1] ?? '';

test('a map is small, whatever it shows', () => {
  const bytesMax = [
    [hamburgMunich, 14_000],
    [shenzhenBerlin, 18_000],
    [lisboaTallinn, 18_000],
    [overTheDateLine, 18_000],
    [oneTown, 5000],
  ] as const;
  for (const [stops, max] of bytesMax) {
    const bytes = Buffer.byteLength(draw(stops));
    assert.ok(bytes > 800 && bytes < max, `${stops[0]?.label}: ${bytes} bytes`);
  }
});

test('every stop of a way that has room is named, where the parcel is before all', () => {
  assert.deepEqual(labelsIn(draw(hamburgMunich)), ['Feucht', 'München', 'Hamburg', 'Staufenberg', 'Hannover']);
  assert.deepEqual(labelsIn(draw(shenzhenBerlin)), ['Leipzig', 'Berlin', 'Shenzhen', 'Dubai']);
  assert.deepEqual(labelsIn(draw(oneTown)), ['Radefeld']);
});

test('the way behind the parcel is one line, the way before it another', () => {
  assert.notEqual(lineOf(draw(hamburgMunich), 'gm-way'), '');
  assert.notEqual(lineOf(draw(hamburgMunich), 'gm-rest'), '');
  const arrived = hamburgMunich.slice(0, 4);
  assert.equal(lineOf(draw(arrived), 'gm-rest'), '');
  const announced = [hamburgMunich[0], hamburgMunich[4]].filter((one) => one !== undefined);
  assert.equal(lineOf(draw(announced), 'gm-way'), '');
  assert.notEqual(lineOf(draw(announced), 'gm-rest'), '');
});

test('land and borders are there, fine ones near and coarse ones far', () => {
  for (const stops of [hamburgMunich, shenzhenBerlin, lisboaTallinn, oneTown]) {
    assert.ok(lineOf(draw(stops), 'gm-land').length > 100);
    assert.ok(lineOf(draw(stops), 'gm-border').length > 100);
  }
});

test('a way over the date line goes the short way', () => {
  const picture = draw(overTheDateLine);
  const xs = Array.from(
    picture.matchAll(/class="gm-(?:stop gm-origin|here|stop gm-destination)" cx="([\d.]+)"/g),
    (found) => Number(found[1]),
  ).toSorted((one, other) => one - other);
  assert.equal(xs.length, 3);
  // From New Zealand eastwards: had the line gone around the globe, the three would stand the other way around.
  assert.match(picture, /gm-origin" cx="2\d\d/);
  assert.match(picture, /gm-destination" cx="4\d\d/);
  assert.equal(lineOf(picture, 'gm-way').split('M').length, 2);
});

test('a stop without a place on the globe is left out, and without any there is no map', () => {
  const nowhere = [stop('a', Number.NaN, 9, 'origin'), stop('b', 91, 9, 'here'), stop('c', 5, Infinity, 'passed')];
  assert.equal(drawWay({ stops: nowhere, title: '', width: 640, height: 360 }), null);
  assert.equal(drawWay({ stops: [], title: '', width: 640, height: 360 }), null);
  assert.deepEqual(labelsIn(draw([...nowhere, ...oneTown])), ['Radefeld']);
});

test('names and title are text, never markup', () => {
  const wicked = `"><script>alert(1)</script>'&\u202e\u0000`;
  const picture = draw([stop(wicked, 50, 8, 'here')], { title: wicked });
  assert.ok(!picture.includes('<script') && !picture.includes('\u202e') && !picture.includes('\u0000'));
  assert.ok(picture.includes('<title id='));
  assert.match(picture, /&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&#39;&amp;<\/title>/);
  assert.ok(!/[<&](?!(?:\/?(?:svg|title|g|path|circle|text)\b|amp;|lt;|gt;|quot;|#39;))/.test(picture));
});

test('a map brings no style, script or address of its own', () => {
  for (const stops of [hamburgMunich, shenzhenBerlin, oneTown]) {
    assert.ok(!/style|script|href|url\(|https?:|\son\w+=/i.test(draw(stops)));
  }
  assert.ok(!/url\(|@import|https?:/i.test(css));
});

test('every class of a map has its looks, in light and in dark', () => {
  const classes = new Set(
    Array.from(
      [hamburgMunich, oneTown]
        .map((stops) => draw(stops))
        .join('')
        .matchAll(/class="([^"]*)"/g),
      (found) => found[1] ?? '',
    ).flatMap((names) => names.split(' ')),
  );
  assert.ok(classes.size > 8);
  const plain = new Set(['gm-origin', 'gm-label-origin', 'gm-label-passed', 'gm-destination']);
  for (const name of classes) assert.ok(plain.has(name) || css.includes(`.${name}`), name);
  assert.ok(css.includes('prefers-color-scheme: dark') && css.includes('forced-colors: active'));
});

test('a screen reader hears the title, and two maps on a page keep theirs apart', () => {
  const [one, other] = [draw(hamburgMunich), draw(shenzhenBerlin)].map((picture) => {
    const [, id] = /^<svg class="gm-map" role="img" aria-labelledby="([\w-]+)"/.exec(picture) ?? [];
    assert.ok(id !== undefined && picture.includes(`<title id="${id}">Your parcel’s way</title>`));
    return id;
  });
  assert.notEqual(one, other);
});

test('equal ways are equal pictures, drawn once', () => {
  const stops = lisboaTallinn.map(({ label, latitude, longitude, kind }) => {
    return { point: [longitude, latitude] as const, label, kind };
  });
  const box = { width: 640, height: 360 };
  assert.equal(pictureOf(stops, 'title', box, 'name'), pictureOf(stops, 'title', box, 'name'));
  assert.equal(draw(lisboaTallinn), draw(structuredClone(lisboaTallinn)));
  const begun = process.cpuUsage();
  for (let time = 0; time < 1000; time += 1) draw(lisboaTallinn);
  assert.ok(process.cpuUsage(begun).user / 1000 < 200);
});

test('a new map takes some ten milliseconds', () => {
  draw(hamburgMunich, { title: 'warm' });
  const begun = process.cpuUsage();
  for (let time = 0; time < 10; time += 1) draw(hamburgMunich, { title: `not kept ${time}` });
  assert.ok(process.cpuUsage(begun).user / 1000 / 10 < 100);
});

test('far too many stops and far too long names still make a small map', () => {
  const many = Array.from({ length: 5000 }, (_, place) =>
    stop('x'.repeat(9999), (place % 170) - 85, place % 180, 'passed'),
  );
  assert.ok(draw(many, { title: 'y'.repeat(99_999) }).length < 40_000);
});

const kind = fc.constantFrom<Stop['kind']>('origin', 'passed', 'here', 'destination');
const anyStop = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  label: fc.string({ unit: 'grapheme', maxLength: 30 }),
  kind,
});

test('anywhere on the globe numbers are numbers and marks stand inside the picture', () => {
  fc.assert(
    fc.property(
      fc.array(anyStop, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 200, max: 900 }),
      (stops, width) => {
        const picture = draw(stops, { width });
        const shapes = picture.replaceAll(/<(title|text)([^>]*)>[^<]*/g, '<$1$2>');
        assert.ok(!/NaN|Infinity|undefined|null/.test(shapes), shapes);
        for (const [, x, y] of picture.matchAll(/cx="([^"]*)" cy="([^"]*)"/g)) {
          assert.ok(Number(x) > 0 && Number(x) < width && Number(y) > 0 && Number(y) < 360, `${x} ${y}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('poles and opposite ends of the globe are drawn', () => {
  const pairs = [
    [stop('a', 90, 0, 'origin'), stop('b', -90, 0, 'here')],
    [stop('a', 40.4, -3.7, 'origin'), stop('b', -40.4, 176.3, 'here')],
    [stop('a', 0, 180, 'origin'), stop('b', 0, -180, 'here')],
    [stop('a', 0, 0, 'origin'), stop('b', 0, 180, 'here')],
  ];
  for (const stops of pairs) assert.ok(!/NaN|Infinity/.test(draw(stops)));
});

const chromium = '/usr/bin/chromium';
const browserFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

test(
  'in a browser no name leaves the picture or touches another',
  { skip: existsSync(chromium) ? false : `no ${chromium} here` },
  () => {
    const ways = [hamburgMunich, shenzhenBerlin, lisboaTallinn, overTheDateLine, rightToLeft, oneTown];
    const pictures = ways.flatMap((stops) => [draw(stops), draw(stops, { width: 340, height: 300 })]);
    const folder = mkdtempSync(join(tmpdir(), 'way-map-'));
    const measure = `document.title = JSON.stringify([...document.querySelectorAll('svg')].map((svg) =>
      ({ box: svg.viewBox.baseVal.width, boxes: [...svg.querySelectorAll('text')].map((text) => {
        const { x, y, width, height } = text.getBBox(); return { x, y, width, height }; }) })));`;
    const page = join(folder, 'page.html');
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><style>body{font-family:sans-serif;width:560px}${css}</style>${pictures.join('')}<script>${measure}</script>`,
    );
    try {
      const flags = [
        ...browserFlags,
        '--window-size=590,900',
        `--user-data-dir=${join(folder, 'browser')}`,
        '--dump-dom',
      ];
      const dom = execFileSync(chromium, [...flags, pathToFileURL(page).href], {
        encoding: 'utf8',
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      assertNamesApart(dom, pictures.length);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);

type Measured = {
  readonly box: number;
  readonly boxes: readonly { x: number; y: number; width: number; height: number }[];
};

function assertNamesApart(dom: string, pictures: number): void {
  const [, title = '[]'] = /<title>(\[.*?\])<\/title>/.exec(dom) ?? [];
  const measured = JSON.parse(title) as Measured[];
  assert.equal(measured.length, pictures);
  for (const { box, boxes } of measured) {
    assert.ok(boxes.length > 0);
    for (const [place, { x, y, width, height }] of boxes.entries()) {
      assert.ok(x >= 0 && x + width <= box && y >= -2, `${x} ${width} of ${box}`);
      for (const other of boxes.slice(place + 1)) {
        const apart = x + width <= other.x || other.x + other.width <= x || Math.abs(y - other.y) >= height * 0.8;
        assert.ok(apart, `${x},${y} ${width} and ${other.x},${other.y} ${other.width}`);
      }
    }
  }
}
