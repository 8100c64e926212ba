import type { WrappedKeys } from '#keys';
import { statements } from './store.ts';

/** The keys of persons and parcels, as the wrapping key that lies around each is turned. */
export const subjectKeys: readonly WrappedKeys[] = [
  {
    table: 'privacy.person_key',
    count: statements.countPersonKeys,
    stale: statements.stalePersonKeys,
    rewrap: statements.rewrapPersonKeys,
    awaitWriters: statements.awaitPersonKeys,
    boundOf: (id) => `person|${id}`,
  },
  {
    table: 'privacy.parcel_key',
    count: statements.countParcelKeys,
    stale: statements.staleParcelKeys,
    rewrap: statements.rewrapParcelKeys,
    awaitWriters: statements.awaitParcelKeys,
    boundOf: (id) => `parcel|${id}`,
  },
];
