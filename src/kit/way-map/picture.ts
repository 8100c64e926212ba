import { createHash } from 'node:crypto';
import { groundOf, shapesNear } from './ground.ts';
import { placeLabels, type PlacedLabel } from './labels.ts';
import { outlineOf } from './outline.ts';
import { viewOf, type Box, type View } from './view.ts';
import { drawnWay, marksOf, pointsOnWay, type Mark, type PlacedStop } from './way.ts';

/** Coast and borders are drawn at twice the size and shrunk: half pixels in whole numbers. */
const groundTimes = 2;
/** Above this, 10 km, the finer coast is dust. */
const fineRadiansPerPixelMax = 0.0016;

/** The picture of at least one stop. `name` tells this picture from others on the same page. */
export function pictureOf(stops: readonly PlacedStop[], title: string, box: Box, name: string): string {
  const view = viewOf(pointsOnWay(stops), box);
  const way = drawnWay(stops, view);
  const marks = marksOf(stops, view);
  const labels = placeLabels(marks.toReversed(), marks, way.trail, box);
  const id = `gm-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
  return [
    `<svg class="gm-map" role="img" aria-labelledby="${id}" viewBox="0 0 ${box.width} ${box.height}"`,
    ` width="${box.width}" height="${box.height}" direction="ltr"><title id="${id}">${escaped(title)}</title>`,
    drawGround(view),
    drawPath('gm-rest', way.rest),
    drawPath('gm-way', way.travelled),
    ...marks.map(drawMark),
    ...labels.map(drawLabel),
    '</svg>',
  ].join('');
}

function drawGround(view: View): string {
  const { land, borders } = groundOf(view.radiansPerPixel > fineRadiansPerPixelMax ? '110m' : '50m');
  const projection = view.projection(groundTimes);
  const [landLine, borderLine] = [land, borders].map((shapes) =>
    outlineOf(shapesNear(shapes, view.centre, view.radiusRadians), projection),
  );
  const drawn = drawPath('gm-land', landLine ?? '') + drawPath('gm-border', borderLine ?? '');
  return `<g transform="scale(${1 / groundTimes})">${drawn}</g>`;
}

const drawPath = (kind: string, line: string): string => (line === '' ? '' : `<path class="${kind}" d="${line}"/>`);

function drawMark({ at, kind }: Mark): string {
  switch (kind) {
    case 'origin':
      return circle('gm-stop gm-origin', at, 5.5);
    case 'passed':
      return circle('gm-stop gm-passed', at, 4.5);
    case 'destination':
      return circle('gm-stop gm-destination', at, 7) + circle('gm-aim', at, 2.5);
    case 'here':
      return circle('gm-ring', at, 14) + circle('gm-here', at, 7.5);
  }
}

function circle(kind: string, [x, y]: readonly [number, number], radius: number): string {
  return `<circle class="${kind}" cx="${tenth(x)}" cy="${tenth(y)}" r="${radius}"/>`;
}

function drawLabel({ text, at: [x, y], anchor, kind }: PlacedLabel): string {
  const side = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  const place = `x="${tenth(x)}" y="${tenth(y)}"`;
  return `<text class="gm-label gm-label-${kind}" ${place}${side}>${escaped(text)}</text>`;
}

const tenth = (pixels: number): number => Math.round(pixels * 10) / 10;

/** Signs that turn the direction of writing could move a name over the rest of the page; they and controls are left out. */
const unwelcome = /[\p{Cc}\p{Bidi_Control}]/gu;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(unwelcome, '')
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
