import type { Field } from '#privacy';

/** What may have come into strange hands. */
export const suspects = [
  'database',
  'backup',
  'tables',
  'wrapping key',
  'api key',
  'mail key',
  'mailbox',
  'log files',
  'unknown',
] as const;
export type Suspect = (typeof suspects)[number];

/** Whether the keyring, without which sealed values tell nothing, may have been taken too. */
export const keyringStates = ['safe', 'taken', 'unknown'] as const;
export type KeyringState = (typeof keyringStates)[number];

export type Suspicion = {
  readonly suspect: Suspect;
  /** `key_…` of the API, or the eight hex digits of a wrapping key; null where no single key is meant. */
  readonly keyId: string | null;
  /** `schema.table`; empty means all of them. */
  readonly tables: readonly string[];
  /** The window of time in which it may have happened. */
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
  readonly keyring: KeyringState;
};

/** What can be done about a case, as it stands in its log. */
export const stepKinds = [
  'opened',
  'note',
  'contained',
  'authority_told',
  'customers_told',
  'closed',
  'reopened',
] as const;
export type StepKind = (typeof stepKinds)[number];

export type BreachStep = {
  readonly kind: StepKind;
  readonly at: Temporal.Instant;
  /** `staff`, `key key_…`, `command line` or `canary`. */
  readonly actor: string;
  /** What was written about it; empty when nothing. */
  readonly words: string;
};

export type BreachCase = Suspicion & {
  readonly caseId: string;
  /** Null when it is about every shop of the installation. */
  readonly shopId: string | null;
  /** When the shop became aware (Art. 33(1) GDPR): the 72 hours count from here. */
  readonly awareAt: Temporal.Instant;
  readonly openedAt: Temporal.Instant;
  /** Oldest first. */
  readonly steps: readonly BreachStep[];
};

/** A kind of personal data in what may have been taken. */
export type Category = {
  readonly field: Field;
  /** `hash`: keyed, it finds and tells nothing. */
  readonly as: 'sealed' | 'hash' | 'plain';
};

/** A column of the data map, as far as this desk looks at it. */
export type BreachColumn = {
  readonly table: string;
  /** Personal where `as` says how it lies there; null where it is none. */
  readonly holds: string;
  readonly as: Category['as'] | null;
};
