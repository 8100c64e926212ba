import type { HeldTable } from '#privacy';
import { packing } from '../pictures/packing.ts';
import { statements as pictures } from '../pictures/store.ts';
import { statements } from './store.ts';

/** What this room holds about somebody, table by table. */
export const reviewsTables: readonly HeldTable[] = [
  {
    table: 'reviews.token',
    heading: 'reviews',
    by: 'person',
    at: null,
    read: statements.heldTokens,
    drop: statements.dropTokens,
    leftOut: { token_hash: 'hash' },
  },
  {
    table: 'reviews.revision',
    heading: 'reviews',
    by: 'person',
    at: 'made_at',
    read: statements.heldRevisions,
    drop: statements.dropRevisions,
    sealed: { content: { field: 'message', row: 'revision_id' } },
  },
  {
    table: 'reviews.review',
    heading: 'reviews',
    by: 'person',
    at: 'written_at',
    read: statements.heldReviews,
    drop: statements.dropReviews,
    sealed: { note: { field: 'message', row: 'review_id' }, answer: { field: 'message', row: 'review_id' } },
  },
  {
    table: 'reviews.invitation',
    heading: 'reviews',
    by: 'person',
    at: 'decided_at',
    read: statements.heldInvitations,
    drop: statements.dropInvitations,
    sealed: { items: { field: 'order_contents', row: 'order_id' } },
  },
  {
    table: 'reviews.picture',
    heading: 'reviews',
    by: 'person',
    at: 'taken_at',
    read: pictures.held,
    drop: pictures.drop,
    sealed: { full_jpeg: { field: 'message', row: 'picture_hash', packing } },
    leftOut: { small_jpeg: 'derived' },
  },
];
