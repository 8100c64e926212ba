/** Where a person names only the language, a European shop's dates are meant: 27 November, 14:05. */
const homeRegions: Readonly<Record<string, string>> = { en: 'en-GB' };

const fallback = 'en-GB';

const localesMax = 200;

/**
 * The locale that numbers and dates are written in: language, script and region of whatever the person's browser or the
 * shop's order said. Total; nonsense gives British English.
 */
export const localeOf = remembered(localesMax, (language): string => {
  const tag = language.trim().replaceAll('_', '-');
  try {
    const locale = new Intl.Locale(tag);
    const parts = [locale.language, locale.script, locale.region].filter((part) => part !== undefined);
    const base = parts.join('-');
    return homeRegions[base] ?? base;
  } catch {
    return fallback;
  }
});

/** Which way a language is written. Total. */
export const directionOf = remembered(localesMax, (language): 'ltr' | 'rtl' =>
  new Intl.Locale(localeOf(language)).getTextInfo().direction === 'rtl' ? 'rtl' : 'ltr',
);

/** `de-AT` → `de` → the first that is spoken here; English when none is. */
export function spokenFor(language: string, spoken: ReadonlySet<string>): string {
  const parts = localeOf(language).split('-');
  while (parts.length > 0) {
    const tag = parts.join('-');
    if (spoken.has(tag)) return tag;
    parts.pop();
  }
  return 'en';
}

/** Keeps what was made for a key. Keys may hold a stranger's text, so the memory is emptied when it is full. */
export function createMemory<Made>(keptMax: number): (key: string, make: () => Made) => Made {
  const kept = new Map<string, Made>();
  return (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= keptMax) kept.clear();
    const made = make();
    kept.set(key, made);
    return made;
  };
}

/** A function of one text that is asked the same few things again and again. */
export function remembered<Made>(keptMax: number, make: (key: string) => Made): (key: string) => Made {
  const memory = createMemory<Made>(keptMax);
  return (key) => memory(key, () => make(key));
}
