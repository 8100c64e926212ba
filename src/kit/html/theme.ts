import { createHash } from 'node:crypto';
import type { Asset } from './assets.ts';

/** A shop's colours, `#rrggbb`: the one it is known by, and the one it writes on it. */
export type Theme = { readonly brand: string; readonly onBrand: string };

/** The surfaces that text in the brand's colour stands on, as base.css paints them. */
const surfaces = { light: '#ffffff', dark: '#182126' };
export const textContrastMin = 4.5;
/** Room for the tinted grounds, which are a little darker (light) or lighter (dark) than the surface. */
const inkContrastMin = 5.8;
const channelsMax = 255;

type Channels = readonly [number, number, number];

/**
 * The name under which a theme's style sheet (`css`) or icon (`svg`) is asked from `AssetUrl`. It says nothing but the
 * colours, and carries the version of the rules, so that it may be cached for good.
 */
export function themeName(theme: Theme, kind: 'css' | 'svg'): string {
  return `theme-${hexOf(readColour(theme.brand))}-${hexOf(readColour(theme.onBrand))}-${version}.${kind}`;
}

/** The asset behind a theme name, whatever version it carries; null when the text is not such a name. Total. */
export function readTheme(name: string): Asset | null {
  const match = /^theme-([0-9a-f]{6})-([0-9a-f]{6})-[0-9a-f]{6}\.(css|svg)$/.exec(name);
  if (match === null) return null;
  const [, brand = '', onBrand = '', kind] = match;
  const theme = { brand: `#${brand}`, onBrand: `#${onBrand}` };
  return kind === 'css'
    ? { name, text: themeCss(theme), contentType: 'text/css; charset=utf-8' }
    : { name, text: themeIcon(theme), contentType: 'image/svg+xml' };
}

/**
 * Whatever colours a shop chose, its customers can read: the writing on the brand falls back to black or white, and the
 * brand as ink is darkened or lightened until its contrast suffices.
 */
export function themeColours(theme: Theme): {
  readonly brand: string;
  readonly onBrand: string;
  readonly inkOnLight: string;
  readonly inkOnDark: string;
} {
  const brand = readColour(theme.brand);
  const wanted = readColour(theme.onBrand);
  const onBrand = contrast(wanted, brand) >= textContrastMin ? wanted : clearest(brand);
  return {
    brand: `#${hexOf(brand)}`,
    onBrand: `#${hexOf(onBrand)}`,
    inkOnLight: `#${hexOf(legible(brand, readColour(surfaces.light), 0))}`,
    inkOnDark: `#${hexOf(legible(brand, readColour(surfaces.dark), 1))}`,
  };
}

/** The contrast of two colours `#rrggbb` after WCAG 2.2, 1 to 21. */
export function contrastOf(one: string, other: string): number {
  return contrast(readColour(one), readColour(other));
}

/**
 * A colour of the same hue, darker or lighter by no more than it takes to be read on (or, as a ground, to be read from) the
 * other; the colour itself when it can be read already.
 */
export function nearestReadable(colour: string, other: string): string {
  const steps = 400;
  const against = readColour(other);
  const { hue, saturation, lightness } = hslOf(readColour(colour));
  for (let step = 0; step <= steps; step += 1) {
    for (const way of [-1, 1]) {
      const tried = lightness + (way * step) / steps;
      if (tried < 0 || tried > 1) continue;
      const channels = step === 0 ? readColour(colour) : channelsOf(hue, saturation, tried);
      if (contrast(channels, against) >= textContrastMin) return `#${hexOf(channels)}`;
    }
  }
  return `#${hexOf(clearest(against))}`;
}

type Pair = { readonly ink: string; readonly ground: string; readonly ratio: number };

/** Every pair of colours that text stands in on a page of this theme, light and dark, with its contrast. */
export function themeContrasts(theme: Theme): Readonly<Record<'onBrand' | 'light' | 'dark', Pair>> {
  const { inkOnLight, inkOnDark } = themeColours(theme);
  return {
    onBrand: pairOf(theme.onBrand, theme.brand),
    light: pairOf(inkOnLight, surfaces.light),
    dark: pairOf(inkOnDark, surfaces.dark),
  };
}

