import type { Queries, Tx } from '#kit/database';
import { parcelMoved, parcelRegistered } from '#parcels';
import { forgetIn, type HeldRow, type Privacy, type Whose } from '#privacy';
import { askAbout } from './ask.ts';
import { planAnew, watchedOf, type Watched, type WatchNeeds } from './plan.ts';
import { watchTables } from './persons/tables.ts';
import { statements } from './store.ts';
import { subscribe, subscription } from './subscribe.ts';

export { watchData } from './retention/data-map.ts';

export { watchTables };
export type { Watched };

/** Watches parcels: asks each carrier when it makes sense, under its quota, and subscribes to what it pushes. */
export type Watch = {
  readonly watched: (queries: Queries, parcelId: string) => Promise<Watched | null>;
  /** Asks about one parcel now and plans the next time. */
  readonly ask: (parcelId: string) => Promise<void>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  /** Nobody asks about these parcels any more. */
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createWatch(needs: WatchNeeds & { readonly privacy: Pick<Privacy, 'heldIn'> }): Watch {
  needs.jobs.on('watch.ask', async ({ parcelId = '' }) => {
    // The timer of a parcel whose end has come since is of no use any more.
    const row = await watched(needs.database, parcelId);
    if (row !== null && row.outcome !== 'over') await askAbout(needs, parcelId);
  });
  needs.jobs.on('watch.subscribe', ({ parcelId = '' }) => subscribe(needs, parcelId));
  needs.facts.follow('watch', [parcelRegistered.kind, parcelMoved.kind], async (tx, facts) => {
    const numbered = facts.filter((fact) => fact.kind === parcelMoved.kind || parcelRegistered.read(fact).numbered);
    const ids = [...new Set(numbered.map((fact) => fact.key))];
    const due = await planAnew(needs, tx, await needs.parcels.read(tx, ids));
    const registered = numbered.filter((fact) => fact.kind === parcelRegistered.kind && due.has(fact.key));
    await needs.jobs.add(tx, ...registered.map((fact) => subscription(fact.key)));
  });
  return {
    watched,
    ask: (parcelId) => askAbout(needs, parcelId),
    held: (queries, whose) => needs.privacy.heldIn(queries, watchTables, whose),
    forget: (tx, whose) => forgetIn(tx, watchTables, whose),
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
    },
  };
}

async function watched(queries: Queries, parcelId: string): Promise<Watched | null> {
  return (await watchedOf(queries, [parcelId])).get(parcelId) ?? null;
}
