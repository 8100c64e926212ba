import type { Held } from '../held/held.ts';
import type { Told } from './information.ts';

/** An entry of the ledger about this person, with what proves it. */
export type ProvenEntry = {
  readonly number: number;
  readonly entryId: string;
  readonly kind: string;
  /** Null while it waits for its place. */
  readonly index: number | null;
  readonly shown: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;
  /** Hex. */
  readonly nonce: string;
  /** The entry as it stands in the ledger. */
  readonly text: string;
  /** A `.tlog-proof` file (C2SP tlog-proof); null while it waits. */
  readonly proof: string | null;
};

export type OwnLedger = {
  readonly origin: string;
  /** Whose signatures count (C2SP tlog-policy). */
  readonly policy: string;
  readonly entries: readonly ProvenEntry[];
  /** How many there are: none is kept from its person. */
  readonly count: number;
};

/** A consent's record as its room gives it, with the receipt that its person may keep (JWS). */
export type ConsentReceipt = { readonly consentId: string; readonly receipt: string | null };

/** Everything that an export says, whatever it is written as. */
export type Whole = {
  readonly madeAt: Temporal.Instant;
  readonly shop: { readonly shopId: string; readonly name: string };
  readonly held: Held;
  /** Null where no ledger is kept. */
  readonly ledger: OwnLedger | null;
  readonly receipts: readonly ConsentReceipt[];
  /** What art. 15(1) asks for beside the data, in the reader's language. */
  readonly information: readonly Told[];
};
