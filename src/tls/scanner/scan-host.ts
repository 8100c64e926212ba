import type { Clock } from '#kit/clock';
import { openProber } from '#kit/egress';
import { readChain, rootsIn, type CertificateSeen, type ChainSeen } from './handshake/chain.ts';
import { gradeOf } from './grade.ts';
import { probeTls, type Conduct } from './handshake/probe-tls.ts';
import type { Finding, Grade } from './shapes.ts';
import { tlsFindings } from './tls-findings.ts';

export type TlsScan = {
  readonly host: string;
  readonly port: number;
  /** A name or an address; a name is told to the server. */
  readonly address?: string;
  /** The only authorities that are believed; without it those of browsers. */
  readonly caPem?: string;
  readonly allowPrivate: boolean;
  /** False for hosts that are not the shop's own: strangers' servers on the internet are left alone. */
  readonly allowPublic?: boolean;
  /** `max-age` of Strict-Transport-Security, 0 when it is not sent; null when nobody looked. A+ needs six months of it. */
  readonly hstsSeconds?: number | null;
  /** The real one: browsers have no other. */
  readonly clock: Clock;
};

type SeenChain = Omit<ChainSeen, 'certificates' | 'timestamps'> & {
  readonly certificates: readonly (Omit<CertificateSeen, 'from' | 'until'> & {
    readonly from: string;
    readonly until: string;
    /** What is left of its life, from 1 to 0; below 0 when it is over. */
    readonly lifeLeft: number;
  })[];
};

/** What was seen, as JSON can hold it: times are ISO texts, suites and groups are IANA's names. */
export type TlsSeen = {
  readonly address: string;
  readonly scannedAt: string;
  readonly protocols: readonly string[];
  readonly suites: readonly {
    readonly version: string;
    readonly names: readonly string[];
    readonly order: 'server' | 'client' | null;
  }[];
  readonly groups: readonly string[];
  readonly legacyGroups: readonly string[];
  readonly chain: SeenChain;
  /** Beside it, to older versions, of a server that has several certificates. */
  readonly otherChains: readonly SeenChain[];
  readonly ocspStapled: boolean;
  readonly timestamps: number;
  /** That a server offers heartbeats is seen; whether it bleeds is not tried, since trying takes its memory. */
  readonly heartbleed: 'not tried';
} & Pick<
  Conduct,
  | 'primeBits'
  | 'fallbackRefused'
  | 'compression'
  | 'secureRenegotiation'
  | 'tickets'
  | 'heartbeat'
  | 'alpn'
  | 'unanswered'
>;

export type TlsScanned = {
  readonly seen: TlsSeen;
  readonly findings: readonly Finding[];
  readonly grade: Grade;
};

/** What a server answered, before it is judged. */
export type TlsLook = {
  readonly address: string;
  readonly conduct: Conduct;
  readonly chain: ChainSeen;
  readonly otherChains: readonly ChainSeen[];
  readonly now: Temporal.Instant;
};

/**
 * Looks at a server as browsers do, old and new, over connections that are never finished: nothing is sent but hellos.
 * @throws EgressFault when it cannot be reached, or may not be
 */
export async function scanTls(scan: TlsScan): Promise<TlsScanned> {
  return judgeTls(await lookAtTls(scan), scan.hstsSeconds ?? null);
}

/** @throws EgressFault when it cannot be reached, or may not be */
export async function lookAtTls(scan: Omit<TlsScan, 'hstsSeconds'>): Promise<TlsLook> {
  const { host, port, address = null, allowPrivate, allowPublic = true, clock } = scan;
  const prober = await openProber({ host, port, address, allowPrivate, allowPublic });
  const conduct = await probeTls(prober, host);
  const roots = scan.caPem === undefined ? null : rootsIn(scan.caPem);
  const read = (served: readonly Buffer[]): ChainSeen => readChain(served, host, roots);
  return {
    address: prober.address,
    conduct,
    chain: read(conduct.certificates),
    otherChains: conduct.otherCertificates.map(read),
    now: clock.now(),
  };
}

/** @param hstsSeconds as `TlsScan` has them */
export function judgeTls(
  { address, conduct, chain, otherChains, now }: TlsLook,
  hstsSeconds: number | null,
): TlsScanned {
  const chains = [chain, ...otherChains];
  const findings = tlsFindings(conduct, chains, hstsSeconds, now);
  return {
    seen: {
      ...seenOf(address, conduct, now),
      timestamps: Math.max(chain.timestamps, conduct.handshakeTimestamps),
      chain: seenChainOf(chain, now),
      otherChains: otherChains.map((other) => seenChainOf(other, now)),
    },
    findings,
    grade: gradeOf(conduct, chains, findings, hstsSeconds),
  };
}

function seenOf(address: string, conduct: Conduct, now: Temporal.Instant) {
  const { primeBits, fallbackRefused, compression, secureRenegotiation, tickets, heartbeat, alpn, unanswered, spoken } =
    conduct;
  return {
    address,
    scannedAt: now.toString({ smallestUnit: 'millisecond' }),
    protocols: [...(conduct.ssl2 ? ['SSLv2'] : []), ...spoken.map(({ version }) => version)],
    suites: spoken.map(({ version, suites, order }) => ({ version, names: suites.map(({ name }) => name), order })),
    groups: conduct.groups.map(({ name }) => name),
    legacyGroups: conduct.legacyGroups.map(({ name }) => name),
    ocspStapled: conduct.stapled,
    heartbleed: 'not tried' as const,
    primeBits,
    fallbackRefused,
    compression,
    secureRenegotiation,
    tickets,
    heartbeat,
    alpn,
    unanswered,
  };
}

function seenChainOf({ timestamps: _inside, ...chain }: ChainSeen, now: Temporal.Instant): SeenChain {
  return {
    ...chain,
    certificates: chain.certificates.map((one) => ({
      ...one,
      from: one.from.toString(),
      until: one.until.toString(),
      lifeLeft: now.until(one.until).total('seconds') / one.from.until(one.until).total('seconds'),
    })),
  };
}
