import { createHash } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { statements } from './store.ts';

/** What is counted of a day, without anybody behind it. */
export type Counted = 'search' | 'search without hit' | 'answers offered' | 'form opened' | 'form sent';

export type Tally = {
  readonly slug: string;
  readonly language: string;
  readonly views: number;
  readonly helped: number;
  readonly notHelped: number;
};

export type Day = {
  readonly day: Temporal.PlainDate;
  readonly searches: number;
  readonly withoutHit: number;
  /** Answers were shown before the form. */
  readonly offered: number;
  /** The form was opened all the same. */
  readonly opened: number;
  /** It was sent. */
  readonly written: number;
};

type Read = { readonly shopId: string; readonly slug: string; readonly language: string };

/** Numbers of days: how often articles are read and help, and how often people write all the same. */
export type Counting = {
  readonly viewed: (queries: Queries, read: Read) => Promise<void>;
  /**
   * Whether an article helped its reader. `view` is a random text of the page that they read: each counts once.
   * @returns false when this view was counted before
   */
  readonly helped: (
    queries: Queries,
    said: Read & { readonly helped: boolean; readonly view?: string },
  ) => Promise<boolean>;
  readonly count: (queries: Queries, shopId: string, what: Counted) => Promise<void>;
  /** Sums over the last days, 90 unless others are asked for. */
  readonly tallies: (queries: Queries, shopId: string, days?: number) => Promise<readonly Tally[]>;
  readonly days: (queries: Queries, shopId: string, days?: number) => Promise<readonly Day[]>;
};

const shownDays = 90;
const keptDays = 730;
const viewKept = { hours: 48 };

export function createCounting({ clock }: { readonly clock: Clock }): Counting {
  const today = (): Temporal.PlainDate => clock.now().toZonedDateTimeISO('UTC').toPlainDate();
  const before = (days: number): Temporal.PlainDate => today().subtract({ days });
  return {
    viewed: async (queries, { shopId, slug, language }) => {
      await queries.rows(statements.view, [shopId, slug, language, today()]);
    },
    helped: async (queries, { shopId, slug, language, helped, view }) => {
      const now = clock.now();
      if (view !== undefined) {
        await queries.rows(statements.dropCounted, [shopId, now.subtract(viewKept)]);
        const digest = createHash('sha256').update(view).digest();
        if ((await queries.one(statements.once, [shopId, digest, now])) === null) return false;
      }
      await queries.rows(statements.helped, [shopId, slug, language, today(), helped ? 1 : 0, helped ? 0 : 1]);
      await queries.rows(statements.dropTallies, [shopId, slug, language, before(keptDays)]);
      return true;
    },
    count: async (queries, shopId, what) => {
      const one = (...these: readonly Counted[]): number => (these.includes(what) ? 1 : 0);
      await queries.rows(statements.count, [
        shopId,
        today(),
        one('search', 'search without hit'),
        one('search without hit'),
        one('answers offered'),
        one('form opened'),
        one('form sent'),
      ]);
      await queries.rows(statements.dropDays, [shopId, before(keptDays)]);
    },
    tallies: (queries, shopId, days = shownDays) => queries.rows<Tally>(statements.tallies, [shopId, before(days)]),
    days: (queries, shopId, days = shownDays) => queries.rows<Day>(statements.days, [shopId, before(days)]),
  };
}
