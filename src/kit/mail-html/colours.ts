import assert from 'node:assert/strict';

type Channels = readonly [number, number, number];

const textContrastMin = 4.5;
const mixSteps = 40;

/** Contrast of two colours `#rrggbb` after WCAG 2.2, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colour, darkened or lightened no more than it takes to be seen on every one of the grounds. */
export function readableOn(
  colour: string,
  grounds: readonly [string, ...string[]],
  ratioMin = textContrastMin,
): string {
  const towards = clearest(grounds[0]);
  for (let step = 0; step < mixSteps; step += 1) {
    const tried = mix(colour, towards, step / mixSteps);
    if (grounds.every((ground) => contrast(tried, ground) >= ratioMin)) return tried;
  }
  return towards;
}

/** What to write in on a ground: the colour wished for if it can be read there, else black or white. */
export function inkOn(ground: string, wished: string): string {
  return contrast(wished, ground) >= textContrastMin ? wished : clearest(ground);
}

/** One of the two is always at 4.58 or more. */
function clearest(ground: string): string {
  return contrast('#ffffff', ground) >= contrast('#000000', ground) ? '#ffffff' : '#000000';
}

/** `share` 0 is `from`, 1 is `to`. */
export function mix(from: string, to: string, share: number): string {
  const [start, end] = [channels(from), channels(to)];
  const mixed = ([0, 1, 2] as const).map((at) => Math.round(start[at] + (end[at] - start[at]) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function channels(colour: string): Channels {
  const [, red, green, blue] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/iu.exec(colour) ?? [];
  assert(red !== undefined && green !== undefined && blue !== undefined, 'a colour is written #rrggbb');
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}
