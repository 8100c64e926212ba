import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { EgressAnswer, EgressRequest } from '#kit/egress';
import type { Http } from '#kit/http';
import type { Log } from '#kit/log';
import type { Audit } from '../audit.ts';

export type WitnessNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Pick<Keyring, 'derive'>;
  readonly log: Pick<Log, 'warn' | 'error'>;
  readonly publicUrl: string;
  /** The one dialler. */
  readonly send: (request: EgressRequest) => Promise<EgressAnswer>;
  readonly audit: (tx: Queries, entry: Audit) => Promise<void>;
  /** The shop's own ledger: where it is served, ending in a slash, and its keys. */
  readonly ledger: {
    readonly urlOf: (shopId: string) => string;
    readonly policyOf: (shopId: string) => Promise<string>;
  };
};

/** Why a witness has not signed lately. `ahead`, `fork`, `inconsistent` raise an alarm. */
export type WitnessTrouble =
  | 'unreachable'
  | 'not_told'
  | 'refused'
  | 'not_signed'
  | 'ahead'
  | 'fork'
  | 'inconsistent'
  | 'status';

/** Another house that watches a shop's ledger, and is watched. */
export type Witness = {
  readonly witnessId: string;
  readonly host: string;
  /** To be compared over another way: of its ledger's keys, and of those it signs others' ledgers with. */
  readonly fingerprints: { readonly ledger: string; readonly witness: string };
  readonly addedAt: Temporal.Instant;
  /** How far it has signed the shop's ledger; 0 before the first time. */
  readonly signedSize: number;
  readonly signedAt: Temporal.Instant | null;
  readonly trouble: WitnessTrouble | null;
  /** Its ledger, and how far this house has signed it. */
  readonly theirs: { readonly origin: string; readonly size: number; readonly signedAt: Temporal.Instant | null };
};

/** A ledger that said two things that cannot both be true. */
export type WitnessAlarm = {
  readonly alarmId: string;
  readonly origin: string;
  /** `fork`: two trees of one size · `ahead`: a witness has seen more than there is · `inconsistent`: no beginning of it. */
  readonly what: 'fork' | 'ahead' | 'inconsistent';
  readonly noticedAt: Temporal.Instant;
  /** The signed texts, where they are at hand. */
  readonly kept: string | null;
  readonly shown: string | null;
};

/** What staff of a shop see. */
export type WitnessState = {
  readonly witnesses: readonly Witness[];
  readonly alarms: readonly WitnessAlarm[];
  /** What the other side is to be told. */
  readonly own: {
    readonly ledgerUrl: string;
    readonly fingerprints: { readonly ledger: string; readonly witness: string };
  };
};

/** Signs what it sees of other ledgers, and has others sign the shop's own (C2SP tlog-witness, tlog-cosignature). */
export type WitnessRoom = {
  /** `POST /witness/add-checkpoint`, and `GET /witness/keys` for whoever wants to check what it signed. */
  readonly mount: (http: Http) => void;
  readonly state: (shopId: string) => Promise<WitnessState>;
  /**
   * Asks a ledger for its keys and its house for those of its witness, has this house sign that ledger from now on, and
   * brings the shop's own there. The other side does the same. @param url of its ledger
   * @throws Fault('invalid') for what is no such address · 'conflict' when it is there, its keys are others than those
   *   that are known, or are those of another witness · 'limit' · 'unavailable' when it cannot be asked
   */
  readonly add: (shopId: string, url: string, actor: string) => Promise<Witness>;
  /** False when there is none. What was signed stays known: it is never signed otherwise. */
  readonly remove: (shopId: string, witnessId: string, actor: string) => Promise<boolean>;
  /** Brings what is new to the witnesses that are due: how many were asked. */
  readonly round: () => Promise<number>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};
