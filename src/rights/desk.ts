import type { Shop } from '#orders';
import type { RecordOfProcessing } from './record/record.ts';
import type { Requests } from './requests/requests.ts';
import type { Retention } from './retention/retention.ts';

/** What data-protection officers work with: the desk of requests, the clocks, and the record of processing. */
export type RightsDesk = {
  readonly requests: Requests;
  readonly retention: Retention;
  /** Made anew each time, from what the house knows of itself (GDPR art. 30). */
  readonly record: (shop: Shop) => Promise<RecordOfProcessing>;
};
