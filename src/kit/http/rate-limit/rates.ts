/** So many per minute in the long run, `burst` of them at once. */
export type Rate = { readonly perMinute: number; readonly burst: number };

/** Requests, counted before anything is done for them. */
const requests = {
  /** Pages. Thousands of a mobile network's customers come from one IPv4 address, all of them right after a mail. */
  page: { perMinute: 3_000, burst: 1_000 },
  /** Live streams that are opened; how many may be open at a time is another limit. */
  stream: { perMinute: 600, burst: 300 },
  /** The one way in for staff: nobody needs it often. */
  'sign-in': { perMinute: 30, burst: 30 },
  /** What people write to people. A household or an office writes a few a minute at the most. */
  letter: { perMinute: 3, burst: 12 },
  /** Whether what somebody read helped them: a click a page. */
  opinion: { perMinute: 6, burst: 30 },
  /** Files that a browser asks for once and keeps for ever. */
  static: { perMinute: 12_000, burst: 4_000 },
  /** Public files by the thousand, for whoever checks all of them: each is a row that is read. */
  file: { perMinute: 6_000, burst: 4_000 },
  /** `/healthz` and `/readyz`; the second one asks the database. */
  probe: { perMinute: 600, burst: 100 },
  /** Calls that others make when they have something to tell: many at once after an outage of theirs or of ours. */
  push: { perMinute: 60_000, burst: 20_000 },
  /** What machines ask that needs no key, such as a description. */
  machine: { perMinute: 600, burst: 200 },
} as const satisfies Readonly<Record<string, Rate>>;

/** Calls of somebody who has proven who they are: by that, wherever they come from. */
const calls = {
  read: { perMinute: 60_000, burst: 20_000 },
  write: { perMinute: 60_000, burst: 20_000 },
} as const satisfies Readonly<Record<string, Rate>>;

/** Secrets that were shown and are none: a typo happens, sixty in a minute do not. */
const misses = {
  link: { perMinute: 60, burst: 60 },
  session: { perMinute: 60, burst: 60 },
  key: { perMinute: 60, burst: 60 },
  signature: { perMinute: 60, burst: 60 },
  /** Of a few digits, from a mail; how often each of them may be tried is another limit. */
  code: { perMinute: 6, burst: 12 },
} as const satisfies Readonly<Record<string, Rate>>;

/** Every limit of the server, in requests of one address, one caller or one process. */
export const rates = { requests, calls, misses };

export type RequestClass = keyof typeof requests;
export type CallClass = keyof typeof calls;
export type MissClass = keyof typeof misses;
export type Rates = {
  readonly requests: Readonly<Record<RequestClass, Rate>>;
  readonly calls: Readonly<Record<CallClass, Rate>>;
  readonly misses: Readonly<Record<MissClass, Rate>>;
};

/**
 * What the network around an address may do together, as a multiple. A rented /24 or a /48 is then worth eight addresses
 * and not 256 or 65,536, and one bad address does not use up what its neighbours have.
 */
export const networkFactor = 8;
