/** What is looked at; in the order in which it is shown. */
export type CheckName = 'domain' | 'ports' | 'clock' | 'certificate' | 'dns' | 'mail' | 'keys' | 'disk' | 'database';

export type Check = {
  readonly name: CheckName;
  /** `unknown`: could not be looked at, which is said. `bad`: something does not work. `warning`: it will not, or not for all. */
  readonly state: 'good' | 'warning' | 'bad' | 'unknown';
  /** Names the words. */
  readonly code: string;
  /** Fill them: no personal data. */
  readonly values: Readonly<Record<string, string | number>>;
};

export type Examination = {
  readonly at: Temporal.Instant;
  /** At least one of each name, in order; several where several things are wrong. */
  readonly checks: readonly Check[];
};

export type Doctor = {
  /** Looks at everything afresh; at most 30 seconds. One runs at a time: who asks meanwhile gets the same. */
  readonly examine: () => Promise<Examination>;
};

/** `what` is the case, and what to `mend`; empty where nothing is to be done. */
export type CheckText = { readonly what: string; readonly mend: string };
