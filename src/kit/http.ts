import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as SecureServer, type ServerOptions } from 'node:https';
import { Fault } from '#kit/fault';
import type { Log } from '#kit/log';
import { assetPath, createAssets, type AssetFile } from './http/assets.ts';
import { createClientReader, createTrust } from './http/client.ts';
import type { ErrorPage } from './http/outgoing.ts';
import { createFront, type FrontDoor, type FrontNeeds } from './http/front/front.ts';
import type { Front } from './http/front/upstream.ts';
import { createPlainDoor } from './http/tls/plain-door.ts';
import { createLeadToSecure } from './http/tls/plain-visit.ts';
import { checkBind, closeServer, limitConnections, listenOn, probePort } from './http/ports.ts';
import { plainErrorPage } from './http/problem.ts';
import { createRateLimit, type RateLimit } from './http/rate-limit.ts';
import { rates, type Rates } from './http/rate-limit/rates.ts';
import { answer, anyone, type Route } from './http/route.ts';
import { createShell, type Shell } from './http/shell.ts';
import { createStreams, type StreamLimits } from './http/streams.ts';
import { endProofs, sniOptions, type CertificateSource, type ProofReader } from './http/tls/sni.ts';
import { checkCertificate, serveCertificate, tlsServerOptions, type CertificateFiles } from './http/tls.ts';
import { keepPace, type PaceLimits } from './http/upload/pace.ts';

export { sentOften, type SentOften } from './http/assets.ts';
export type { Problem } from './http/problem.ts';
export type { CertificateSource, ProofReader } from './http/tls/sni.ts';
export { frontStates, type FrontState } from './http/front/state.ts';
export { frontFaults, readFronts, type Front } from './http/front/upstream.ts';
export { parseInput } from './http/input.ts';
export { createRepeats, type Repeats } from './http/pushes/repeats.ts';
export { readSigned, type Signed } from './http/pushes/signed.ts';
export {
  answer,
  anyone,
  type Answer,
  type EventWriter,
  type HttpRequest,
  type RequestHead,
  type Route,
} from './http/route.ts';

export type HttpSettings = {
  /** Without `tls` and without trusted proxies: 127.0.0.1, ::1 or localhost, nothing else. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly tls: HttpTls | null;
  /** Addresses and networks whose X-Forwarded-For, -Proto and -Host are believed. */
  readonly trustedProxies: readonly string[];
  readonly publicUrl: string;
  /** Among how many processes the clients of this address are spread; 1 when it is missing. */
  readonly webProcesses?: number;
  /** Names of the shop's own server; none when it is missing. */
  readonly fronts?: readonly Front[];
};

type HttpTls = {
  /** PEM files, the leaf first; read again every few seconds and swapped without a lost connection. Or by host name. */
  readonly from: CertificateFiles | CertificateSource;
  readonly redirectPort: number | null;
};

type HttpLimits = StreamLimits &
  PaceLimits & {
    readonly bodyBytesMax: number;
    readonly headerBytesMax: number;
    readonly headersTimeoutMs: number;
    /** In all, for a body that is read as it comes. */
    readonly uploadTimeoutMs: number;
    readonly keepAliveTimeoutMs: number;
    /** A connection on which nothing moves in either direction. */
    readonly idleTimeoutMs: number;
    readonly connectionsMax: number;
    /** Of one IPv4 address or one IPv6 /64 that is no trusted proxy. Thousands of a mobile network's phones share one. */
    readonly connectionsPerAddressMax: number;
    readonly closeTimeoutMs: number;
    readonly readyTimeoutMs: number;
    readonly certificateCheckMs: number;
  };

const httpLimits: HttpLimits = {
  bodyBytesMax: 256 * 1024,
  headerBytesMax: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  uploadBytesMin: 64 * 1024,
  uploadTimeoutMs: 30 * 60_000,
  keepAliveTimeoutMs: 65_000,
  idleTimeoutMs: 120_000,
  connectionsMax: 12_000,
  connectionsPerAddressMax: 2_000,
  closeTimeoutMs: 3_000,
  readyTimeoutMs: 2_000,
  certificateCheckMs: 10_000,
  streamsMax: 5_000,
  streamsPerKeyMax: 20,
  heartbeatMs: 20_000,
  unreadBytesMax: 256 * 1024,
};

