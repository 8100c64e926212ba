import { showId } from '#kit/ids';
import type { Figures, Settings, StaffReview } from './shapes.ts';

/** A review for staff and their machines. */
export function reviewJson(review: StaffReview) {
  const { reviewId, orderId, content, answer } = review;
  const { shop, delivery, products, title, text, by, language, pictures } = content;
  return {
    id: showId('rev', reviewId),
    order: showId('ord', orderId),
    state: review.state,
    reason: review.reason,
    note: review.note,
    written_at: review.writtenAt.toString(),
    changed_at: review.changedAt.toString(),
    judged_at: review.judgedAt?.toString() ?? null,
    publishes_at: review.publishesAt?.toString() ?? null,
    older_is_shown: review.isShownOlder,
    stars: { shop, delivery, products },
    title,
    text,
    by: by === '' ? null : by,
    language,
    pictures: pictures.length,
    answer: answer === null ? null : { text: answer.text, at: answer.at.toString() },
  };
}

export function settingsJson({ invites, basis, toldAt, delayDays, fallbackDays, publishDays }: Settings) {
  return {
    invites,
    basis,
    told_at: toldAt?.toString() ?? null,
    delay_days: delayDays,
    fallback_days: fallbackDays,
    publish_days: publishDays,
  };
}

export function figuresJson(figures: Figures) {
  const { passedOver, withheldStars, ...rest } = figures;
  return { ...rest, not_invited: passedOver, withheld_stars: withheldStars };
}
