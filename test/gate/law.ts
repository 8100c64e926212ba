// What may leave, written down a second time and otherwise: from the texts of the law and of the carriers (docs/decisions/0023),
// not from the product's rules. Where the two disagree, one of them is wrong.
import type { AskedField, Case, CaseConsent } from './cases.ts';

/** To carriers without asking: recipients | purpose | service | fields. */
const carriersMay = `
dhl-unified dhl-parcel-de dpd gls hermes ups fedex post-at post-nl swiss-post | tracking | tracking | tracking_number
dhl-unified dhl-parcel-de dpd gls hermes ups fedex post-at post-nl swiss-post | push subscription | push subscription | tracking_number`;

/** To whoever sends the mails, whoever that is: purpose | fields. */
const relaysMay = `
sending mail | name email order_number tracking_number scan message
answering a request | name email order_number scan message
review invitation | name email message`;

/** To those where customers rate shops, with consent to exactly this, whatever the country. */
const platformsMay = `
trusted-shops | review invitation by platform | review invitation | email name order_number`;

const rowsIn = (table: string): readonly (readonly string[])[] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));

const carrierRows = rowsIn(carriersMay);
const relayRows = rowsIn(relaysMay);
const platformRows = rowsIn(platformsMay);

/** The Union, the EEA, and the two whose law the Commission found adequate and that these carriers drive to. */
const known = new Set(
  'AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IT,LT,LU,LV,MT,NL,PL,PT,RO,SE,SI,SK,IS,LI,NO,CH,GB'.split(','),
);
const dhlProducts = /^(?:parcel-(?:de|nl|pl|uk)|ecommerce-(?:europe|iberia|ppl)|express)$/;
const otherProducts = /^(?:standard|classic|business|express|pickup)$/;

/** Whether this field of this case may leave. */
export function lawLets(one: Case, field: AskedField): boolean {
  if (one.erased || !one.asked.includes(field)) return false;
  const isHeld = one.restricted || one.objections.some((purpose) => purpose === one.purpose);
  if (isHeld && one.purpose !== 'answering a request') return false;
  if (one.to === 'review_platform') return platformMay(one, field);
  return one.to === 'mail_relay' ? relayMay(one, field) : carrierMay(one, field);
}

function relayMay(one: Case, field: string): boolean {
  return (
    one.service === 'mail' &&
    relayRows.some(([purpose, fields = '']) => purpose === one.purpose && fields.split(' ').includes(field))
  );
}

function platformMay(one: Case, field: string): boolean {
  const isNamed = platformRows.some(
    ([name, purpose, service, fields = '']) =>
      name === one.recipient && purpose === one.purpose && service === one.service && fields.split(' ').includes(field),
  );
  return isNamed && one.consents.some((consent) => covers(consent, one, field));
}

function carrierMay(one: Case, field: string): boolean {
  const isFree = carrierRows.some(
    ([names = '', purpose, service, fields]) =>
      names.split(' ').includes(one.recipient) &&
      purpose === one.purpose &&
      service === one.service &&
      fields === field,
  );
  return isFree || (isAsked(one, field) && one.consents.some((consent) => covers(consent, one, field)));
}

/** E-mail and phone, with consent to exactly this: DSK of 23 March 2018; phone never to DHL within Germany. */
function isAsked(one: Case, field: string): boolean {
  if (one.purpose !== 'delivery notification by carrier' || !['email', 'phone'].includes(field)) return false;
  if (one.country === null || !known.has(one.country)) return false;
  if (/^dhl-(?:unified|parcel-de)$/.test(one.recipient)) {
    return dhlProducts.test(one.service) && !(field === 'phone' && one.country === 'DE');
  }
  return (
    /^(?:dpd|gls|hermes|ups|fedex|post-at|post-nl|swiss-post)$/.test(one.recipient) && otherProducts.test(one.service)
  );
}

function covers(consent: CaseConsent, one: Case, field: string): boolean {
  const isNow = consent.givenHours <= 0 && (consent.untilHours === null || consent.untilHours > 0);
  const isThis = consent.recipient === one.recipient && consent.purpose === one.purpose;
  // Whoever relies on a consent has to show that it was given by an act: article 7(1), and C-61/19.
  const isShown = consent.unticked && !consent.withdrawn;
  return isNow && isThis && isShown && consent.fields.includes(field);
}