function pairOf(ink: string, ground: string): Pair {
  return { ink, ground, ratio: contrastOf(ink, ground) };
}

function themeCss(theme: Theme): string {
  const { brand, onBrand, inkOnLight, inkOnDark } = themeColours(theme);
  const light = `--brand:${brand};--on-brand:${onBrand};--brand-ink:${inkOnLight};--brand-tint:${tint(inkOnLight, surfaces.light, 0.08)}`;
  const dark = `--brand-ink:${inkOnDark};--brand-tint:${tint(inkOnDark, surfaces.dark, 0.1)}`;
  return `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}`;
}

/** A parcel in the shop's colours: the tab's icon of a shop that has none of its own. */
function themeIcon(theme: Theme): string {
  const { brand, onBrand } = themeColours(theme);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${brand}"/>` +
    `<path d="M16 6 25 11V21L16 26 7 21V11ZM7 11 16 16 25 11M16 16V26" fill="none" stroke="${onBrand}" stroke-width="2.4" stroke-linejoin="round"/></svg>`
  );
}

function readColour(text: string): Channels {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (match === null) return [0, 0, 0];
  const [, red = '', green = '', blue = ''] = match;
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

function hexOf(channels: Channels): string {
  return channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('');
}

function luminance(channels: Channels): number {
  const [red, green, blue] = channels.map((channel) => {
    const part = channel / channelsMax;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(one: Channels, other: Channels): number {
  const [high, low] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

function mix(from: Channels, to: Channels, share: number): Channels {
  const part = (index: 0 | 1 | 2): number => from[index] + (to[index] - from[index]) * share;
  return [part(0), part(1), part(2)];
}

function clearest(ground: Channels): Channels {
  const white: Channels = [channelsMax, channelsMax, channelsMax];
  return contrast(white, ground) >= textContrastMin ? white : [0, 0, 0];
}

/** The same hue, darker (0) or lighter (1) by small steps until it can be read. */
function legible(colour: Channels, ground: Channels, end: 0 | 1): Channels {
  const steps = 50;
  const { hue, saturation, lightness } = hslOf(colour);
  for (let step = 0; step < steps; step += 1) {
    const tried = channelsOf(hue, saturation, lightness + ((end - lightness) * step) / steps);
    if (contrast(tried, ground) >= inkContrastMin) return tried;
  }
  return channelsOf(0, 0, end);
}

/** Hue in sixths of the circle; saturation and lightness from 0 to 1. */
function hslOf(channels: Channels): { readonly hue: number; readonly saturation: number; readonly lightness: number } {
  const [red, green, blue] = [channels[0] / channelsMax, channels[1] / channelsMax, channels[2] / channelsMax];
  const high = Math.max(red, green, blue);
  const spread = high - Math.min(red, green, blue);
  const lightness = high - spread / 2;
  if (spread === 0) return { hue: 0, saturation: 0, lightness };
  const hues: readonly (readonly [number, number])[] = [
    [red, ((green - blue) / spread + 6) % 6],
    [green, (blue - red) / spread + 2],
    [blue, (red - green) / spread + 4],
  ];
  const hue = hues.find(([channel]) => channel === high)?.[1] ?? 0;
  return { hue, saturation: spread / (1 - Math.abs(2 * lightness - 1)), lightness };
}

function channelsOf(hue: number, saturation: number, lightness: number): Channels {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const turn = (offset + hue * 2) % 12;
    return Math.round(channelsMax * (lightness - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

function tint(ink: string, ground: string, share: number): string {
  return `#${hexOf(mix(readColour(ground), readColour(ink), share))}`;
}

const sampleTheme = { brand: '#123456', onBrand: '#ffffff' };
const version = createHash('sha256')
  .update(themeCss(sampleTheme))
  .update(themeIcon(sampleTheme))
  .digest('hex')
  .slice(0, 6);
