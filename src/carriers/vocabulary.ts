/**
 * What can be said about a parcel, in two levels: 12 milestones, and below each the sub-statuses. Every carrier's codes are
 * translated into these words and nothing else, so that a notice, a screen or a rule is written once for all carriers.
 */
export const milestones = [
  'unknown',
  'announced',
  'accepted',
  'in_transit',
  'out_for_delivery',
  'ready_for_pickup',
  'delivery_failed',
  'exception',
  'delivered',
  'returning',
  'returned',
  'cancelled',
] as const;

/** The coarse stages of a parcel, in product.md's words. */
export type ParcelState = (typeof milestones)[number];

/** What is wrong, seen from the customer. */
export type Problem =
  | 'none'
  | 'delay'
  | 'attempt'
  | 'address'
  | 'damage'
  | 'loss'
  | 'customs'
  | 'payment'
  | 'identity'
  | 'refused'
  | 'held'
  | 'uncollected'
  | 'security';

/** Who must do the next thing. */
export type Actor = 'carrier' | 'sender' | 'recipient' | 'customs' | 'nature';

/** What the customer can do about it. */
export type CustomerAction =
  | 'none'
  | 'collect'
  | 'choose_option'
  | 'correct_address'
  | 'pay'
  | 'provide_document'
  | 'contact';

/** `tell`: worth a message unless the shop decides otherwise. */
type Notice = 'tell' | 'quiet';

type Line = readonly [`${ParcelState | 'info'}.${string}`, Problem, Actor, CustomerAction, Notice];

