/** Codes that are no country: groupings and test regions of the locale data. */
const notCountries: ReadonlySet<string> = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);

/** Names that carriers use and the locale data does not. */
const furtherNames: readonly (readonly [string, string])[] = [
  ['uk', 'GB'],
  ['great britain', 'GB'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['wales', 'GB'],
  ['northern ireland', 'GB'],
  ['grossbritannien', 'GB'],
  ['usa', 'US'],
  ['united states of america', 'US'],
  ['holland', 'NL'],
  ['czech republic', 'CZ'],
  ['tschechische republik', 'CZ'],
  ['slovak republic', 'SK'],
  ['ireland republic of', 'IE'],
  ['republic of ireland', 'IE'],
  ['russian federation', 'RU'],
  ['turkey', 'TR'],
  ['turkei', 'TR'],
  ['china mainland', 'CN'],
  ['china peoples republic', 'CN'],
  ['peoples republic of china', 'CN'],
  ['hong kong', 'HK'],
  ['hong kong sar', 'HK'],
  ['hongkong', 'HK'],
  ['macau', 'MO'],
  ['taiwan china', 'TW'],
  ['korea', 'KR'],
  ['republic of korea', 'KR'],
  ['korea republic of', 'KR'],
  ['viet nam', 'VN'],
  ['uae', 'AE'],
  ['ivory coast', 'CI'],
  ['macedonia', 'MK'],
  ['moldova republic of', 'MD'],
];

/** Lower case without accents and punctuation, so that names from different senders compare. */
export function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function allCodes(): readonly string[] {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  return pairs.filter((code) => !notCountries.has(code) && names.of(code) !== undefined && isCurrent(code));
}

/** A retired code, such as YU, has another one as its canonical form. */
function isCurrent(code: string): boolean {
  return Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
}

const codes: ReadonlySet<string> = new Set(allCodes());

function namesOf(language: string): readonly (readonly [string, string])[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return [...codes].map((code) => [plain(names.of(code) ?? code), code] as const);
}

const byName: ReadonlyMap<string, string> = new Map([...namesOf('de'), ...namesOf('en'), ...furtherNames]);

/** ISO 3166-1 alpha-2 of a code such as `de` or `UK`, else null. */
export function countryOfCode(code: string): string | null {
  const upper = code.trim().toUpperCase();
  if (upper === 'UK') return 'GB';
  if (upper === 'EL') return 'GR';
  return codes.has(upper) ? upper : null;
}

/** ISO 3166-1 alpha-2 of an English or German country name, else null. */
export function countryOfName(name: string): string | null {
  const key = plain(name);
  return byName.get(key) ?? byName.get(key.replace(/^the | the$/, '')) ?? null;
}
