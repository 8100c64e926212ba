import { createMemory, directionOf } from '#kit/words';
import { inkOn, mix, readableOn } from './colours.ts';

/** A shop's face in its mails; colours are `#rrggbb`. What could not be read is darkened or lightened until it can. */
export type MailTheme = {
  readonly brand: string;
  readonly onBrand: string;
  readonly ink: string;
  readonly paper: string;
  readonly muted: string;
  readonly shopName: string;
  /** https address of an image, shown at most 200 × 44 pixels; null shows the shop's name. */
  readonly logoUrl: string | null;
};

export type Palette = {
  readonly ground: string;
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  /** Thin lines, and steps still to come. */
  readonly line: string;
  readonly link: string;
  readonly button: string;
  readonly onButton: string;
  /** Steps done, and the edge of a button: the brand, as far as it can be seen. */
  readonly bar: string;
  readonly problem: string;
  readonly problemPaper: string;
};

export type Look = {
  readonly light: Palette;
  readonly dark: Palette;
  /** What stands in the mail's head. */
  readonly sheets: readonly [string, string];
  readonly direction: 'ltr' | 'rtl';
  /** Where lines begin and end; mail programs know no `start` and `end`. */
  readonly start: 'left' | 'right';
  readonly end: 'left' | 'right';
  readonly shopName: string;
  readonly logoUrl: string | null;
};

const darkSurface = { ground: '#0f1518', paper: '#182126', ink: '#eef2f4', muted: '#adb8be' };
const alarm = '#c22f1f';
/** WCAG 2.2, 1.4.11: what is no text but must be seen. */
const shapeContrastMin = 3;

const looksMax = 200;
const looks = createMemory<Look>(looksMax);

/** Kept, because a shop's mails look alike, and to find colours that can be read takes as long as to draw a mail. */
export function lookOf(theme: MailTheme, language: string): Look {
  return looks(JSON.stringify([language, theme]), () => newLook(theme, language));
}

function newLook(theme: MailTheme, language: string): Look {
  const direction = directionOf(language);
  const { paper, ink, muted } = theme;
  const dark = paletteOf(theme, darkSurface, readableOn(theme.brand, [darkSurface.paper], shapeContrastMin));
  return {
    // On light paper the button keeps the shop's true colour; in the dark a dark brand would be a hole.
    light: paletteOf(theme, { paper, ink, muted, ground: mix(paper, ink, 0.05) }, theme.brand),
    dark,
    sheets: styleSheets(dark),
    direction,
    start: direction === 'ltr' ? 'left' : 'right',
    end: direction === 'ltr' ? 'right' : 'left',
    shopName: theme.shopName,
    logoUrl: theme.logoUrl,
  };
}

type Surface = { readonly ground: string; readonly paper: string; readonly ink: string; readonly muted: string };

function paletteOf(theme: MailTheme, surface: Surface, button: string): Palette {
  const { ground, paper } = surface;
  const problemPaper = mix(paper, alarm, 0.09);
  const grounds: [string, ...string[]] = [paper, ground, problemPaper];
  const ink = readableOn(surface.ink, grounds);
  return {
    ground,
    paper,
    ink,
    muted: readableOn(surface.muted, grounds),
    line: mix(paper, ink, 0.16),
    link: readableOn(theme.brand, grounds),
    button,
    onButton: inkOn(button, theme.onBrand),
    bar: readableOn(theme.brand, [paper], shapeContrastMin),
    problem: readableOn(alarm, grounds),
    problemPaper,
  };
}

/**
 * What cannot stand on the elements themselves: dark colours and narrow screens. Programs without style sheets show the
 * light, wide mail.
 */
function styleSheets(dark: Palette): readonly [string, string] {
  const usual = [
    ':root{color-scheme:light dark;supported-color-schemes:light dark}',
    'body{margin:0;padding:0;-webkit-text-size-adjust:100%;text-size-adjust:100%}',
    'img{border:0;display:block}',
    `@media (max-width:480px){${narrowRules}}`,
    `@media (prefers-color-scheme:dark){${darkRules(dark, '')}}`,
  ];
  // Outlook on the web and its apps turn colours themselves and mark what they turned. A sheet of its own, because
  // Gmail throws away a whole sheet for one selector that it does not know.
  return [usual.join(''), darkRules(dark, '[data-ogsc] ')];
}

const narrowRules = [
  '.m-side{padding-left:20px!important;padding-right:20px!important}',
  '.m-outer{padding-left:0!important;padding-right:0!important}',
  '.m-card{border-radius:0!important}',
  '.m-h1{font-size:24px!important}',
  '.m-fact{display:block!important;width:auto!important;padding-left:0!important;padding-right:0!important}',
  '.m-label{padding-bottom:0!important}',
  '.m-value{border-top:0!important;padding-top:2px!important}',
  '.m-push{display:block!important;text-align:center!important}',
  '.m-steps{display:none!important}',
  '.m-now{display:block!important;max-height:none!important}',
].join('');

function darkRules(dark: Palette, scope: string): string {
  const rules: readonly (readonly [string, string])[] = [
    ['.m-ground', `background-color:${dark.ground}!important`],
    ['.m-paper', `background-color:${dark.paper}!important`],
    ['.m-ink', `color:${dark.ink}!important`],
    ['.m-muted', `color:${dark.muted}!important`],
    ['.m-link', `color:${dark.link}!important`],
    ['.m-line', `border-color:${dark.line}!important`],
    ['.m-todo', `background-color:${dark.line}!important`],
    ['.m-bar', `background-color:${dark.bar}!important`],
    [
      '.m-button',
      `background-color:${dark.button}!important;border-color:${dark.bar}!important;color:${dark.onButton}!important`,
    ],
    ['.m-brand', `background-color:${dark.button}!important`],
    ['.m-alarm', `background-color:${dark.problem}!important`],
    ['.m-alarm-ink', `color:${dark.problem}!important`],
    ['.m-box', `background-color:${dark.problemPaper}!important;border-color:${dark.problem}!important`],
    // A logo is drawn for paper; it keeps a piece of it.
    ['.m-plate', 'background-color:#ffffff!important;padding:8px 12px!important;border-radius:6px!important'],
  ];
  return rules.map(([selector, rule]) => `${scope}${selector}{${rule}}`).join('');
}
