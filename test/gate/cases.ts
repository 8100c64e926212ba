// Random orders × consents × services × countries, with a marker in every value that tells whose it is.
import { sealed, type DisclosureRequest, type Field } from '#privacy';
import { lotsOf, type Lots } from '../fuzz/mutate.ts';

export const askedFields = [
  'name',
  'email',
  'phone',
  'address',
  'postcode',
  'order_number',
  'tracking_number',
  'scan',
  'message',
] as const satisfies readonly Field[];
export type AskedField = (typeof askedFields)[number];

const recipients = ['dhl-unified', 'dhl-parcel-de', 'dpd', 'gls', 'ups', 'hermes', 'pigeon', 'DHL', ''] as const;
const relays = ['relay.example', 'dhl-unified'] as const;
const platforms = ['trusted-shops', 'trusted-shops', 'trustpilot', 'dhl-unified', ''] as const;
const services = [
  'parcel-de',
  'express',
  'classic',
  'tracking',
  'push subscription',
  'mail',
  'review invitation',
  'rocket',
  '',
] as const;
const countries = ['DE', 'DE', 'AT', 'FR', 'CH', 'GB', 'US', 'AQ', 'de', '', null] as const;
const purposes = [
  'delivery notification by carrier',
  'delivery notification by carrier',
  'tracking',
  'push subscription',
  'sending mail',
  'answering a request',
  'review invitation',
  'review invitation by platform',
] as const;

const likelyPurposes = {
  carrier: purposes.slice(0, 4),
  mail_relay: purposes.slice(4, 7),
  review_platform: purposes.slice(7),
} as const;

/** One consent as it was given, and what became of it. Hours count from now; below 0 is past. */
export type CaseConsent = {
  readonly purpose: string;
  readonly recipient: string;
  readonly fields: readonly string[];
  readonly givenHours: number;
  readonly untilHours: number | null;
  /** Whether the shop says that the box stood unticked. */
  readonly unticked: boolean;
  readonly withdrawn: boolean;
};

export type Case = {
  readonly index: number;
  readonly to: 'carrier' | 'mail_relay' | 'review_platform';
  readonly recipient: string;
  readonly service: string;
  readonly country: string | null;
  readonly purpose: DisclosureRequest<Field>['purpose'];
  readonly asked: readonly AskedField[];
  readonly consents: readonly CaseConsent[];
  readonly restricted: boolean;
  readonly objections: readonly Exclude<(typeof purposes)[number], 'answering a request'>[];
  readonly erased: boolean;
};

/** The same cases for the same seed, one after the other. */
export function* casesOf(seed: number, count: number): Generator<Case> {
  const lots = lotsOf(seed);
  for (let index = 0; index < count; index += 1) yield caseAt(lots, index);
}

function caseAt(lots: Lots, index: number): Case {
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(lots() * list.length)];
    if (one === undefined && list.length === 0) throw new Error('nothing to pick from');
    // The index lies within the list.
    return one as T;
  };
  const way = lots();
  const to = way < 0.6 ? 'carrier' : way < 0.8 ? 'mail_relay' : 'review_platform';
  // Half of them are likely, so that what may leave is tried as often as what may not.
  const isLikely = lots() < 0.5;
  const names = {
    carrier: isLikely ? recipients.slice(0, 6) : recipients,
    mail_relay: relays,
    review_platform: platforms,
  };
  const recipient = pick<string>(names[to]);
  const purpose = isLikely ? pick(likelyPurposes[to]) : pick(purposes);
  const service = isLikely ? likelyService(purpose, recipient) : pick(services);
  return {
    ...{ index, to, recipient, service, purpose },
    country: pick(isLikely ? countries.slice(0, 6) : countries),
    asked: askedFields.filter(() => lots() < 0.4),
    consents: alikeTakenBack(
      Array.from({ length: Math.floor(lots() * 4) }, () => consentFor(lots, pick, recipient, to)),
    ),
    restricted: lots() < 0.06,
    objections: lots() < 0.06 ? [pick(objectionable)] : [],
    erased: lots() < 0.04,
  };
}

function likelyService(purpose: Case['purpose'], recipient: string): string {
  if (purpose === 'review invitation by platform') return 'review invitation';
  if (purpose === 'tracking' || purpose === 'push subscription') return purpose;
  if (purpose !== 'delivery notification by carrier') return 'mail';
  return recipient.startsWith('dhl') ? 'parcel-de' : 'classic';
}

const objectionable = [
  'sending mail',
  'tracking',
  'delivery notification by carrier',
  'review invitation',
  'review invitation by platform',
] as const;

function consentFor(lots: Lots, pick: <T>(list: readonly T[]) => T, recipient: string, to: Case['to']): CaseConsent {
  const usual = to === 'review_platform' ? 'review invitation by platform' : 'delivery notification by carrier';
  return {
    purpose:
      lots() < 0.85 ? usual : pick(['tracking', 'advertising', 'sending mail', 'delivery notification by carrier']),
    recipient: lots() < 0.75 ? recipient : pick<string>([...recipients, ...platforms]),
    fields: pick([['email'], ['phone'], ['email', 'phone'], ['name'], ['email', 'name', 'order_number'], ['e-mail']]),
    givenHours: lots() < 0.9 ? -1 - Math.floor(lots() * 100) : 1,
    untilHours: lots() < 0.8 ? null : pick([-0.5, 1, 0]),
    unticked: lots() < 0.94,
    withdrawn: lots() < 0.25,
  };
}

/** Who takes one back takes back what was given before and lets one of its kinds go to the same recipient for the same. */
function alikeTakenBack(consents: readonly CaseConsent[]): readonly CaseConsent[] {
  const isAlike = (left: CaseConsent, right: CaseConsent): boolean =>
    left.purpose === right.purpose &&
    left.recipient === right.recipient &&
    left.fields.some((field) => right.fields.includes(field));
  const after = consents.map((one) =>
    !one.withdrawn && consents.some((other) => other.withdrawn && isAlike(one, other))
      ? Object.assign({}, one, { withdrawn: true })
      : one,
  );
  return after.every((one, place) => one === consents[place]) ? after : alikeTakenBack(after);
}

/** Found again in raw bytes, whatever stands around it: `g0000012.email;`. */
export function markerOf(index: number, field: string): string {
  return `g${String(index).padStart(7, '0')}.${field};`;
}

const marker = /g(\d{7})\.([a-z_]+);/g;

/** Every marker in these bytes. */
export function markersIn(bytes: Buffer): readonly { readonly index: number; readonly field: string }[] {
  return [...bytes.toString('latin1').matchAll(marker)].map(([, index = '', field = '']) => ({
    index: Number(index),
    field,
  }));
}

export function valuesOf(one: Case): DisclosureRequest<AskedField>['values'] {
  const values = one.asked.map((field) => [field, sealed(field, markerOf(one.index, field))]);
  // Each name leads to a value of its own kind, which Object.fromEntries cannot carry through.
  return Object.fromEntries(values) as DisclosureRequest<AskedField>['values'];
}
