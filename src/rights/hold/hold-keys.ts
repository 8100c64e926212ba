import type { WrappedKeys } from '#keys';
import { statements } from './store.ts';

/** The keys of what the law keeps, as the wrapping key that lies around each is turned. */
export const holdKeys: WrappedKeys = {
  table: 'rights.hold_key',
  count: statements.countHoldKeys,
  stale: statements.staleHoldKeys,
  rewrap: statements.rewrapHoldKeys,
  awaitWriters: statements.awaitHoldKeys,
  boundOf: (id) => `hold|${id}`,
};
