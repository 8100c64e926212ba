import { createWords } from '#kit/words';
import type { Finding } from '../shapes.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

type Word = keyof typeof en;

const words = createWords<Word>({ en, de });
const known: ReadonlySet<string> = new Set(words.keys);

/** A finding in words, as plain text. */
export type WebFindingText = {
  /** What is there. */
  readonly what: string;
  /** Who sees what of it, and why it matters. */
  readonly why: string;
  readonly mend: string;
};

/** Every code that `scanWeb` can find. */
export const webFindingCodes: readonly string[] = words.keys
  .filter((key) => key.endsWith('.what'))
  .map((key) => key.slice(0, -'.what'.length));

/** Null for a code that is none of `scanWeb`'s. */
export function sayWebFinding(language: string, { code, values }: Finding): WebFindingText | null {
  const [what, why, mend] = ['what', 'why', 'mend'].map((part) => `${code}.${part}`);
  if (!isWord(what) || !isWord(why) || !isWord(mend)) return null;
  const say = (word: Word): string => words.say(language, word, values);
  return { what: say(what), why: say(why), mend: say(mend) };
}

function isWord(key: string | undefined): key is Word {
  return key !== undefined && known.has(key);
}
