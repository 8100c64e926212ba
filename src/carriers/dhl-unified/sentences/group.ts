import type { SubStatus } from '../../vocabulary.ts';

/**
 * Many DHL companies send a sentence where others send a code. These are the sentences of DHL's public tracking in English
 * and German, as patterns. The first group that speaks of the text decides, and in it the first line that fits; so what
 * undoes comes before what is done, a failure before a success, and the special before the general.
 */
export type Group = {
  /** What makes the text one of this group; null for every text. */
  readonly when: RegExp | null;
  readonly unless: RegExp | null;
  readonly says: readonly (readonly [SubStatus, RegExp])[];
};

export const anything = /^/;

/** One pattern out of several, blind to capitals. */
export function oneOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

/** One thing and, within so many characters, another. */
export function near(before: RegExp, after: RegExp, gapMax: number): RegExp {
  return new RegExp(`(?:${before.source})\\b.{0,${gapMax}}(?:${after.source})`, 'i');
}

/** The sub-status that a text of the carrier speaks of; null when no pattern knows it. */
export function spokenOf(text: string, groups: readonly Group[]): SubStatus | null {
  for (const { when, unless, says } of groups) {
    if ((when !== null && !when.test(text)) || unless?.test(text) === true) continue;
    const found = says.find(([, pattern]) => pattern.test(text));
    if (found !== undefined) return found[0];
  }
  return null;
}
