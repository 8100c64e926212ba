import { createWords } from '#kit/words';
import { parcelTexts, tellScan } from '#parcels';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type AnswerWord = keyof typeof en;

const words = createWords<AnswerWord>({ en, de });

export type SayAnswers = (word: AnswerWord, values?: Readonly<Record<string, string | number>>) => string;

/** Texts of the screens about answers. */
export function sayAnswersIn(language: string): SayAnswers {
  return (word, values) => words.say(language, word, values);
}

const parcelWords = createWords(parcelTexts);

/** A finer state as customers read it. */
export function sayStatusIn(language: string, subStatus: string): string {
  return tellScan((word, values) => parcelWords.say(language, word, values), subStatus);
}
