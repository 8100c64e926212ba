import { dictionaries, type ArticleLanguage } from '../content/languages.ts';

/** A word as it is searched: `raw` in lower case, which stop words are told by; `word` without umlauts and accents. */
export type Token = { readonly raw: string; readonly word: string };

const lettersMax = 40;
const marks = /\p{M}+/gu;
const umlauts: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  ø: 'oe',
  å: 'aa',
  œ: 'oe',
  ł: 'l',
};

/** `Größe`, `GROESSE` and `groesse` become the same word; other accents fall away. */
function foldWord(text: string): string {
  const written = text.normalize('NFC').toLowerCase();
  const plain = written.replaceAll(/[äöüßæøåœł]/gu, (letter) => umlauts[letter] ?? letter);
  return plain.normalize('NFKD').replace(marks, '');
}

/** The words of a text in their order, at most `max`. A word has letters and digits; what is longer than 40 is none. */
export function tokensOf(text: string, max: number): readonly Token[] {
  const tokens: Token[] = [];
  for (const [found] of text
    .normalize('NFC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (found.length > lettersMax) continue;
    const word = foldWord(found);
    if (word !== '') tokens.push({ raw: found, word });
    if (tokens.length >= max) break;
  }
  return tokens;
}

/** The dictionary's name, with its schema, so that no other of that name is meant. */
export function dictionaryOf(language: ArticleLanguage): string {
  return `pg_catalog.${dictionaries[language]}`;
}
