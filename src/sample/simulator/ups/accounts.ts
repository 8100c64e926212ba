import type { UpsAccount } from './tokens.ts';

/** The app of the sample shop; it may ask more than its parcels need. */
export const upsAccount: UpsAccount = {
  clientId: 'sample-ups',
  clientSecret: 'sample-ups-secret',
  callsPerDay: 20_000,
  callsPerSecond: 20,
};
