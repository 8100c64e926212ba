import { IntlMessageFormat } from 'intl-messageformat';

/** What a text asks for: each name, and whether it must be a number (plural, ordinal, number) there. */
export type Asked = { readonly name: string; readonly isNumber: boolean };

/** A piece of a message, by the parts that matter here. */
type Piece = {
  readonly type: number;
  readonly value?: string;
  /** How a number is written; null where nothing is said. */
  readonly style?: unknown;
  readonly options?: Readonly<Record<string, { readonly value: readonly Piece[] }>>;
};

/** The parser's numbers for pieces. */
const [plainText, number, date, time, plural, numberSign] = [0, 2, 3, 4, 6, 7];
const charactersMax = 5_000;

/**
 * What a text in ICU MessageFormat asks for, when somebody else than us wrote it; null when it is none, or is longer than
 * 5,000 characters, or formats days and times, which come in words already, or numbers in a way of its own, which may
 * be none that there is. Total.
 */
export function askedIn(text: string): readonly Asked[] | null {
  if (text.length > charactersMax) return null;
  try {
    const pieces: readonly Piece[] = new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst();
    const found = pieces.flatMap((piece) => askedBy(piece, 0));
    return found.includes(null) ? null : found.filter((one) => one !== null);
  } catch {
    return null;
  }
}

const depthMax = 5;

function askedBy(piece: Piece, depth: number): readonly (Asked | null)[] {
  const { type, value: name = '' } = piece;
  if (type === plainText || type === numberSign) return [];
  if (isFormatted(piece) || depth > depthMax) return [null];
  const inner = Object.values(piece.options ?? {}).flatMap(({ value }) => value);
  return [{ name, isNumber: type === number || type === plural }, ...inner.flatMap((one) => askedBy(one, depth + 1))];
}

function isFormatted({ type, style }: Piece): boolean {
  return type === date || type === time || (type === number && style !== null && style !== undefined);
}
