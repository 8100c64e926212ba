import { showId } from '#kit/ids';
import type { Figures, Reason, Settings, StaffReview } from '#reviews';
import type { Visit } from '../screens/visit.ts';
import type { Moment, StaffFrame } from '../view.ts';

/** A review as the screens show it. */
export type ReviewRow = {
  readonly id: string;
  readonly state: StaffReview['state'];
  readonly reason: Reason | null;
  readonly note: string | null;
  readonly written: Moment;
  readonly judged: Moment | null;
  /** When it shows by itself; null when it does not wait. */
  readonly publishes: Moment | null;
  readonly isShownOlder: boolean;
  readonly content: StaffReview['content'];
  readonly answer: { readonly text: string; readonly at: Moment } | null;
};

/** What was wrong with a form, and what stood in it. */
export type Wrong = { readonly message: string; readonly typed: Readonly<Record<string, string>> };

/** Where a list begins, and where it goes on; null on its first page, and on its last. */
export type Pages = { readonly firstUrl: string | null; readonly nextUrl: string | null };

export type ReviewsView = {
  readonly frame: StaffFrame;
  readonly figures: Figures;
  readonly settings: Settings;
  /** The oldest first: it shows by itself before the others do. */
  readonly waiting: readonly ReviewRow[];
  readonly waitingUrls: Pages;
  readonly withheld: readonly ReviewRow[];
  readonly withheldUrls: Pages;
  readonly published: readonly ReviewRow[];
  readonly publishedUrls: Pages;
  /** The page for everybody. */
  readonly publicUrl: string;
  readonly wrong: Wrong | null;
};

export type ReviewView = {
  readonly frame: StaffFrame;
  readonly row: ReviewRow;
  readonly wrong: (Wrong & { readonly act: string }) | null;
};

export function rowOf(review: StaffReview, { moment }: Pick<Visit, 'moment'>): ReviewRow {
  const { reviewId, state, reason, note, writtenAt, judgedAt, publishesAt, isShownOlder, content, answer } = review;
  return {
    id: showId('rev', reviewId),
    state,
    reason,
    note,
    isShownOlder,
    content,
    written: moment(writtenAt),
    judged: judgedAt === null ? null : moment(judgedAt),
    publishes: publishesAt === null ? null : moment(publishesAt),
    answer: answer === null ? null : { text: answer.text, at: moment(answer.at) },
  };
}