// One line: id, problem, actor, what the customer can do, notice. The lines stand in the order of progress: of two scans
// of the same minute the one further down happened later.
const table = [
  ['info.preferred_day_set', 'none', 'recipient', 'none', 'quiet'],
  ['info.preferred_location_set', 'none', 'recipient', 'none', 'quiet'],
  ['info.preferred_neighbour_set', 'none', 'recipient', 'none', 'quiet'],
  ['info.preferred_shop_set', 'none', 'recipient', 'none', 'quiet'],
  ['info.preferred_address_set', 'none', 'recipient', 'none', 'quiet'],
  ['info.delivery_window', 'none', 'carrier', 'none', 'tell'],
  ['info.eta_changed', 'none', 'carrier', 'none', 'quiet'],
  ['info.change_requested', 'none', 'recipient', 'none', 'quiet'],
  ['info.change_confirmed', 'none', 'carrier', 'none', 'quiet'],
  ['info.change_rejected', 'none', 'carrier', 'choose_option', 'tell'],
  ['info.change_cancelled', 'none', 'recipient', 'none', 'quiet'],
  ['info.redirect_requested', 'none', 'recipient', 'none', 'quiet'],
  ['info.stop_requested', 'none', 'sender', 'none', 'quiet'],
  ['info.second_attempt_planned', 'none', 'carrier', 'none', 'quiet'],
  ['info.address_corrected', 'none', 'carrier', 'none', 'quiet'],
  ['info.location_changed', 'none', 'carrier', 'none', 'quiet'],
  ['info.notification_sent', 'none', 'carrier', 'none', 'quiet'],
  ['info.measured', 'none', 'carrier', 'none', 'quiet'],
  ['info.note', 'none', 'carrier', 'none', 'quiet'],

  ['announced.label_created', 'none', 'sender', 'none', 'quiet'],
  ['announced.data_received', 'none', 'sender', 'none', 'quiet'],
  ['announced.pickup_scheduled', 'none', 'carrier', 'none', 'quiet'],
  ['announced.waiting_for_handover', 'none', 'sender', 'none', 'quiet'],
  ['announced.pickup_failed', 'delay', 'sender', 'none', 'quiet'],

  ['accepted.left_sender', 'none', 'carrier', 'none', 'tell'],
  ['accepted.dropped_off', 'none', 'carrier', 'none', 'tell'],
  ['accepted.picked_up', 'none', 'carrier', 'none', 'tell'],
  ['accepted.received_at_depot', 'none', 'carrier', 'none', 'tell'],

  ['in_transit.other', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.data_missing', 'none', 'sender', 'none', 'quiet'],
  ['in_transit.import_arrived', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.arrived', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.checked', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.customs_in', 'none', 'customs', 'none', 'quiet'],
  ['in_transit.customs_cleared', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.repaired', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.misrouted', 'delay', 'carrier', 'none', 'quiet'],
  ['in_transit.delayed', 'delay', 'carrier', 'none', 'tell'],
  ['in_transit.delayed_weather', 'delay', 'nature', 'none', 'tell'],
  ['in_transit.stored', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.problem_resolved', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.sorted', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.export', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.departed', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.forwarded', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.redirected', 'none', 'carrier', 'none', 'tell'],
  ['in_transit.handed_to_partner', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.at_delivery_depot', 'none', 'carrier', 'none', 'quiet'],
  ['in_transit.rescheduled', 'delay', 'carrier', 'none', 'tell'],

  ['exception.damaged', 'damage', 'carrier', 'contact', 'tell'],
  ['exception.investigation', 'loss', 'carrier', 'contact', 'tell'],
  ['exception.lost', 'loss', 'carrier', 'contact', 'tell'],
  ['exception.address', 'address', 'recipient', 'correct_address', 'tell'],
  ['exception.held_customs', 'customs', 'customs', 'provide_document', 'tell'],
  ['exception.customs_refused', 'customs', 'sender', 'contact', 'tell'],
  ['exception.documents', 'customs', 'sender', 'provide_document', 'tell'],
  ['exception.payment_due', 'payment', 'recipient', 'pay', 'tell'],
  ['exception.data_missing', 'delay', 'sender', 'contact', 'quiet'],
  ['exception.label_problem', 'delay', 'carrier', 'none', 'quiet'],
  ['exception.packaging', 'delay', 'sender', 'none', 'tell'],
  ['exception.incomplete', 'loss', 'carrier', 'contact', 'tell'],
  ['exception.security', 'security', 'carrier', 'none', 'tell'],
  ['exception.stopped_by_sender', 'held', 'sender', 'contact', 'tell'],
  ['exception.held', 'held', 'carrier', 'none', 'tell'],
  ['exception.capacity', 'delay', 'carrier', 'none', 'tell'],
  ['exception.carrier_problem', 'delay', 'carrier', 'none', 'tell'],
  ['exception.force_majeure', 'delay', 'nature', 'none', 'tell'],
  ['exception.other', 'delay', 'carrier', 'contact', 'tell'],
  ['exception.seized', 'security', 'customs', 'contact', 'tell'],
  ['exception.disposed', 'loss', 'carrier', 'contact', 'tell'],

  ['out_for_delivery.loaded', 'none', 'carrier', 'none', 'tell'],
  ['out_for_delivery.second_attempt', 'none', 'carrier', 'none', 'tell'],
  ['out_for_delivery.window_known', 'none', 'carrier', 'none', 'tell'],
  ['out_for_delivery.next_stop', 'none', 'carrier', 'none', 'quiet'],

  ['delivery_failed.not_home', 'attempt', 'recipient', 'choose_option', 'tell'],
  ['delivery_failed.closed', 'attempt', 'recipient', 'choose_option', 'tell'],
  ['delivery_failed.address_problem', 'address', 'recipient', 'correct_address', 'tell'],
  ['delivery_failed.refused', 'refused', 'recipient', 'contact', 'tell'],
  ['delivery_failed.no_access', 'attempt', 'recipient', 'choose_option', 'tell'],
  ['delivery_failed.no_safe_place', 'attempt', 'recipient', 'choose_option', 'tell'],
  ['delivery_failed.payment_missing', 'payment', 'recipient', 'pay', 'tell'],
  ['delivery_failed.identification_failed', 'identity', 'recipient', 'provide_document', 'tell'],
  ['delivery_failed.locker_full', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.shop_full', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.too_large', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.damaged', 'damage', 'carrier', 'contact', 'tell'],
  ['delivery_failed.incomplete', 'loss', 'carrier', 'contact', 'tell'],
  ['delivery_failed.out_of_time', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.capacity', 'delay', 'carrier', 'none', 'tell'],
  ['delivery_failed.carrier_problem', 'delay', 'carrier', 'none', 'tell'],
  ['delivery_failed.force_majeure', 'delay', 'nature', 'none', 'tell'],
  ['delivery_failed.misrouted', 'delay', 'carrier', 'none', 'tell'],
  ['delivery_failed.documents', 'attempt', 'recipient', 'provide_document', 'tell'],
  ['delivery_failed.data_missing', 'attempt', 'sender', 'contact', 'tell'],
  ['delivery_failed.label_problem', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.other', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.second_attempt_planned', 'attempt', 'carrier', 'none', 'tell'],
  ['delivery_failed.not_collected', 'uncollected', 'recipient', 'contact', 'tell'],
  ['delivery_failed.undeliverable', 'attempt', 'sender', 'contact', 'tell'],

  ['ready_for_pickup.shop', 'none', 'recipient', 'collect', 'tell'],
  ['ready_for_pickup.locker', 'none', 'recipient', 'collect', 'tell'],
  ['ready_for_pickup.post_office', 'none', 'recipient', 'collect', 'tell'],
  ['ready_for_pickup.depot', 'none', 'recipient', 'collect', 'tell'],
  ['ready_for_pickup.reminder', 'uncollected', 'recipient', 'collect', 'tell'],
  ['ready_for_pickup.last_day', 'uncollected', 'recipient', 'collect', 'tell'],

  ['delivered.recipient', 'none', 'carrier', 'none', 'tell'],
  ['delivered.household', 'none', 'carrier', 'none', 'tell'],
  ['delivered.neighbour', 'none', 'recipient', 'collect', 'tell'],
  ['delivered.preferred_place_or_neighbour', 'none', 'recipient', 'collect', 'tell'],
  ['delivered.safe_place', 'none', 'recipient', 'collect', 'tell'],
  ['delivered.letterbox', 'none', 'recipient', 'none', 'tell'],
  ['delivered.parcel_box', 'none', 'recipient', 'none', 'tell'],
  ['delivered.reception', 'none', 'recipient', 'collect', 'tell'],
  ['delivered.authorised_person', 'none', 'carrier', 'none', 'tell'],
  ['delivered.other_person', 'none', 'carrier', 'none', 'tell'],
  ['delivered.agent', 'none', 'carrier', 'none', 'tell'],
  ['delivered.partner', 'none', 'carrier', 'none', 'tell'],
  ['delivered.customs', 'customs', 'customs', 'provide_document', 'tell'],
  ['delivered.partial', 'loss', 'carrier', 'contact', 'tell'],
  ['delivered.damaged', 'damage', 'carrier', 'contact', 'tell'],
  ['delivered.collected_shop', 'none', 'recipient', 'none', 'tell'],
  ['delivered.collected_locker', 'none', 'recipient', 'none', 'tell'],
  ['delivered.collected_post_office', 'none', 'recipient', 'none', 'tell'],

  ['returning.refused', 'refused', 'sender', 'contact', 'tell'],
  ['returning.not_collected', 'uncollected', 'sender', 'contact', 'tell'],
  ['returning.undeliverable', 'attempt', 'sender', 'contact', 'tell'],
  ['returning.address', 'address', 'sender', 'contact', 'tell'],
  ['returning.identification_failed', 'identity', 'sender', 'contact', 'tell'],
  ['returning.payment_missing', 'payment', 'sender', 'contact', 'tell'],
  ['returning.customs_refused', 'customs', 'sender', 'contact', 'tell'],
  ['returning.damaged', 'damage', 'sender', 'contact', 'tell'],
  ['returning.by_sender', 'none', 'sender', 'contact', 'tell'],
  ['returning.by_recipient', 'none', 'sender', 'none', 'tell'],
  ['returning.other', 'attempt', 'sender', 'contact', 'tell'],

  ['returned.to_sender', 'none', 'sender', 'contact', 'tell'],

  ['cancelled.by_sender', 'none', 'sender', 'contact', 'tell'],
  ['cancelled.by_carrier', 'none', 'carrier', 'contact', 'tell'],

  ['info.cod_transferred', 'none', 'carrier', 'none', 'quiet'],
  ['info.pod_available', 'none', 'carrier', 'none', 'quiet'],
  ['info.event_retracted', 'none', 'carrier', 'none', 'quiet'],
] as const satisfies readonly Line[];

export type SubStatus = (typeof table)[number][0];

export type SubStatusRow = {
  readonly id: SubStatus;
  /** `info` never changes a parcel's milestone. */
  readonly milestone: ParcelState | 'info';
  /** True when nothing more is expected, except a retraction, a return or a collection. */
  readonly terminal: boolean;
  readonly problem: Problem;
  readonly actor: Actor;
  readonly customerAction: CustomerAction;
  /** Whether a customer is told by default; the shop may decide otherwise. */
  readonly notifyDefault: boolean;
};

/** Handed to somebody who still has to bring it: the way goes on. */
const goesOn: ReadonlySet<SubStatus> = new Set(['delivered.partner', 'delivered.customs', 'delivered.partial']);
const endsHere: ReadonlySet<SubStatus> = new Set(['exception.disposed', 'exception.seized']);

function isTerminal(id: SubStatus, milestone: ParcelState | 'info'): boolean {
  if (endsHere.has(id)) return true;
  return (milestone === 'delivered' || milestone === 'returned' || milestone === 'cancelled') && !goesOn.has(id);
}

const states = new Map<string, ParcelState | 'info'>([...milestones, 'info' as const].map((state) => [state, state]));

/** The milestone is the id's first part, so that a stored id never contradicts its milestone. */
export function milestoneOf(id: SubStatus): ParcelState | 'info' {
  return states.get(id.slice(0, id.indexOf('.'))) ?? 'unknown';
}

export const subStatuses: readonly SubStatusRow[] = table.map(([id, problem, actor, customerAction, notice]) => {
  const milestone = milestoneOf(id);
  const notifyDefault = notice === 'tell';
  return { id, milestone, terminal: isTerminal(id, milestone), problem, actor, customerAction, notifyDefault };
});

const rows = new Map<string, { readonly row: SubStatusRow; readonly rank: number }>(
  subStatuses.map((row, rank) => [row.id, { row, rank }]),
);

/** The row of an id that came from outside, or null when the vocabulary does not know it. */
export function subStatus(id: string): SubStatusRow | null {
  return rows.get(id)?.row ?? null;
}

/** Where a scan stands in the order of progress: of two scans of the same minute the higher one happened later. */
export function progressOf(id: SubStatus | null): number {
  return id === null ? -1 : (rows.get(id)?.rank ?? -1);
}
