import type { Clock } from '#kit/clock';
import type { Counted, SimulatedCarrier } from './carrier.ts';
import { createParcelDe, parcelDePath } from './dhl-parcel-de/parcel-de.ts';
import { createOutbox, type Post } from './outbox.ts';
import { createParcelBook, type DhlParcel } from './parcels.ts';
import { createQuotas, simulatedAccounts } from './quota.ts';
import { createRoutes } from './routes.ts';
import { createSubscriptions } from './subscriptions.ts';

const host = 'api-eu.dhl.com';
const parcelsMax = 100_000;

/** DHL: its unified interface with the push, and its interface for Germany, told apart by their paths on one host. */
export type SimulatedDhl = SimulatedCarrier & { readonly plan: (parcel: DhlParcel) => void };

/** @param needs.push null when nobody can be pushed to */
export function createDhl(needs: {
  readonly clock: Clock;
  readonly push: Post | null;
  readonly counted: Counted;
}): SimulatedDhl {
  const { clock, counted } = needs;
  const book = createParcelBook(parcelsMax);
  const outbox = needs.push === null ? null : createOutbox(needs.push);
  const subscriptions =
    outbox === null ? null : createSubscriptions({ host, book, outbox, pushed: () => counted('pushes') });
  const quotas = createQuotas(Object.values(simulatedAccounts));
  const unified = createRoutes({ book, quotas, subscriptions, counted });
  const parcelDe = createParcelDe({ parcelsMax, counted });
  return {
    hosts: [host],
    answer: (call, now) => (call.url.pathname.startsWith(parcelDePath) ? parcelDe.answer : unified)(call, now),
    plan: (parcel) => (parcel.carrier === 'dhl-parcel-de' ? parcelDe : book).plan(parcel),
    look: async (now) => {
      subscriptions?.look(now);
      await outbox?.sendDue(clock.now);
    },
    close: () => outbox?.close(),
  };
}
