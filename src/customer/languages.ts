import type { RequestHead } from '#kit/http';

const languages: ReadonlySet<string> = new Set(['de', 'en']);

/** What a request says about its language: one that its address asks for, or one that its browser prefers. */
export type LanguageWish = 'de' | 'en' | 'rather de' | 'rather en';

export function languageWish(head: RequestHead): LanguageWish {
  const asked = head.query.get('language');
  if (asked === 'de' || asked === 'en') return asked;
  return (head.headers['accept-language'] ?? '').slice(0, 2).toLowerCase() === 'de' ? 'rather de' : 'rather en';
}

/** What the address asks for, else the order's language, else what the browser prefers. */
export function languageAfter(wish: LanguageWish, fallback: string): string {
  if (wish === 'de' || wish === 'en') return wish;
  const own = fallback.slice(0, 2).toLowerCase();
  if (languages.has(own) && fallback !== 'en') return own;
  return wish === 'rather de' ? 'de' : 'en';
}
