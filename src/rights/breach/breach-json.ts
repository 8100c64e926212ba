import { showId } from '#kit/ids';
import type { BreachCase } from './case.ts';
import type { BreachClock } from './clock.ts';
import type { BreachState } from './desk.ts';

/** A case as it stands in a list, for the API and the command line. */
export function breachLineJson(of: BreachCase & { readonly clock: BreachClock }) {
  const { clock } = of;
  return {
    id: showId('brc', of.caseId),
    shop: of.shopId === null ? null : showId('shp', of.shopId),
    suspect: of.suspect,
    key_id: of.keyId,
    tables: of.tables,
    from: of.from.toString(),
    until: of.until.toString(),
    keyring: of.keyring,
    aware_at: of.awareAt.toString(),
    opened_at: of.openedAt.toString(),
    clock: {
      state: clock.state,
      due_at: clock.dueAt.toString(),
      told_at: clock.toldAt?.toString() ?? null,
      closed: clock.isClosed,
    },
  };
}

export function breachJson({ case: of, clock, affected, assessment }: BreachState) {
  return {
    ...breachLineJson({ ...of, clock }),
    affected: {
      persons: affected.persons,
      by_shop: affected.byShop.map(({ shopId, name, persons }) => ({ shop: showId('shp', shopId), name, persons })),
    },
    categories: assessment.categories,
    readable: assessment.isReadable,
    authority: assessment.authority,
    customers: assessment.customers,
    consequences: assessment.consequences,
    steps: of.steps.map(({ kind, at, actor, words }) => ({ kind, at: at.toString(), actor, words })),
  };
}
