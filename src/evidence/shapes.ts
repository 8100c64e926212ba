import type { IssuerId } from './issuers/catalogue.ts';
import type { Adapter } from './reading/adapter.ts';
import type { Check, SealStanding } from './standing.ts';

export const sealKinds = ['seal', 'rating'] as const;
export type SealKind = (typeof sealKinds)[number];

/** A seal or a rating as the shop's people see it. */
export type Seal = {
  readonly sealId: string;
  readonly issuer: IssuerId;
  readonly issuerName: string;
  readonly kind: SealKind;
  readonly name: string;
  readonly certificateUrl: string;
  /** The shop's host that the issuer has to name. */
  readonly domain: string;
  /** How the issuer calls the shop; empty where that is not asked for. */
  readonly issuerRef: string;
  /** Null: the issuer's own. */
  readonly adapter: Adapter | null;
  /** Never what they are. */
  readonly hasSecrets: boolean;
  readonly addedAt: Temporal.Instant;
  readonly nextAt: Temporal.Instant;
  /** Since when customers who allow it are invited through it; null while they are not. */
  readonly invitesSince: Temporal.Instant | null;
  readonly mayInvite: boolean;
  readonly standing: SealStanding;
  /** The last check, whatever came of it. */
  readonly last: Check | null;
};

/** What customers and visitors see: nothing that expired, was withdrawn or was never verified. */
export type ShownSeal = {
  readonly id: string;
  readonly issuer: string;
  readonly name: string;
  readonly kind: SealKind;
  readonly grade: number | null;
  readonly scale: number | null;
  readonly label: string | null;
  readonly count: number | null;
  readonly checkedAt: Temporal.Instant;
  /** Not verified since `checkedAt`, which is more than 36 hours ago. */
  readonly isStale: boolean;
  readonly certificateUrl: string;
  /** Issuers' pictures are theirs; none is shown without their leave. */
  readonly image: null;
};

/** What staff give for a seal. */
export type SealInput = {
  readonly issuer: string;
  readonly kind: SealKind;
  /** What it is called on pages; the issuer's name where it is missing. */
  readonly name?: string | undefined;
  readonly certificateUrl: string;
  /** The host of the shop's own address where it is missing. */
  readonly domain?: string | undefined;
  readonly issuerRef?: string | undefined;
  /** For issuers that are not in the catalogue, and in place of the way that stands there. */
  readonly adapter?: unknown;
  readonly secrets?: Readonly<Record<string, string>> | undefined;
};
