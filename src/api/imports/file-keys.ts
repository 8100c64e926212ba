import type { WrappedKeys } from '#keys';
import { statements } from '../store.ts';

/** The keys of files on their way in, as the wrapping key that lies around each is turned. */
export const importKeys: WrappedKeys = {
  table: 'api.import',
  count: statements.countImportKeys,
  stale: statements.staleImportKeys,
  rewrap: statements.rewrapImportKeys,
  awaitWriters: statements.awaitImportKeys,
  boundOf: (id) => `import|${id}`,
};
