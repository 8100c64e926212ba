import { type ParcelState, type SubStatus, milestoneOf, subStatus } from '../vocabulary.ts';
import codes from './codes.json' with { type: 'json' };

export type CodeMeaning = { readonly key: string; readonly subStatus: SubStatus };

/** DHL's list of service statuses, `service:STATUS` to sub-status. The list is in codes.json, read row by row by a person. */
const table: ReadonlyMap<string, SubStatus> = new Map(
  Object.entries(codes).flatMap(([key, id]) => {
    const row = subStatus(id);
    return row === null ? [] : [[key, row.id] as const];
  }),
);

/** Services that DHL's list leaves out although they speak the codes of another. */
const sameCodes: ReadonlyMap<string, string> = new Map([
  ['ecommerce-apac', 'ecommerce'],
  ['post-de', 'svb'],
  ['post-international', 'svb'],
]);

function byStatus(): ReadonlyMap<string, readonly SubStatus[]> {
  const found = new Map<string, readonly SubStatus[]>();
  for (const [key, id] of table) {
    const status = key.slice(key.indexOf(':') + 1);
    found.set(status, [...(found.get(status) ?? []), id]);
  }
  return found;
}

const anyService = byStatus();

/** `DELIVERED` or `RETURNED_TO_SENDER` speak for themselves; `AN` or `101` mean something else in every service. */
const selfExplaining = /^[A-Z]{2,}(?:_[A-Z]+)*$/;

/** The table's own spelling: `Out for delivery` is `OUT_FOR_DELIVERY`. */
function spelled(status: string): string {
  return status.trim().toUpperCase().replaceAll(' ', '_');
}

/**
 * What a status of a service means, by DHL's list. A service that is not on the list may use a word that all services on
 * the list use in one sense; without any service the code must have one sense everywhere.
 */
export function lookUp(service: string | null, status: string): CodeMeaning | null {
  const code = spelled(status);
  if (service === null) return agreed(code, code);
  const own = table.get(`${service}:${code}`) ?? table.get(`${sameCodes.get(service) ?? service}:${code}`);
  if (own !== undefined) return { key: `${service}:${code}`, subStatus: own };
  return code.length >= 7 && selfExplaining.test(code) ? agreed(code, `${service}:${code}`) : null;
}

function agreed(code: string, key: string): CodeMeaning | null {
  const [first, ...others] = anyService.get(code) ?? [];
  if (first === undefined) return null;
  return others.every((other) => milestoneOf(other) === milestoneOf(first)) ? { key, subStatus: first } : null;
}

/** A code and not a sentence: `ZU`, `600`, `DLVRD_OK`, `21-0`. */
export function looksLikeCode(status: string): boolean {
  return /^[A-Z0-9][A-Z0-9_./+-]{0,99}$/.test(status);
}

/**
 * Parcel Germany has 16 statuses, each for many things that its sentence tells apart; these are the milestones that a
 * sentence may name under a status. What is not here is never moved by a sentence.
 */
const wide: ReadonlyMap<string, readonly (ParcelState | 'info')[]> = new Map([
  ['parcel-de:AA', ['in_transit', 'returning', 'exception']],
  ['parcel-de:AE', ['accepted']],
  ['parcel-de:BV', ['exception', 'in_transit', 'returning', 'delivery_failed', 'cancelled']],
  ['parcel-de:DD', ['info']],
  ['parcel-de:EE', ['in_transit', 'returning', 'exception']],
  ['parcel-de:ES', ['accepted']],
  ['parcel-de:LA', ['in_transit', 'ready_for_pickup', 'exception']],
  ['parcel-de:NB', ['in_transit', 'returning', 'exception']],
  ['parcel-de:PO', ['out_for_delivery', 'in_transit', 'exception', 'delivery_failed', 'returning', 'ready_for_pickup']],
  ['parcel-de:VA', ['announced']],
  ['parcel-de:ZF', ['ready_for_pickup', 'in_transit', 'delivery_failed']],
  ['parcel-de:ZN', ['delivery_failed', 'returning', 'exception']],
  ['parcel-de:ZO', ['in_transit', 'exception', 'returning']],
  ['parcel-de:ZU', ['delivered', 'returned', 'exception']],
]);

/** The words of a milestone that say the least: a sentence may make them finer. */
const general: ReadonlySet<SubStatus> = new Set([
  'in_transit.other',
  'exception.other',
  'delivery_failed.other',
  'ready_for_pickup.shop',
  'delivered.recipient',
  'returning.other',
]);

/** The status's meaning, made finer by what its sentence says. */
export function refined(meaning: CodeMeaning, said: SubStatus | null): SubStatus {
  if (said === null) return meaning.subStatus;
  const allowed = wide.get(meaning.key);
  if (allowed !== undefined) return allowed.includes(milestoneOf(said)) ? said : meaning.subStatus;
  // "Delivered" and a sentence that says to whom: to the sender is no delivery.
  if (meaning.subStatus === 'delivered.recipient' && said === 'returned.to_sender') return said;
  const sameMilestone = milestoneOf(said) === milestoneOf(meaning.subStatus);
  return sameMilestone && general.has(meaning.subStatus) ? said : meaning.subStatus;
}
