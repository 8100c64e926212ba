import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries } from '#kit/database';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { AcmeBinding, AcmeChallengeKind, AcmeProblemKind, Send } from './acme/shapes.ts';

export type ProofKind = AcmeChallengeKind;

/** What this installation wants certificates for, and from whom. */
export type WantedCertificates = {
  /** Up to 100 host names in lower case that are served here; a wildcard needs `dnsHook`. Each gets one of its own. */
  readonly names: readonly string[];
  /** Those of the shop's other servers. Missing: none. */
  readonly delivered?: DeliveredCertificates;
  /** Directories of authorities, the preferred first: the next is asked when one cannot or may not. */
  readonly directories: readonly string[];
  /** Whom an authority may write to; null: nobody. */
  readonly contact: string | null;
  /** For the authorities that bind accounts; null: those are passed over. */
  readonly binding: AcmeBinding | null;
  /** A program that is called with `add` or `remove`, the record's name and its value; null: no proof in DNS. */
  readonly dnsHook: string | null;
  /** Whether port 80 of these names leads to the plain door. */
  readonly plainDoor: boolean;
};

/** Ordered and kept like our own, but never served here: their servers get them. */
export type DeliveredCertificates = {
  /** 1 to 100, none of them in `names`. */
  readonly hosts: readonly string[];
  /** Where their files are written; null: they are fetched. */
  readonly directory: string | null;
  /** A program that has a server take its new files, called with the host and their folder; null: none is needed. */
  readonly reload: string | null;
};

export type TlsNeeds = {
  readonly database: Database;
  /** The real clock: browsers look at no other. */
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly send: Send;
  readonly audit: (
    queries: Queries,
    entry: { readonly shopId: null; readonly actor: string; readonly verb: string; readonly subject: string },
  ) => Promise<void>;
  /** Null where certificates lie in files, or somebody else ends TLS. */
  readonly wanted: WantedCertificates | null;
  /** Names of the shop's own server that requests are passed on for: each has a stage of HSTS of its own. */
  readonly fronted?: readonly string[];
  /** By which the stages of HSTS are measured; without it nothing is. */
  readonly ownPage?: OwnPage;
};

/** A page of our own that everybody may see. The rest is as on this machine and as browsers have it, unless it is given. */
export type OwnPage = {
  readonly url: string;
  readonly addressesOf?: (host: string, family: 4 | 6) => Promise<readonly string[]>;
  readonly plainPort?: number;
  readonly caPem?: string;
};

/** Why there is no new certificate: the authority's kinds, and what goes wrong before or after it. */
export type FailureWhy = AcmeProblemKind | 'unreachable' | 'hook' | 'clock' | 'no_authority' | 'inside';

export type Failure = {
  readonly host: string;
  readonly failures: number;
  readonly why: FailureWhy;
  /** The authority's own words, at most 500 characters; empty where it said nothing. */
  readonly said: string;
  readonly directory: string;
  readonly failedAt: Temporal.Instant;
};

export type Lifetime = { readonly notBefore: Temporal.Instant; readonly notAfter: Temporal.Instant };

export type StoredCertificate = Lifetime & {
  readonly certificateId: string;
  readonly host: string;
  readonly directory: string;
  /** PEM, the leaf first. */
  readonly chain: string;
  /** The key, sealed. */
  readonly private: Buffer;
  readonly madeAt: Temporal.Instant;
  readonly revokedAt: Temporal.Instant | null;
  readonly startsAt: Temporal.Instant | null;
  readonly endsAt: Temporal.Instant | null;
  /** When the authority is asked again; null before the first time. */
  readonly askAt: Temporal.Instant | null;
};

/** Files that could not be written, a program that could not be started or was too slow, one that ended with an error. */
export type DeliveryWhy = 'files' | 'not_run' | 'reload';

/** How it stands with the files of a host at one machine. */
export type Delivery = {
  readonly host: string;
  /** The machine and the folder. */
  readonly place: string;
  /** What its server took last; null: nothing yet. */
  readonly certificateId: string | null;
  readonly deliveredAt: Temporal.Instant | null;
  readonly triedAt: Temporal.Instant;
  /** Since it last went well. */
  readonly failures: number;
  readonly failure: {
    readonly why: DeliveryWhy;
    /** What the program ended with. */
    readonly code: number | null;
    /** The end of what it printed, or of what the system said; at most 500 characters. */
    readonly said: string;
  } | null;
};

/** One that was just issued. */
export type Kept = Lifetime & Pick<StoredCertificate, 'certificateId' | 'host' | 'directory' | 'chain'>;

export type Ordering = {
  readonly directory: string;
  readonly orderUrl: string;
  /** PKCS #10, DER. */
  readonly request: Buffer;
  readonly private: Buffer;
  readonly placedAt: Temporal.Instant;
};
