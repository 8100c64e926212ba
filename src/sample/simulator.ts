import { createAuthority } from '#kit/certificate';
import type { Clock } from '#kit/clock';
import type { EgressRoute } from '#kit/egress';
import type { Log } from '#kit/log';
import { createOutbox, type Post } from './simulator/outbox.ts';
import { createParcelBook, type SimulatedParcel } from './simulator/parcels.ts';
import { createQuotas, simulatedAccounts } from './simulator/quota.ts';
import { createRoutes } from './simulator/routes.ts';
import { serveCarrier } from './simulator/server.ts';
import { createSubscriptions } from './simulator/subscriptions.ts';

export type {
  SimulatedArrival,
  SimulatedEvent,
  SimulatedParcel,
  SimulatedPlace,
  StatusCode,
} from './simulator/parcels.ts';
export { simulatedAccounts } from './simulator/quota.ts';

export type Simulator = {
  /** The only way to it: the carrier's host name leads to this port, under this run's authority. */
  readonly route: EgressRoute;
  /** Lets the carrier know a parcel: what of it has happened shows at once, the rest when its time comes. */
  readonly plan: (parcel: SimulatedParcel) => void;
  /** Pushes what is due by now; it also happens by itself four times a second. */
  readonly look: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** `calls` counts requests with a known key, `tooMany` those of them refused, `pushes` those that were taken. */
  readonly counters: () => { readonly calls: number; readonly tooMany: number; readonly pushes: number };
};

const host = 'api-eu.dhl.com';
const parcelsMax = 100_000;
const lookEveryMs = 250;

/**
 * A carrier on loopback: it speaks DHL's tracking and push interfaces, ends TLS for DHL's host name under an authority
 * of its own, keeps DHL's quotas, and knows of each planned parcel what has happened by product time. Nothing else of
 * the program knows that it is not the real one. Subscriptions live as long as the process.
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
  const book = createParcelBook(parcelsMax);
  const outbox = needs.push === undefined ? null : createOutbox(needs.push);
  const subscriptions =
    outbox === null ? null : createSubscriptions({ host, book, outbox, pushed: () => void (counts.pushes += 1) });
  const routes = createRoutes({
    book,
    quotas: createQuotas(Object.values(simulatedAccounts)),
    subscriptions,
    counted: (what) => void (counts[what] += 1),
  });
  const authority = createAuthority('Sample carrier');
  const server = await serveCarrier({
    host,
    ...authority.issue([host]),
    answer: (call) => routes(call, clock.now()),
    failed: (error) => log.error('simulated carrier failed', error),
  });
  const look = async (): Promise<void> => {
    subscriptions?.look(clock.now());
    await outbox?.sendDue(clock.now);
  };
  const looking = setInterval(() => {
    look().catch((error: unknown) => log.error('simulated push failed', error));
  }, lookEveryMs);
  looking.unref();
  log.info('simulated carrier started', { port: server.port });
  return {
    route: { hosts: { [host]: { address: '127.0.0.1', port: server.port } }, caPem: authority.caPem },
    plan: book.plan,
    look,
    counters: () => ({ ...counts }),
    stop: async () => {
      clearInterval(looking);
      outbox?.close();
      await server.stop();
    },
  };
}
