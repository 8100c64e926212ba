import type { Field } from '../sealed.ts';
import { consentBasis, type Basis, type OutsideKind, type OutsidePurpose } from './outside.ts';

/** Where a parcel goes to, as far as it counts: ISO 3166-1 alpha-2. `any` includes a country that nobody knows. */
export type Countries =
  | 'any'
  | { readonly in: ReadonlySet<string> }
  | { readonly in: ReadonlySet<string>; readonly butNot: ReadonlySet<string> };

/** `never` wins over everything, whoever has consented. */
export type Verdict = Basis | 'never';

/** One line of the table: kinds of data to recipients, for a purpose. What no line names stays. */
export type Rule = {
  /** Names the rule for people and machines; never given to another one. */
  readonly id: string;
  readonly to: OutsideKind;
  /** Ids of carriers, or of review platforms. A mail relay is whichever the operator has set and named. */
  readonly recipients: readonly string[] | 'any';
  /** The recipient's services, as the parcels name them, or the interface that is asked. */
  readonly services: readonly string[];
  readonly countries: Countries;
  readonly purpose: OutsidePurpose;
  readonly fields: readonly Field[];
  readonly verdict: Verdict;
  /** Where it says so. */
  readonly source: string;
  /** What to do where the recipient demands what the person has not allowed. */
  readonly otherwise?: string;
};

const contract = 'contract: art. 6(1)(b)' as const;
const processor = 'processor: art. 28' as const;

const dhl: readonly string[] = ['dhl-unified', 'dhl-parcel-de'];
const others: readonly string[] = ['dpd', 'gls', 'hermes', 'ups', 'fedex', 'post-at', 'post-nl', 'swiss-post'];
const carriers: readonly string[] = [...dhl, ...others];

/** Whose law is the GDPR or one that the Commission has found adequate (art. 45), and that carriers of the table drive to. */
const knownCountries: ReadonlySet<string> = new Set(
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
);
const germany: ReadonlySet<string> = new Set(['DE']);
const anywhereKnown: Countries = { in: knownCountries };
const abroad: Countries = { in: knownCountries, butNot: germany };

const dsk =
  'DSK, decision of 23 March 2018 on passing e-mail addresses to parcel services: only with the customer’s consent to exactly this; confirmed by ULD Schleswig-Holstein, activity report 2024';
const dskInvitations =
  'GDPR, art. 6(1)(a): a review platform writes to the customer for itself, which is advertising (BGH, VI ZR 225/17; UWG § 7(2)); DSK, Orientierungshilfe Direktwerbung, February 2022: only with consent to exactly this recipient';
const dhlShipping = 'DHL Parcel DE Shipping API v2.1.6, ContactAddress';

const announcing = {
  to: 'carrier',
  purpose: 'delivery notification by carrier',
  verdict: consentBasis,
} as const;

/** Products by which the carriers’ parcels are known; another one has not been looked at. */
const dhlServices: readonly string[] = [
  'parcel-de',
  'parcel-nl',
  'parcel-pl',
  'parcel-uk',
  'ecommerce-europe',
  'ecommerce-iberia',
  'ecommerce-ppl',
  'express',
];
const otherServices: readonly string[] = ['standard', 'classic', 'business', 'express', 'pickup'];

/**
 * What may leave, to whom, for what: everything else is withheld. The order of the lines does not count: the strictest that
 * fits decides.
 */
export const rules: readonly Rule[] = [
  {
    id: 'carrier-tracking',
    to: 'carrier',
    recipients: carriers,
    services: ['tracking'],
    countries: 'any',
    purpose: 'tracking',
    fields: ['tracking_number'],
    verdict: contract,
    source: 'GDPR, art. 6(1)(b): the carrier gave the number and has the parcel',
  },
  {
    id: 'carrier-push',
    to: 'carrier',
    recipients: carriers,
    services: ['push subscription'],
    countries: 'any',
    purpose: 'push subscription',
    fields: ['tracking_number'],
    verdict: contract,
    source: 'GDPR, art. 6(1)(b): the carrier gave the number and has the parcel',
  },
  {
    ...announcing,
    id: 'dhl-email',
    recipients: dhl,
    services: dhlServices,
    countries: anywhereKnown,
    fields: ['email'],
    source: `${dhlShipping}: “you must obtain the recipient's consent to forward their e-mail address”; ${dsk}`,
    otherwise:
      'Leave it out: within Germany it is optional. Abroad a droppoint may ask for it: then ask, or ship Premium.',
  },
  {
    ...announcing,
    id: 'dhl-phone-germany',
    recipients: dhl,
    services: dhlServices,
    countries: { in: germany },
    fields: ['phone'],
    verdict: 'never',
    source: `${dhlShipping}: “For shipments within Germany, the phone number cannot be transmitted.”`,
    otherwise: 'Leave it out: nothing within Germany asks for it.',
  },
  {
    ...announcing,
    id: 'dhl-phone-abroad',
    recipients: dhl,
    services: dhlServices,
    countries: abroad,
    fields: ['phone'],
    source: `${dhlShipping}: “you must obtain the recipient's consent to forward their phone number”`,
    otherwise: 'Where a droppoint asks for phone or e-mail and nobody allowed it: ask the customer, or ship Premium.',
  },
  {
    ...announcing,
    id: 'others-email-phone',
    recipients: others,
    services: otherServices,
    countries: anywhereKnown,
    fields: ['email', 'phone'],
    source: `${dsk}; what carriers say of themselves (such as DPD, of art. 6(1)(f)) does not loosen it`,
    otherwise: 'Leave it out, and tell the customer yourself.',
  },
  {
    id: 'platform-invitation',
    to: 'review_platform',
    recipients: ['trusted-shops'],
    services: ['review invitation'],
    countries: 'any',
    purpose: 'review invitation by platform',
    fields: ['email', 'name', 'order_number'],
    verdict: consentBasis,
    source: dskInvitations,
    otherwise: 'Leave it out, and ask for a review yourself.',
  },
  {
    id: 'relay-mail',
    to: 'mail_relay',
    recipients: 'any',
    services: ['mail'],
    countries: 'any',
    purpose: 'sending mail',
    fields: ['name', 'email', 'order_number', 'tracking_number', 'scan', 'message'],
    verdict: processor,
    source: 'GDPR, art. 28: the relay sends on behalf of the shop, under a contract with it',
  },
  {
    id: 'relay-answer',
    to: 'mail_relay',
    recipients: 'any',
    services: ['mail'],
    countries: 'any',
    purpose: 'answering a request',
    fields: ['name', 'email', 'order_number', 'scan', 'message'],
    verdict: processor,
    source: 'GDPR, art. 12(3) and 28: who asks about their own data is answered, be its use restricted or not',
  },
  {
    id: 'relay-review-invitation',
    to: 'mail_relay',
    recipients: 'any',
    services: ['mail'],
    countries: 'any',
    purpose: 'review invitation',
    fields: ['name', 'email', 'message'],
    verdict: processor,
    source:
      'GDPR, art. 28; UWG, § 7(2) no. 2 and (3), BGH VI ZR 225/17: it is advertising; whether this person may be asked is decided before',
  },
];
