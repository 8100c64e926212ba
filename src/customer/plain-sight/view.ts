import type { Shop } from '#orders';
import type { ExportFormat } from '#rights';
import type { VerifyOwnView } from '../verifying/verify-own-part.tsx';

/** One passing-on, or one that did not happen, one tap below its plain words. */
export type DisclosureView = {
  readonly id: string;
  readonly when: string;
  /** Article of the GDPR and what it means. */
  readonly basis: string;
  readonly purpose: string;
  /** Kinds of data that went, in words; empty where nothing did. */
  readonly fields: string;
  /** Kinds that stayed, each with the reason. */
  readonly withheld: readonly string[];
  /** Where it stands in the ledger; null where there is none. */
  readonly entry: string | null;
  readonly proofUrl: string | null;
};

/** Everything that one recipient got. */
export type RecipientView = {
  readonly name: string;
  /** Plain sentences, one for each purpose. */
  readonly sentences: readonly string[];
  readonly times: string;
  /** Newest first, the first few. */
  readonly disclosures: readonly DisclosureView[];
  readonly more: number;
};

export type HeldLine = { readonly label: string; readonly values: readonly string[]; readonly more: number };

export type HeldView = {
  readonly heading: string;
  readonly why: string;
  readonly kept: readonly string[];
  readonly count: number;
  readonly lines: readonly HeldLine[];
};

/** One conversation with the shop's people. */
export type CaseLine = {
  readonly number: string;
  readonly topic: string;
  readonly state: string;
  readonly day: string;
  /** Where it is read word for word; null while the page is masked. */
  readonly url: string | null;
};

export type RightView = {
  readonly key: 'correct' | 'restrict' | 'object' | 'erase';
  readonly url: string;
  /** That it is on already. */
  readonly state: string | null;
};

/** What the page says of the codes that open it. */
export type Opening =
  | { readonly kind: 'code'; readonly email: string }
  | { readonly kind: 'no address' }
  | { readonly kind: 'suppressed'; readonly email: string }
  | { readonly kind: 'open'; readonly until: string; readonly downloads: Readonly<Record<ExportFormat, string>> };

export type DataView = {
  readonly shop: Shop;
  readonly language: string;
  /** Of the page, without a query: with the secret part where it is open. */
  readonly path: string;
  readonly orderPath: string;
  /** What was just done here. */
  readonly said: string | null;
  readonly opening: Opening;
  readonly recipients: readonly RecipientView[];
  readonly held: readonly HeldView[];
  /** Newest first. */
  readonly cases: { readonly shown: readonly CaseLine[]; readonly more: number };
  readonly decided: readonly string[];
  /** How many consents hold; null where nobody can say. */
  readonly consents: number | null;
  readonly consentsPath: string;
  readonly rights: readonly RightView[];
  /** Only where the page is open: what the browser checks is shown in full. */
  readonly ledger: VerifyOwnView | null;
};