/**
 * The server. Routes are plain values; their answers carry strict headers and no cookie. `GET /healthz` says that the
 * process runs, `GET /readyz` that `ready` says so; `/assets/` serves what was added. The log gets method, route pattern,
 * status and time of a request, never an address, a url, a header or a body.
 */
export type Http = {
  /** What a door counts itself: calls of those it knows, and secrets that open nothing. */
  readonly limit: Pick<RateLimit, 'admit' | 'spend' | 'lookUp'>;
  /** Before `listen`. */
  readonly route: <Who>(route: Route<Who>) => void;
  readonly routes: Shell['routes'];
  /** At any time; what is added stays. */
  readonly addAssets: (files: readonly AssetFile[]) => void;
  /** Where an added file is served, and its digest; to be called before a page names it. */
  readonly assetUrl: (name: string) => { readonly url: string; readonly integrity: string };
  /** @throws Fault when the certificate cannot be used or a port cannot be had */
  readonly listen: () => Promise<{ readonly port: number; readonly redirectPort: number | null }>;
  /** Ends streams, lets running requests end, and closes what is left after 3 s. */
  readonly close: () => Promise<void>;
};

type HttpNeeds = {
  readonly settings: HttpSettings;
  readonly log: Log;
  /** False or an error: not ready. */
  readonly ready: () => Promise<boolean>;
  /** The page that people see instead of a problem. */
  readonly errorPage?: ErrorPage;
  /** What browsers are told by `Strict-Transport-Security` now, of a fronted name or the house; five minutes when missing. */
  readonly hsts?: (front?: string) => string;
  /** What authorities are shown, over every door; none when it is missing. */
  readonly proofFor?: ProofReader | null;
  readonly limits?: Partial<HttpLimits>;
  readonly front?: Pick<FrontNeeds, 'limits' | 'caPem'>;
  /** Instead of the table in `http/rate-limit/rates.ts`. */
  readonly rates?: Rates;
};

/**
 * Finds out what `createHttp` and `listen` would refuse, for whoever has more to begin before the doors open.
 * @returns the port to listen on: for 0 a free one
 * @throws Fault as they do
 */
export async function checkHttp(settings: {
  readonly host: string;
  readonly port: number;
  /** `files` is null where certificates come by host name. */
  readonly tls: { readonly files: CertificateFiles | null; readonly redirectPort: number | null } | null;
  readonly trustedProxies: readonly string[];
  readonly fronts: readonly Front[];
}): Promise<number> {
  const { host, port, tls, trustedProxies, fronts } = settings;
  checkBind(settings);
  createClientReader(trustedProxies);
  const fronted = fronts.map(({ name }) => name);
  if (tls !== null && tls.files !== null) await checkCertificate(tls.files, fronted);
  if (tls !== null && tls.redirectPort !== null) await probePort(host, tls.redirectPort);
  return await probePort(host, port);
}

/** @throws Fault('invalid') when it would serve plain HTTP to others, or a trusted proxy is no address */
export function createHttp(needs: HttpNeeds): Http {
  const { settings, log } = needs;
  const limits = { ...httpLimits, ...needs.limits };
  checkBind(settings);
  const streams = createStreams({ limits, log });
  const assets = createAssets();
  const tellers = {
    scheme: settings.tls === null ? ('http' as const) : ('https' as const),
    hsts: needs.hsts ?? (() => firstHsts),
    readClient: createClientReader(settings.trustedProxies),
    log,
  };
  const { fronts = [], trustedProxies } = settings;
  const proofFor = needs.proofFor ?? null;
  const front = fronts.length === 0 ? null : createFront({ ...needs.front, ...tellers, fronts, trustedProxies });
  const ports = createPorts(settings, limits, { log, proofFor, front });
  const pace = keepPace(ports.server, limits);
  const rateLimit = createRateLimit({ rates: needs.rates ?? rates, processes: settings.webProcesses ?? 1 });
  const shell = createShell({
    rateLimit,
    pace,
    createServer: (house) => ports.server.on('request', front?.standBefore(ports.server, house, pace.upload) ?? house),
    ...tellers,
    leadToSecure: createLeadToSecure(settings.publicUrl, settings.trustedProxies),
    streams,
    errorPage: needs.errorPage ?? plainErrorPage,
    bodyBytesMax: limits.bodyBytesMax,
    quietPaths: new Set(['/healthz', '/readyz']),
  });
  let closing: Promise<void> | null = null;
  mountOwn(shell, assets, async () => closing === null && (await within(limits.readyTimeoutMs, needs.ready)));
  if (proofFor !== null) mountProofs(shell, proofFor);

  const close = async (): Promise<void> => {
    shell.drain();
    front?.drain();
    streams.endAll();
    await ports.close();
    await shell.app.close();
  };
  return {
    limit: rateLimit,
    route: shell.mount,
    routes: shell.routes,
    addAssets: assets.add,
    assetUrl: assets.url,
    listen: async () => {
      shell.seal();
      await shell.app.ready();
      const open = await ports.open();
      log.info('listening', { ...open, tls: settings.tls !== null });
      return open;
    },
    close: () => (closing ??= close()),
  };
}

