import type { Parcel } from '#parcels';
import { timeOfId } from '#kit/ids';
import type { PassedOver, Settings } from '../shapes.ts';

/** Of a parcel as much as counts here. */
export type Box = Pick<Parcel, 'parcelId' | 'milestone' | 'subStatus' | 'milestoneAt' | 'lastSignAt'>;

/**
 * How an order stands to being asked about: delivered in all its parcels; over in another way; on its way, or not heard of;
 * or stuck, which is not the moment to ask. `since`: the delivery, or the last sign of it.
 */
export type Standing = { readonly since: Temporal.Instant } & (
  | { readonly is: 'delivered' | 'on its way' | 'stuck' }
  | { readonly is: 'over'; readonly reason: Extract<PassedOver, 'cancelled' | 'returned' | 'lost'> }
);

const stuck: ReadonlySet<string> = new Set(['exception', 'delivery_failed', 'ready_for_pickup', 'returning']);
/** What is stuck for so long was not delivered. */
const stuckDays = 90;

/** Null while an order has no parcels: nothing was sent. Pure. */
export function standingOf(boxes: readonly Box[]): Standing | null {
  const live = boxes.filter(({ milestone }) => milestone !== 'cancelled');
  const counted = live.length === 0 ? boxes : live;
  const since = latest(counted.map(signOf));
  if (since === null) return null;
  if (live.length === 0) return { is: 'over', reason: 'cancelled', since };
  if (live.some(({ milestone }) => milestone === 'returned')) return { is: 'over', reason: 'returned', since };
  if (live.some(({ subStatus }) => subStatus === 'exception.lost')) return { is: 'over', reason: 'lost', since };
  if (live.every(({ milestone }) => milestone === 'delivered')) return { is: 'delivered', since };
  const open = latest(live.filter(({ milestone }) => milestone !== 'delivered').map(signOf)) ?? since;
  return { is: live.some(({ milestone }) => stuck.has(milestone)) ? 'stuck' : 'on its way', since: open };
}

function signOf({ milestone, milestoneAt, lastSignAt, parcelId }: Box): Temporal.Instant {
  return (milestone === 'delivered' ? milestoneAt : lastSignAt) ?? timeOfId(parcelId);
}

function latest(all: readonly Temporal.Instant[]): Temporal.Instant | null {
  return all.toSorted((one, other) => Temporal.Instant.compare(one, other)).at(-1) ?? null;
}

/** When it is decided whether to ask, before the hour is chosen. Pure. */
export function decidedAt(
  standing: Standing,
  settings: Pick<Settings, 'delayDays' | 'fallbackDays'>,
): Temporal.Instant {
  const days = {
    delivered: settings.delayDays,
    // What was lost may be found, what was cancelled may be corrected.
    over: settings.fallbackDays,
    'on its way': settings.fallbackDays,
    stuck: stuckDays,
  }[standing.is];
  return standing.since.add({ hours: days * 24 });
}
