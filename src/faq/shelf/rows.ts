/** What a shop's own text is, as customers read it. */
export type PublishedRow = {
  readonly slug: string;
  readonly language: string;
  readonly source: string;
  readonly revision: number;
  readonly base: string | null;
  readonly publishedAt: Temporal.Instant;
};

export type PlacedRow = {
  readonly slug: string;
  readonly position: number | null;
  readonly hiddenAt: Temporal.Instant | null;
};

export type RevisionRow = {
  readonly slug: string;
  readonly language: string;
  readonly revision: number;
  readonly source: string;
  readonly madeAt: Temporal.Instant;
};
