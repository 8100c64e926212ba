import { sayFinding, type FindingText, type SiteFinding } from '#tls';
import { createWords, type Values } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

export type ProtectionWord = keyof typeof en;

const words = createWords<ProtectionWord>({ en, de });
const known: ReadonlySet<string> = new Set(words.keys);

export function sayProtection(language: string, word: ProtectionWord, values: Values = {}): string {
  return words.say(language, word, values);
}

/** A finding in words, be it of a scan or of this folder; null for a code that nobody knows. */
export function saySiteFinding(language: string, finding: SiteFinding): FindingText | null {
  const [what, why, mend] = ['what', 'why', 'mend'].map((part) => `${finding.code}.${part}`);
  if (isWord(what) && isWord(why) && isWord(mend)) {
    const say = (word: ProtectionWord): string => words.say(language, word, finding.values);
    return { what: say(what), why: say(why), mend: say(mend) };
  }
  return sayFinding(language, finding);
}

function isWord(key: string | undefined): key is ProtectionWord {
  return key !== undefined && known.has(key);
}
