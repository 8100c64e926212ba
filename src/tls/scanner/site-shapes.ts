import type { Lookup } from '#kit/egress';
import type { Clock } from '#kit/clock';
import type { TlsSeen } from './scan-host.ts';
import type { Finding, Grade } from './shapes.ts';
import type { Issuer } from './web/dns/caa.ts';
import type { MailDomain } from './web/dns/mail-records.ts';
import type { WebSeen } from './web/scan-web.ts';

export type SiteScan = {
  /** A name, or an address. */
  readonly host: string;
  /** Of https. */
  readonly port: number;
  /** Of plain http; null where nobody knows it: then nothing is said of it, and the Observatory takes nothing for it. */
  readonly plainPort: number | null;
  /** The page that is judged; `/` unless given. */
  readonly start?: string;
  /** Pages besides, at most 10. */
  readonly paths: readonly string[];
  /** The only authorities that are believed; without it those of browsers. */
  readonly caPem?: string;
  readonly allowPrivate: boolean;
  /** False for hosts that nobody proved to own. */
  readonly allowPublic: boolean;
  readonly resolve: Lookup;
  readonly clock: Clock;
  readonly issuer?: Issuer;
  readonly mail?: MailDomain;
};

/** A finding, and in which half it was found. */
export type SiteFinding = Finding & { readonly part: 'tls' | 'web' };

export type SiteScanned = {
  /** Of TLS and HSTS, after SSL Labs; null when nothing answers at the port. What speaks no TLS there has F. */
  readonly grade: Grade | null;
  /** Of the start page, after MDN's HTTP Observatory; null when nothing answered that could be judged. */
  readonly observatory: { readonly score: number; readonly grade: string } | null;
  /** Alarms first. */
  readonly findings: readonly SiteFinding[];
  readonly tls: TlsSeen | null;
  readonly web: WebSeen | null;
};

/** A finding in words, as plain text. */
export type FindingText = {
  /** What is there. */
  readonly what: string;
  /** Who sees what of it from when, and why it matters. */
  readonly why: string;
  readonly mend: string;
};
