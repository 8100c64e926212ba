import type { SiteFinding, SiteScanned } from '#tls';
import type { SiteFacts } from './scanning/facts.ts';

/** What a host is to customers; of `mail` only the records in DNS are looked at. */
export type SiteKind = 'shop' | 'www' | 'track' | 'api' | 'mail' | 'other';

/** A host whose scans are kept. */
export type Site = {
  readonly siteId: string;
  /** Null for the installation's own names: they are every shop's. */
  readonly shopId: string | null;
  readonly host: string;
  /** Of https. */
  readonly port: number;
  readonly kind: SiteKind;
  /** How it was proven to be the shop's, and when last; null before. Nothing else is scanned. */
  readonly proven: { readonly by: 'own' | 'file' | 'dns'; readonly at: Temporal.Instant } | null;
  /** What is to be shown as a proof; null for own names. */
  readonly proof: ProofWanted | null;
  readonly addedAt: Temporal.Instant;
  readonly last: ScanLine | null;
  readonly nextAt: Temporal.Instant | null;
};

/** Either is enough. */
export type ProofWanted = {
  /** To answer with `content` as plain text. */
  readonly file: { readonly url: string; readonly content: string };
  readonly dns: { readonly name: string; readonly type: 'TXT'; readonly value: string };
};

/** One scan, as history and trend show it. */
export type ScanLine = Pick<SiteScanned, 'grade' | 'observatory'> & {
  readonly scanId: string;
  readonly at: Temporal.Instant;
  readonly tookMs: number;
  readonly counts: Readonly<Record<'alarm' | 'warning' | 'note', number>>;
};

/** A finding over time: from the first scan that saw it to the first that did not. */
export type KeptFinding = {
  readonly findingId: string;
  readonly finding: SiteFinding;
  readonly since: Temporal.Instant;
  readonly seenAt: Temporal.Instant;
  /** When a scan no longer found it: mended, and verified. */
  readonly mendedAt: Temporal.Instant | null;
  /** When customers begin to see it, where that is still to come; null when they do, or never will. */
  readonly visibleFrom: Temporal.Instant | null;
  /** When staff were told by mail; null when they were not. */
  readonly toldAt: Temporal.Instant | null;
};

export type SiteState = {
  readonly site: Site;
  /** Open ones, alarms first. */
  readonly open: readonly KeptFinding[];
  /** Mended within the last 90 days, the latest first. */
  readonly mended: readonly KeptFinding[];
  /** The latest first. */
  readonly history: readonly ScanLine[];
  /** What the last scan saw; null before the first. */
  readonly facts: SiteFacts | null;
  /** What the last scan drew its findings from; null before the first, and where it was too much to keep. */
  readonly seen: Pick<SiteScanned, 'tls' | 'web'> | null;
};

/** What visitors may read about the protection of a shop's own addresses: measured, with the time of measuring. */
export type ShownProtection = {
  readonly host: string;
  readonly measuredAt: Temporal.Instant;
  readonly grade: SiteScanned['grade'];
  readonly observatory: SiteScanned['observatory'];
  readonly certificate: {
    /** The authority's organisation as its certificate says; null when it says nothing. */
    readonly issuer: string | null;
    readonly from: Temporal.Instant;
    readonly until: Temporal.Instant;
  } | null;
  /** The newest that is spoken, such as `TLS 1.3`. */
  readonly protocol: string | null;
  /** Whether keys are agreed on in a way that stays closed to quantum computers. */
  readonly postQuantum: boolean;
  /** For how long browsers are told to come by https only; null when they are not. */
  readonly hstsSeconds: number | null;
  /** Hosts that pages contact besides the shop's own. */
  readonly thirdParties: readonly string[];
  /** Whether a strict policy keeps foreign code and frames out. */
  readonly contentPolicy: boolean;
  readonly cookies: number;
  /** Of the domain that the shop's mails come from; null when it was not looked at. */
  readonly mail: {
    readonly domain: string;
    readonly spf: boolean;
    readonly signed: boolean;
    /** What receivers are asked to do with forgeries. */
    readonly dmarc: 'none' | 'quarantine' | 'reject' | null;
    readonly transport: boolean;
  } | null;
  /** Of all hosts that the shop has scanned. */
  readonly hosts: readonly {
    readonly host: string;
    readonly grade: SiteScanned['grade'];
    readonly at: Temporal.Instant;
  }[];
};
