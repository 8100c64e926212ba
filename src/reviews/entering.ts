import { newId, showId } from '#kit/ids';
import type { ReviewsNeeds } from './needs.ts';
import type { Enter } from './shapes.ts';

/** Enters each step of a review into the shop's ledger (docs/decisions/0032); answers the entry's id, null for whoever was erased. */
export function createEntering({ clock, privacy }: Pick<ReviewsNeeds, 'clock' | 'privacy'>): Enter {
  return async (tx, { personId, reviewId }, { kind, shown = {}, details = {} }) => {
    const entry = await privacy.ledger.record(tx, personId, {
      entryId: newId(clock),
      shown: { kind, review: showId('rev', reviewId), ...shown },
      details: { ...details, at: clock.now().toString() },
    });
    return entry === null ? null : entry.entryId;
  };
}
