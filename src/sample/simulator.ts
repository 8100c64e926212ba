import { createAuthority } from '#kit/certificate';
import type { Clock } from '#kit/clock';
import type { EgressRoute } from '#kit/egress';
import type { Log } from '#kit/log';
import { noSuchResource } from './simulator/answers.ts';
import type { SimulatedCarrier } from './simulator/carrier.ts';
import { createDhl } from './simulator/dhl.ts';
import {
  createIssuers,
  etrustedClient,
  sampleCertificates,
  type SimulatedIssuers,
} from './simulator/issuers/issuers.ts';
import type { Post } from './simulator/outbox.ts';
import { changesOf, type DhlParcel } from './simulator/parcels.ts';
import { serveCarrier } from './simulator/server.ts';
import { upsAccount } from './simulator/ups/accounts.ts';
import type { UpsParcel } from './simulator/ups/parcels.ts';
import { createSimulatedUps, type SimulatedUps } from './simulator/ups/ups.ts';

export type { DhlEvent, DhlParcel, SimulatedArrival, SimulatedPlace, StatusCode } from './simulator/parcels.ts';
export type { UpsEvent, UpsParcel, UpsPlace } from './simulator/ups/parcels.ts';
export { parcelDeAccounts } from './simulator/dhl-parcel-de/accounts.ts';
export { simulatedAccounts } from './simulator/quota.ts';
export { changesOf, etrustedClient, sampleCertificates, upsAccount };
export type { Post };

/** One box as its carrier will come to know it: past, present and future. */
export type SimulatedParcel = DhlParcel | UpsParcel;

export type Simulator = {
  /** The only way to it: the carriers' host names lead to this port, under this run's authority. */
  readonly route: EgressRoute;
  /** Lets its carrier know a parcel: what of it has happened shows at once, the rest when its time comes. */
  readonly plan: (parcel: SimulatedParcel) => void;
  /** Issuers of seals and ratings, behind the same server. */
  readonly issuers: Pick<SimulatedIssuers, 'plan' | 'events'>;
  /** Where UPS pushes to for an app; DHL is told so with each subscription. */
  readonly register: SimulatedUps['register'];
  /** Pushes what is due by now; it also happens by itself four times a second. */
  readonly look: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** `calls` counts requests with a known key, `tooMany` those of them refused, `pushes` those that were taken. */
  readonly counters: () => { readonly calls: number; readonly tooMany: number; readonly pushes: number };
};

const lookEveryMs = 250;

const nobody: Post = () => Promise.resolve({ status: 503, body: '' });

/**
 * Carriers, and issuers of seals, on loopback: they speak the carriers' own interfaces, behind one server that ends TLS for all their host names
 * under an authority of its own, keep the carriers' quotas, and know of each planned parcel what has happened by product
 * time. Nothing else of the program knows that they are not the real ones. Subscriptions live as long as the process.
 *
 * @param needs.push sends one message to a subscriber and gives back the status; without it there is no push
 */
export async function startSimulator(needs: {
  readonly clock: Clock;
  readonly log: Log;
  readonly push?: Post;
}): Promise<Simulator> {
  const { clock, log } = needs;
  const counts = { calls: 0, tooMany: 0, pushes: 0 };
  const counted = (what: keyof typeof counts) => void (counts[what] += 1);
  const dhl = createDhl({ clock, push: needs.push ?? null, counted });
  const ups = createSimulatedUps({ accounts: [upsAccount], post: needs.push ?? nobody, counted });
  const carriers: readonly SimulatedCarrier[] = [dhl, ups];
  const issuers = createIssuers();
  const played = [...carriers, issuers];
  const byHost = new Map(played.flatMap((one) => one.hosts.map((host) => [host, one] as const)));
  const hosts = [...byHost.keys()];
  const authority = createAuthority('Sample carrier');
  const server = await serveCarrier({
    hosts,
    ...authority.issue(hosts),
    answer: (call) => byHost.get(call.url.hostname)?.answer(call, clock.now()) ?? noSuchResource,
    failed: (error) => log.error('simulated carrier failed', error),
  });
  const look = async (): Promise<void> => {
    for (const carrier of carriers) await carrier.look(clock.now());
  };
  const looking = setInterval(() => {
    look().catch((error: unknown) => log.error('simulated push failed', error));
  }, lookEveryMs);
  looking.unref();
  log.info('simulated carrier started', { port: server.port });
  const loopback = { address: '127.0.0.1', port: server.port } as const;
  return {
    route: { hosts: Object.fromEntries(hosts.map((host) => [host, loopback])), caPem: authority.caPem },
    plan: (parcel) => (parcel.carrier === 'ups' ? ups.plan(parcel) : dhl.plan(parcel)),
    register: ups.register,
    issuers,
    look,
    counters: () => ({ ...counts }),
    stop: async () => {
      clearInterval(looking);
      for (const carrier of carriers) carrier.close();
      await server.stop();
    },
  };
}
