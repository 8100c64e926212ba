import type { Box, Pixel } from './view.ts';

/** Something with a name on the picture: `radius` is the room its mark takes. */
export type Named = { readonly at: Pixel; readonly radius: number; readonly label: string; readonly kind: string };

export type Anchor = 'start' | 'middle' | 'end';
export type PlacedLabel = Pick<Named, 'at' | 'kind'> & { readonly text: string; readonly anchor: Anchor };

type Area = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
type Spot = { readonly label: PlacedLabel; readonly area: Area; readonly cost: number };

/** The size that way-map.css gives labels at most; it may only make them smaller. */
const fontPixels = 22;
const ascentPixels = fontPixels * 0.8;
const descentPixels = fontPixels * 0.24;
const gapPixels = 6;
const edgePixels = 8;
const labelCharactersMax = 26;
/** A name across the way is harder to read than one on a less usual side. */
const crossingCost = 4;

/**
 * Finds a spot for each name, in the given order: beside its mark, off the others and inside the box. A name without a
 * free spot is left out, and so is one that stands there already.
 */
export function placeLabels(
  named: readonly Named[],
  marks: readonly Named[],
  trail: readonly Pixel[],
  box: Box,
): readonly PlacedLabel[] {
  const taken: Area[] = [];
  const placed: PlacedLabel[] = [];
  for (const one of named) {
    const text = shortened(one.label);
    if (text === '' || placed.some((label) => label.text === text)) continue;
    const others = marks.filter((mark) => mark !== one).map(areaOfMark);
    const cost = (spot: Spot): number => spot.cost + crossingCost * crossed(spot.area, trail);
    const [best] = spotsAround(one, text, box)
      .filter(({ area }) => isInside(area, box) && ![...taken, ...others].some((other) => overlap(area, other)))
      .toSorted((spot, other) => cost(spot) - cost(other));
    if (best === undefined) continue;
    taken.push(best.area);
    placed.push(best.label);
  }
  return placed;
}

/** Whole characters as people see them, so that a cut never falls inside one. */
function shortened(label: string): string {
  const characters = Array.from(new Intl.Segmenter().segment(label.trim()), ({ segment }) => segment);
  if (characters.length <= labelCharactersMax) return characters.join('');
  return `${characters
    .slice(0, labelCharactersMax - 1)
    .join('')
    .trimEnd()}…`;
}

/** Beside, above, below and at the corners of the mark, the usual first. Above and below give way to the box's edges. */
function spotsAround({ at: [x, y], radius, kind }: Named, text: string, box: Box): readonly Spot[] {
  const width = widthOf(text);
  const side = radius + gapPixels;
  const corner = radius * 0.7 + gapPixels * 0.6;
  const level = y + (ascentPixels - descentPixels) / 2;
  const above = y - side - descentPixels;
  const below = y + side + ascentPixels;
  const half = width / 2 + edgePixels;
  const middle = Math.min(Math.max(x, half), Math.max(half, box.width - half));
  const spot = (at: Pixel, anchor: Anchor, cost: number): Spot => {
    return { label: { text, at, anchor, kind }, area: areaOfLabel(at, anchor, width), cost };
  };
  return [
    spot([x + side, level], 'start', 0),
    spot([x - side, level], 'end', 0.5),
    spot([middle, above], 'middle', 1),
    spot([middle, below], 'middle', 1.5),
    spot([x + corner, y - corner - descentPixels], 'start', 2),
    spot([x + corner, y + corner + ascentPixels], 'start', 2.2),
    spot([x - corner, y - corner - descentPixels], 'end', 2.4),
    spot([x - corner, y + corner + ascentPixels], 'end', 2.6),
  ];
}

function areaOfLabel([x, y]: Pixel, anchor: Anchor, width: number): Area {
  const before = { start: 0, middle: width / 2, end: width }[anchor];
  return { left: x - before, top: y - ascentPixels, right: x - before + width, bottom: y + descentPixels };
}

/** How wide characters are in ems, generously, because the reader's font is unknown; the first that fits counts. */
const characterWidths: readonly (readonly [RegExp, number])[] = [
  [/\p{M}/u, 0],
  [/[\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]|[\u{10000}-\u{10ffff}]/u, 1.04],
  [/[MW@%…]/u, 1],
  [/[mw]|\p{Lu}/u, 0.82],
  [/[iljtfr1.,:;'’|! \-()]/u, 0.38],
];
const usualWidth = 0.63;

function widthOf(text: string): number {
  const ems = Array.from(
    text,
    (character) => characterWidths.find(([like]) => like.test(character))?.[1] ?? usualWidth,
  );
  return ems.reduce((sum, em) => sum + em, 0) * fontPixels;
}

function areaOfMark({ at: [x, y], radius }: Named): Area {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

const isInside = ({ left, top, right, bottom }: Area, box: Box): boolean =>
  left >= edgePixels && top >= edgePixels && right <= box.width - edgePixels && bottom <= box.height - edgePixels;

const overlap = (one: Area, other: Area): boolean =>
  one.left < other.right + 2 && other.left < one.right + 2 && one.top < other.bottom && other.top < one.bottom;

/** How much of the way runs through an area, from 0 to 1; the trail's points lie close enough not to jump over it. */
function crossed({ left, top, right, bottom }: Area, trail: readonly Pixel[]): number {
  const inside = trail.filter(([x, y]) => x > left - 3 && x < right + 3 && y > top && y < bottom);
  return Math.min(inside.length / 4, 1);
}