type OpenPorts = { readonly port: number; readonly redirectPort: number | null };

/** The first stage; longer ones only when somebody says so. */
const firstHsts = 'max-age=300';

/** The port that is served, and the plain one beside it that only leads there. */
function createPorts(
  settings: HttpSettings,
  limits: HttpLimits,
  {
    log,
    proofFor,
    front,
  }: { readonly log: Log; readonly proofFor: ProofReader | null; readonly front: FrontDoor | null },
) {
  const { host, tls, publicUrl } = settings;
  const source = tls !== null && 'pairFor' in tls.from ? tls.from : null;
  const secure = tls === null ? null : createSecureServer(source, serverOptions(limits, front), log);
  const server = secure ?? createHttpServer(serverOptions(limits, front));
  server.timeout = limits.idleTimeoutMs;
  server.maxConnections = limits.connectionsMax;
  limitConnections(server, limits.connectionsPerAddressMax, createTrust(settings.trustedProxies));
  const plain = createPlainDoor(publicUrl, { source, proofFor });
  let stopCertificate: (() => void) | null = null;
  return {
    server,
    open: async (): Promise<OpenPorts> => {
      if (secure !== null && tls !== null && !('pairFor' in tls.from)) {
        const checkEveryMs = limits.certificateCheckMs;
        stopCertificate = await serveCertificate({ server: secure, files: tls.from, checkEveryMs, log });
      }
      const { port } = await listenOn(server, host, settings.port);
      if (tls === null || tls.redirectPort === null) return { port, redirectPort: null };
      return { port, redirectPort: (await listenOn(plain, host, tls.redirectPort)).port };
    },
    close: async (): Promise<void> => {
      stopCertificate?.();
      await Promise.all([closeServer(plain, 0), closeServer(server, limits.closeTimeoutMs)]);
    },
  };
}

function createSecureServer(source: CertificateSource | null, base: ServerOptions, log: Log): SecureServer {
  const options = { ...base, ...tlsServerOptions };
  if (source === null) return createHttpsServer({ ...options, ALPNProtocols: ['http/1.1'] });
  return createHttpsServer({ ...options, ...sniOptions(source, log) }).prependListener('secureConnection', endProofs);
}

function serverOptions(limits: HttpLimits, front: FrontDoor | null): ServerOptions {
  return {
    ...(front === null ? {} : { shouldUpgradeCallback: front.shouldUpgradeCallback }),
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.uploadTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(2_000, limits.headersTimeoutMs / 2),
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
}

function mountOwn(shell: Shell, assets: ReturnType<typeof createAssets>, isReady: () => Promise<boolean>): void {
  const open = { method: 'GET', audience: 'machines', admit: anyone, takes: 'nothing' } as const;
  shell.mount({ ...open, limit: 'probe', path: '/healthz', handle: () => answer.text('ok\n') });
  shell.mount({
    ...open,
    path: '/readyz',
    limit: 'probe',
    handle: async () => ((await isReady()) ? answer.text('ready\n') : answer.text('not ready\n', { status: 503 })),
  });
  shell.mount({ ...open, limit: 'static', path: assetPath, handle: assets.serve });
}

/** Where a server of another name, or a proxy, leads authorities over https or over the door behind it. */
function mountProofs(shell: Shell, proofFor: ProofReader): void {
  const open = { method: 'GET', audience: 'machines', admit: anyone, takes: 'nothing', limit: 'machine' } as const;
  shell.mount({
    ...open,
    path: '/.well-known/acme-challenge/:token',
    handle: async ({ params }) => {
      const body = await proofFor(params['token'] ?? '');
      if (body === null) throw new Fault('not_found', 'There is no such proof.');
      return answer.text(body);
    },
  });
}

/** False when it takes too long or throws. */
async function within(timeoutMs: number, ask: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
