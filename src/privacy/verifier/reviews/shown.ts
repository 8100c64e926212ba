import { isRecord } from '../../ledger/tree/own-entry.ts';

/** A review as a shop shows it to everybody. */
export type ShownReview = {
  readonly review: string;
  readonly state: string;
  readonly reason: string | null;
  readonly shop: number | null;
  readonly delivery: number | null;
  /** What the digest of the ledger is of; null for what is not published. */
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly answer: Readonly<Record<string, unknown>> | null;
};

/** By name, numbers and lists of numbers, as they are compared. */
export type ShownFigures = Readonly<Record<string, string>>;

export type ShownPage = {
  readonly figures: ShownFigures;
  readonly reviews: readonly ShownReview[];
  /** What the next page begins after; null on the last. */
  readonly next: string | null;
};

const reviewsMax = 1_000;
const depthMax = 20;

/** Null for what is no page of reviews; total. */
export function readShownPage(bytes: Uint8Array): ShownPage | null {
  const page = parsed(new TextDecoder().decode(bytes));
  if (page === null || !isRecord(page['figures']) || !Array.isArray(page['reviews'])) return null;
  const rows: readonly unknown[] = page['reviews'];
  const reviews = rows.slice(0, reviewsMax).map(readReview);
  if (reviews.length < rows.length || !reviews.every((one) => one !== null)) return null;
  return { figures: readFigures(page['figures']), reviews, next: textOf(page['next']) };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  if (!isShallow(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Brackets outside of texts are counted before anything that calls itself sees them. */
function isShallow(text: string): boolean {
  let [depth, isText] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isText && character === '\\') at += 1;
    else if (character === '"') isText = !isText;
    else if (!isText) depth += depthStep(character);
    if (depth > depthMax) return false;
  }
  return true;
}

function depthStep(character: string): number {
  if (character === '{' || character === '[') return 1;
  return character === '}' || character === ']' ? -1 : 0;
}

function readReview(row: unknown): ShownReview | null {
  if (!isRecord(row)) return null;
  const [review, state] = [textOf(row['review']), textOf(row['state'])];
  if (review === null || state === null) return null;
  return {
    review,
    state,
    reason: textOf(row['reason']),
    shop: numberOf(row['shop']),
    delivery: numberOf(row['delivery']),
    content: isRecord(row['content']) ? row['content'] : null,
    answer: isRecord(row['answer']) ? row['answer'] : null,
  };
}

function readFigures(figures: Readonly<Record<string, unknown>>): ShownFigures {
  const read: Record<string, string> = {};
  for (const name of ['invited', 'received', 'published', 'waiting', 'withdrawn', 'withheld_stars']) {
    read[name] = plain(figures[name]);
  }
  for (const name of ['shop', 'delivery'] as const) {
    const rating = figures[name];
    const { count, mean, spread } = isRecord(rating) ? rating : {};
    read[`${name}.count`] = plain(count);
    read[`${name}.mean`] = plain(mean);
    read[`${name}.spread`] = plain(spread);
  }
  const withheld: unknown = figures['withheld'];
  const reasons: readonly unknown[] = Array.isArray(withheld) ? withheld : [];
  for (const one of reasons) if (isRecord(one)) read[`withheld: ${textOf(one['reason']) ?? ''}`] = plain(one['count']);
  return read;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(' ');
  return typeof value === 'number' ? String(value) : 'none';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
