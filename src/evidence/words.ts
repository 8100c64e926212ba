import { createWords, type Values } from '#kit/words';
import type { Reading } from './reading/read-page.ts';
import type { CheckReason } from './standing.ts';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type EvidenceWord = keyof typeof en;

const words = createWords<EvidenceWord>({ en, de });

export function sayEvidence(language: string, word: EvidenceWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** Why a seal ended, or why nothing was learned, in a sentence. */
export function sayReason(language: string, reason: CheckReason): string {
  return words.say(language, `reason.${reason}`);
}

/** `4.72 of 5 from 1,318 ratings`; empty where nothing but its validity was read. */
export function readingText(language: string, { grade, scale, count }: Omit<Reading, 'label' | 'validUntil'>): string {
  if (grade === null) return '';
  const graded = words.say(language, 'reading.grade', { grade: fixed(language, grade), scale: scale ?? 5 });
  return count === null ? graded : words.say(language, 'reading.grade_count', { graded, count });
}

function fixed(language: string, grade: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(grade);
}
