import type { FaqWord } from '../words.ts';
import { sayFaq } from '../words.ts';

type CodeOf<Word> = Word extends `wrong.${infer Rest}` ? Rest : never;

/** What is wrong with an article's text, and in which line, counted from 1. */
export type Trouble = {
  readonly line: number;
  readonly code: CodeOf<FaqWord>;
  /** The piece of text it is about. */
  readonly what: string;
};

const shownMax = 60;

export function trouble(line: number, code: Trouble['code'], what = ''): Trouble {
  return { line, code, what: what.length > shownMax ? `${what.slice(0, shownMax)}…` : what };
}

/** `Line 12: …`, as a sentence that says what would be right. */
export function sayArticleTrouble(language: string, { line, code, what }: Trouble): string {
  return sayFaq(language, 'line', { line, text: sayFaq(language, `wrong.${code}`, { what }) });
}
