import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';

/** Somebody, and whose customer they are. */
export type Person = { readonly shopId: string; readonly personId: string };

/** What is held about somebody, under headings, opened for their own eyes. */
export type HeldCategory = {
  readonly heading: string;
  readonly entries: readonly {
    readonly table: string;
    readonly keptFor: string;
    readonly items: readonly {
      readonly field: string | null;
      readonly value: string | null;
      readonly unreadable: boolean;
    }[];
  }[];
};

/** A file that a person takes along. */
export type TakenAlong = { readonly name: string; readonly contentType: string; readonly bytes: Uint8Array };
export const takenForms = ['html', 'csv', 'json'] as const;
export type TakenForm = (typeof takenForms)[number];

export type Correction = {
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: Readonly<Record<'street' | 'postcode' | 'city' | 'country', string>>;
};

/** What the law keeps of somebody who is erased. */
export type HeldBack = { readonly order: string; readonly until: Temporal.PlainDate };

export type RequestKind = 'access' | 'rectification' | 'erasure' | 'restriction' | 'portability' | 'objection';

/** What the page asks of the rooms that hold and change what is about persons. */
export type RightsDoors = {
  readonly held: (queries: Queries, person: Person) => Promise<readonly HeldCategory[]>;
  readonly takeAlong: (person: Person, form: TakenForm, language: string) => Promise<TakenAlong>;
  /** False when nothing was different. @throws Fault('invalid') for what cannot be used */
  readonly correct: (tx: Tx, person: Person & { readonly orderId: string }, changes: Correction) => Promise<boolean>;
  readonly heldBack: (queries: Queries, person: Person) => Promise<readonly HeldBack[]>;
  /** All that is about them goes in `tx`; the receipt is a text that proves it, made after the commit. */
  readonly erase: (tx: Tx, person: Person) => Promise<{ readonly receipt: string }>;
  readonly restrict: (tx: Tx, person: Person, isOn: boolean) => Promise<boolean>;
  readonly objectTo: (tx: Tx, person: Person, purpose: string, isOn: boolean) => Promise<boolean>;
  readonly restraintsOf: (
    queries: Queries,
    person: Person,
  ) => Promise<{
    readonly restricted: Temporal.Instant | null;
    readonly objections: readonly { readonly purpose: string; readonly at: Temporal.Instant }[];
  }>;
  /** For the desk of requests: what was asked for on the page was done at once. */
  readonly record: (tx: Tx, person: Person, kind: RequestKind) => Promise<void>;
};

/** Where entries about a person stand in the ledger of their shop. */
export type LedgerDoors = {
  readonly ownEntries: (
    queries: Queries,
    person: Person,
  ) => Promise<{
    readonly entries: readonly { readonly entryId: string; readonly number: number; readonly index: number | null }[];
    readonly count: number;
  }>;
  readonly proofOf: (queries: Queries, shopId: string, entryId: string) => Promise<string | null>;
  /** The public page of a shop's ledger. */
  readonly pathOf: (shopId: string) => string;
};

export type ConsentDoors = {
  /** How many consents hold now. */
  readonly holding: (queries: Queries, person: Person) => Promise<number>;
};

export type DataNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<Privacy, 'open' | 'index' | 'keysOf' | 'disclosuresOf'>;
  readonly orders: Pick<Orders, 'read' | 'shops' | 'links'>;
  readonly notices: Pick<Notices, 'tell' | 'register' | 'ofOrder'>;
  readonly mail: Pick<MailRoom, 'reaches'>;
  readonly rights: RightsDoors | null;
  readonly ledger: LedgerDoors | null;
  readonly consents: ConsentDoors | null;
};
