import type { ShownProtection } from '#protection';
import { formatTime } from '#kit/words';
import type { Say } from '../words.ts';
import { dayOf, homeZone } from '../parts/home-day.ts';

/** How this page came to whoever reads it: `trial` is plain http that does not leave the machine. */
export type Visit = 'https' | 'http' | 'trial';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** One thing that was looked at, in a sentence that says by itself how it stands. */
export type Check = { readonly tone: Tone; readonly text: string; readonly note?: string };

/** One thing a visitor may want to know: plain words first, the rest for whoever opens it. */
export type Point = {
  readonly key: 'way' | 'others' | 'mail' | 'hosts';
  readonly tone: Tone;
  readonly headline: string;
  readonly text: string;
  readonly checks: readonly Check[];
  /** What stands behind one click: what was found too long ago to rely on, or what there is no room for. */
  readonly more: readonly Check[];
  readonly details: readonly { readonly label: string; readonly text: string }[];
};

/** What the points are told from. */
export type Told = {
  readonly say: Say;
  readonly language: string;
  readonly shop: string;
  readonly visit: Visit;
  readonly now: Temporal.Instant;
  readonly shown: ShownProtection | null;
};

/** What the letters of a grade come down to for somebody who is no expert. */
export type Standing = 'best' | 'well' | 'weak' | 'untrusted';

export const standings: Readonly<Record<NonNullable<ShownProtection['grade']>, Standing>> = {
  'A+': 'best',
  A: 'best',
  'A-': 'well',
  B: 'well',
  C: 'weak',
  D: 'weak',
  E: 'weak',
  F: 'weak',
  T: 'untrusted',
  M: 'untrusted',
};

export const tones: Readonly<Record<Standing, Tone>> = { best: 'good', well: 'good', weak: 'warn', untrusted: 'bad' };

const reliableHours = 24;

/** Whether what was measured then may still be relied on. */
export function isFresh(at: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at.add({ hours: reliableHours }), now) >= 0;
}

/** A point of old measurements claims nothing: what was found then is kept for whoever asks. */
export function aged(point: Point, told: Told, words: Pick<Point, 'headline' | 'text'>): Point {
  if (told.shown === null || isFresh(told.shown.measuredAt, told.now)) return point;
  return { ...point, ...words, tone: 'quiet', checks: [], more: [...point.checks, ...point.more].map(quiet) };
}

function quiet(check: Check): Check {
  return { ...check, tone: 'quiet' };
}

const severities: readonly Tone[] = ['good', 'quiet', 'warn', 'bad'];

export function worst(checks: readonly Check[]): Tone {
  return severities.findLast((tone) => checks.some((check) => check.tone === tone)) ?? 'good';
}

/** `27 November 2026, 14:05` */
export function momentOf(language: string, at: Temporal.Instant): string {
  return `${dayOf(language, at)}, ${formatTime(language, at.toZonedDateTimeISO(homeZone).toPlainTime())}`;
}

const textLengthMax = 80;

/** What others wrote, such as an authority's name, as much of it as a line needs. */
export function short(text: string): string {
  return text.length <= textLengthMax ? text : `${text.slice(0, textLengthMax - 1)}…`;
}
