/** What stands in the one parameter of a call. */
export type Question = {
  readonly user: string;
  readonly password: string;
  readonly request: string;
  readonly numbers: readonly string[];
  readonly zipCode: string | null;
};

const charactersMax = 4_000;
const document = /^\s*(?:<\?xml[^>]*\?>)?\s*<data\s([^<>]*?)\/?>\s*(?:<\/data>\s*)?$/;
const attribute = /([a-z-]+)\s*=\s*"([^"]*)"/g;
const signs: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

function unescaped(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (sign) => signs[sign] ?? sign);
}

/** The question in `<data appname="…" password="…" piece-code="A;B" request="…"/>`; null when it has not this form. */
export function readQuestion(xml: string | null): Question | null {
  if (xml === null || xml.length > charactersMax) return null;
  const inside = document.exec(xml)?.[1];
  if (inside === undefined) return null;
  const values = new Map(
    Array.from(inside.matchAll(attribute), ([, name = '', value = '']) => [name, unescaped(value)]),
  );
  const numbers = (values.get('piece-code') ?? '').split(';').map((number) => number.trim());
  return {
    user: values.get('appname') ?? '',
    password: values.get('password') ?? '',
    request: values.get('request') ?? '',
    numbers: numbers.filter((number) => number !== ''),
    zipCode: values.get('zip-code') ?? null,
  };
}
