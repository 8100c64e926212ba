import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '#kit/fault';
import { readBundle, readTilePath, tilePath, tilesOf, tileWidth } from '../../ledger/tree/tiles.ts';
import type { LogSource } from '../../ledger/tree/verify-log.ts';
import { sha256 } from '../known-keys.ts';
import { readReviewEntry, type ReviewEntry } from './entries.ts';
import { judgeReviews, type ReviewsVerdict, type ShownReviews, type WrongReview } from './judge.ts';
import { readShownPage, type ShownReview } from './shown.ts';

const pagesMax = 5_000;
const entriesMax = 5_000_000;

/** A source that remembers what the entries that pass say of reviews. */
export type ReviewReading = {
  readonly source: LogSource;
  readonly take: (path: string, bytes: Uint8Array) => void;
  readonly entriesIn: (size: number) => readonly ReviewEntry[];
};

export function readingReviews(source: LogSource): ReviewReading {
  const found = new Map<number, ReviewEntry>();
  const take = (path: string, bytes: Uint8Array): void => {
    const tile = readTilePath(path);
    if (tile?.level !== 'entries' || found.size >= entriesMax) return;
    for (const [at, entry] of (readBundle(bytes) ?? []).entries()) {
      const index = tile.index * tileWidth + at;
      const read = readReviewEntry(entry, index);
      if (read !== null) found.set(index, read);
    }
  };
  return {
    take,
    source: async (path) => {
      const bytes = await source(path);
      if (bytes !== null) take(path, bytes);
      return bytes;
    },
    // A bundle may have more than what was signed for.
    entriesIn: (size) =>
      [...found.values()].filter(({ index }) => index < size).toSorted((one, other) => one.index - other.index),
  };
}

/** What was checked at an earlier look, and lies in a folder since: it is not asked for again. */
export async function readKeptEntries(reading: ReviewReading, kept: LogSource, size: number): Promise<void> {
  for (const tile of tilesOf(size, 0)) {
    const path = tilePath({ ...tile, level: 'entries' });
    const bytes = await kept(path);
    if (bytes !== null) reading.take(path, bytes);
  }
}

/** Where a shop shows its reviews for machines, by where its ledger is; null where that says nothing of it. */
export function reviewsPathOf({ pathname }: URL): string | null {
  const shop = /\/ledger\/([^/]+)\/$/.exec(pathname)?.[1];
  return shop === undefined ? null : `${pathname.slice(0, pathname.lastIndexOf('/ledger/'))}/reviews/${shop}.json`;
}

/** Null when there is nothing. @throws Fault('unavailable') for what is not to be understood, or does not end */
export async function readShown(source: LogSource, path: string): Promise<ShownReviews | null> {
  const reviews: ShownReview[] = [];
  const first = await pageAt(source, path);
  if (first === null) return null;
  let page: typeof first | null = first;
  for (let pages = 1; page !== null; pages += 1) {
    reviews.push(...page.reviews);
    if (page.next === null) return { figures: first.figures, reviews };
    // One that has none, and says that there are more, goes on for ever.
    if (pages >= pagesMax || page.reviews.length === 0) break;
    page = await pageAt(source, `${path}?after=${encodeURIComponent(page.next)}`);
  }
  throw new Fault('unavailable', 'The list of reviews does not come to an end.');
}

async function pageAt(source: LogSource, path: string) {
  const bytes = await source(path);
  if (bytes === null) return null;
  const page = readShownPage(bytes);
  if (page === null) throw new Fault('unavailable', 'What is served as the list of reviews is none.');
  return page;
}

export type Look = () => Promise<{ readonly entries: readonly ReviewEntry[]; readonly shown: ShownReviews | null }>;

const looksMax = 3;

/**
 * A review may come in, or be published, between the look at the ledger and that at the list: what is wrong is wrong at
 * every one of three looks. @param look at both, again
 */
export async function verifyReviews(look: Look, pauseMs: number): Promise<ReviewsVerdict> {
  let verdict = await lookOnce(look);
  for (let looks = 1; looks < looksMax && verdict.wrong.length > 0; looks += 1) {
    await pause(pauseMs);
    const again = await lookOnce(look);
    verdict = { ...again, wrong: again.wrong.filter(staysIn(verdict.wrong)) };
  }
  return verdict;
}

async function lookOnce(look: Look): Promise<ReviewsVerdict> {
  const { entries, shown } = await look();
  return judgeReviews(entries, shown, sha256);
}

function staysIn(before: readonly WrongReview[]): (wrong: WrongReview) => boolean {
  const keys = new Set(before.map(keyOf));
  return (wrong) => keys.has(keyOf(wrong));
}

function keyOf(wrong: WrongReview): string {
  return wrong.what === 'figure' ? `figure ${wrong.name}` : `${wrong.what} ${'review' in wrong ? wrong.review : ''}`;
}
