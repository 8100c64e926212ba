/**
 * Languages that articles are written in, with the dictionary of PostgreSQL that knows their stems and stop words; every
 * server has these built in.
 */
export const dictionaries = { de: 'german_stem', en: 'english_stem' } as const;

export type ArticleLanguage = keyof typeof dictionaries;

export const articleLanguages: readonly ArticleLanguage[] = ['de', 'en'];

/** `de-AT` is `de`; null for a language that nothing is written in. Total. */
function articleLanguageOf(tag: string): ArticleLanguage | null {
  const [first = ''] = tag.trim().toLowerCase().split(/[-_]/u);
  return articleLanguages.find((one) => one === first) ?? null;
}

/** The languages to look in for somebody who reads this one: their own first, then the shop's, then all others. */
export function languagesFor(tag: string, shopLanguage: string): readonly ArticleLanguage[] {
  const wanted = [articleLanguageOf(tag), articleLanguageOf(shopLanguage)].filter((one) => one !== null);
  return [...new Set([...wanted, 'en' as const, ...articleLanguages])];
}
