import type { Queries, Tx } from '#kit/database';
import type { ShownBlock, Situation, Topic } from '#faq';

/** An article as lists show it. */
export type Found = {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly topic: Topic;
};

/** An article as it is read, conditions met and variables filled in. */
export type ShownArticle = {
  readonly slug: string;
  /** The language it is written in: another one where nobody has written it in the reader's. */
  readonly language: string;
  readonly title: string;
  readonly summary: string;
  readonly blocks: readonly ShownBlock[];
  readonly related: readonly Pick<Found, 'slug' | 'title'>[];
};

type Reader = { readonly shopId: string; readonly language: string; readonly situation: Situation | null };

/** What these pages need of `#faq`. */
export type Answers = {
  readonly search: (
    queries: Queries,
    asked: Reader & { readonly words: string; readonly limit: number },
  ) => Promise<readonly Found[]>;
  /** What fits this parcel first; nothing without one. */
  readonly situated: (queries: Queries, asked: Reader & { readonly limit: number }) => Promise<readonly Found[]>;
  /** All of them, in the order that the shop wants. */
  readonly all: (queries: Queries, asked: Omit<Reader, 'situation'>) => Promise<readonly Found[]>;
  readonly article: (queries: Queries, asked: Reader & { readonly slug: string }) => Promise<ShownArticle | null>;
  /** Counted, and nothing about who said it. */
  readonly helped: (
    tx: Tx,
    said: { readonly shopId: string; readonly slug: string; readonly language: string; readonly helped: boolean },
  ) => Promise<void>;
};
