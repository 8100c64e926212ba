/** How long something is kept: counted in days from a moment that its rows know. */
type Clock = {
  /** The moment that it counts from, as a word that people are told. */
  readonly from: ClockStart;
  readonly days: number;
  /** Within which a shop may set another number; null where it may not. */
  readonly limits: { readonly atLeast: number; readonly atMost: number } | null;
  /** Why so long and no longer: a law, or what would not work before. */
  readonly source: string;
};

type ClockStart =
  | 'order placed'
  | 'last movement'
  | 'told'
  | 'mail sent'
  | 'written'
  | 'proven'
  | 'request ended'
  | 'last word'
  | 'time of the call'
  | 'received'
  | 'uploaded'
  | 'link ended'
  | 'law period ended'
  | 'signed in';

/**
 * The retention clocks: one row each, for whoever judges them (GDPR art. 5(1)(e), 13(2)(a), 30(1)(f)). A table of the data
 * map names one of them, a sweep drops what is past it. A new one is a row here and its words in `rights/record/words`.
 */
export const retentionClocks = {
  order: {
    from: 'order placed',
    days: 790,
    limits: { atLeast: 30, atMost: 3_650 },
    source: 'BGB § 438(1) no. 3: two years of liability from delivery, and two months until it is there',
  },
  parcel: {
    from: 'last movement',
    days: 400,
    limits: { atLeast: 30, atMost: 1_155 },
    source: 'HGB § 439(1): claims against the carrier lapse after one year',
  },
  notice: {
    from: 'told',
    days: 400,
    limits: { atLeast: 30, atMost: 1_155 },
    source: 'what a customer was told belongs to the parcel it was about: HGB § 439(1)',
  },
  mail: {
    from: 'mail sent',
    days: 120,
    limits: { atLeast: 30, atMost: 365 },
    source: 'RFC 3464: reports of mails that were not delivered come within days, late ones within weeks',
  },
  proof: {
    from: 'proven',
    days: 1_096,
    limits: { atLeast: 365, atMost: 3_650 },
    source: 'GDPR art. 5(2) and 7(1); OWiG § 31(2) no. 1: three years in which it may have to be shown',
  },
  request: {
    from: 'request ended',
    days: 1_096,
    limits: { atLeast: 365, atMost: 3_650 },
    source: 'GDPR art. 5(2) and 12; OWiG § 31(2) no. 1: three years',
  },
  case: {
    from: 'last word',
    days: 1_126,
    limits: { atLeast: 30, atMost: 3_650 },
    source: 'BGB §§ 195 and 199: claims lapse three years from the end of the year; a month for what is under way then',
  },
  call: {
    from: 'time of the call',
    days: 30,
    limits: null,
    source: 'GDPR art. 5(1)(c): a number that was typed in for one call is needed for no other',
  },
  audit: {
    from: 'written',
    days: 1_096,
    limits: null,
    source: 'GDPR art. 5(2) and 32; OWiG § 31(2) no. 1: three years',
  },
  waiting: {
    from: 'received',
    days: 14,
    limits: null,
    source: 'a scan whose order did not come in two weeks has none',
  },
  import: {
    from: 'uploaded',
    days: 10,
    limits: null,
    source: 'a day to begin it, its run, and a week to correct what was refused',
  },
  moment: {
    from: 'written',
    days: 1,
    limits: null,
    source:
      'what waits for the next step, which is minutes away: a place in the ledger, a second sweep, a confirmation',
  },
  hold: {
    from: 'law period ended',
    days: 1,
    limits: null,
    source: 'AO § 147(3), HGB § 257(4): vouchers eight years, letters six, from the end of the year',
  },
  fact: {
    from: 'written',
    days: 121,
    limits: null,
    source: 'months of facts go ninety days after they ended; ids and codes only',
  },
  link: {
    from: 'link ended',
    days: 1,
    limits: null,
    source: 'a link ends ninety days after its order’s last parcel; an ended one opens nothing',
  },
  session: {
    from: 'signed in',
    days: 7,
    limits: null,
    source: 'GDPR art. 32: a sign-in ends after seven days at the latest',
  },
} as const satisfies Readonly<Record<string, Clock>>;

export type ClockName = keyof typeof retentionClocks;
export type RetentionClock = Clock & { readonly name: ClockName };

/** In the order of the table. */
export const clocks: readonly RetentionClock[] = Object.entries(retentionClocks).map(([name, clock]) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets the names of its own keys
  Object.assign({ name: name as ClockName }, clock),
);

/** The clock of this name; null when there is none. */
export function findClock(name: string): RetentionClock | null {
  return clocks.find((clock) => clock.name === name) ?? null;
}
