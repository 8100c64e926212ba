import { findConnector } from '#carriers';
import { findIssuer } from '#evidence';
import { showId } from '#kit/ids';
import { formatDate, formatTime } from '#kit/words';
import type { StoredDisclosure } from '#privacy';
import type { Say, TrackingWord } from '../words.ts';
import type { DisclosureView, RecipientView } from './view.ts';
import { homeZone } from '../parts/home-day.ts';

/** Where an entry stands in the ledger, by the id of what it records. */
export type Places = {
  readonly count: number;
  readonly byId: ReadonlyMap<string, { readonly number: number; readonly index: number | null }>;
};

export type ToldIn = {
  readonly say: Say;
  readonly language: string;
  /** The shop's name. */
  readonly shop: string;
  readonly places: Places | null;
  /** Of the page, for its proofs. */
  readonly path: string;
};

const eachMax = 2;
/** A page of many recipients is still one that opens fast. */
const shownMax = 5;
/** Of a page that shows nothing else. */
export const listedMax = 20;

/** Who got what, the latest first; what only stayed counts too, for it says what was wanted. */
export function recipientsOf(told: ToldIn, disclosures: readonly StoredDisclosure[]): readonly RecipientView[] {
  let left = shownMax;
  return [...Map.groupBy(disclosures, ({ recipient }) => recipient)].map(([recipient, theirs]) => {
    const shown = theirs.slice(0, Math.min(eachMax, left));
    left -= shown.length;
    return recipientView(told, recipient, theirs, shown);
  });
}

/** All of them, the latest first, so many at a time. */
export function disclosuresFrom(
  told: ToldIn,
  disclosures: readonly StoredDisclosure[],
  from: number,
): readonly { readonly name: string; readonly one: DisclosureView }[] {
  return disclosures
    .slice(from, from + listedMax)
    .map((one) => ({ name: recipientName(told.say, one.recipient), one: disclosureView(told, one) }));
}

function recipientView(
  told: ToldIn,
  recipient: string,
  theirs: readonly StoredDisclosure[],
  shown: readonly StoredDisclosure[],
): RecipientView {
  const { say, language } = told;
  const who = recipientName(say, recipient);
  const [latest] = theirs;
  const day = latest === undefined ? '' : formatDate(language, dateOf(latest.disclosedAt));
  return {
    name: who,
    sentences: [...Map.groupBy(theirs, ({ purpose }) => purpose)].map(([purpose, alike]) =>
      sentenceOf(told, who, purpose, alike),
    ),
    times: say('data.times', { count: theirs.length, day }),
    disclosures: shown.map((one) => disclosureView(told, one)),
    more: theirs.length - shown.length,
  };
}

function sentenceOf(
  { say, language }: ToldIn,
  who: string,
  purpose: string,
  alike: readonly StoredDisclosure[],
): string {
  const went = new Set(alike.flatMap(({ fields }) => fields));
  const list = (fields: Iterable<string>) =>
    listOf(
      language,
      [...fields].toSorted().map((field) => yours(say, field)),
    );
  if (went.size > 0) return say('data.got', { who, fields: list(went), purpose: forPurpose(say, purpose) });
  const stayed = alike.flatMap(({ withheld }) => withheld).map(readWithheld);
  const reason = stayed[0]?.reason ?? '';
  return say('data.kept_back', {
    who,
    fields: list(new Set(stayed.map(({ field }) => field))),
    reason: reasonOf(say, reason),
  });
}

function disclosureView(told: ToldIn, one: StoredDisclosure): DisclosureView {
  const { say, language, places, path } = told;
  const place = places?.byId.get(one.disclosureId) ?? null;
  const at = one.disclosedAt.toZonedDateTimeISO(homeZone);
  return {
    id: showId('dsc', one.disclosureId),
    when: `${formatDate(language, at.toPlainDate())}, ${formatTime(language, at.toPlainTime())}`,
    basis: basisOf(told, one.basis),
    purpose: purposeOf(say, one.purpose),
    fields: listOf(
      language,
      one.fields.map((field) => fieldLabel(say, field)),
    ),
    withheld: one.withheld
      .map(readWithheld)
      .map(({ field, reason }) => `${fieldLabel(say, field)}: ${reasonOf(say, reason)}`),
    entry: place === null || places === null ? null : entryOf(say, place, places.count),
    proofUrl: place === null || place.index === null ? null : `${path}/proof/${showId('dsc', one.disclosureId)}`,
  };
}

function entryOf(say: Say, { number, index }: { number: number; index: number | null }, count: number): string {
  return index === null
    ? say('data.entry.waiting', { number, count })
    : say('data.entry.place', { number, count, index });
}

/** `carrier: dhl-unified`, `mail_relay: Mailing Ltd` */
function recipientName(say: Say, recipient: string): string {
  const at = recipient.indexOf(': ');
  const name = at < 0 ? recipient : recipient.slice(at + 2);
  if (name.trim() === '') return say('data.unknown');
  if (recipient.startsWith('review_platform: ')) return findIssuer(name)?.name ?? name;
  return recipient.startsWith('carrier: ') ? (findConnector(name)?.manifest.name ?? name) : name;
}

/** `email: no consent` */
function readWithheld(text: string): { readonly field: string; readonly reason: string } {
  const at = text.indexOf(': ');
  return at < 0 ? { field: text, reason: '' } : { field: text.slice(0, at), reason: text.slice(at + 2) };
}

type Word<Prefix extends string> = Extract<TrackingWord, `${Prefix}${string}`>;

const knownFields = [
  ...(['name', 'email', 'phone', 'address', 'postcode', 'customer_id', 'order_number', 'order_contents'] as const),
  ...(['tracking_number', 'scan', 'message', 'consent_words'] as const),
];

/** A kind of data in words; one that has none yet says its own name. */
export function fieldLabel(say: Say, field: string): string {
  const known = knownFields.find((one) => one === field);
  return known === undefined ? field : say(`data.field.${known}`);
}

function yours(say: Say, field: string): string {
  const known = knownFields.find((one) => one === field);
  return known === undefined ? field : say(`data.yours.${known}`);
}

const purposeKeys: Readonly<
  Record<string, 'tracking' | 'push' | 'mail' | 'request' | 'review' | 'delivery' | 'platform'>
> = {
  tracking: 'tracking',
  'push subscription': 'push',
  'sending mail': 'mail',
  'answering a request': 'request',
  'review invitation': 'review',
  'delivery notification by carrier': 'delivery',
  'review invitation by platform': 'platform',
};

export function purposeOf(say: Say, purpose: string): string {
  const key = Object.hasOwn(purposeKeys, purpose) ? purposeKeys[purpose] : undefined;
  return key === undefined ? purpose : say(`data.purpose.${key}`);
}

function forPurpose(say: Say, purpose: string): string {
  const key = Object.hasOwn(purposeKeys, purpose) ? purposeKeys[purpose] : undefined;
  return key === undefined ? say('data.for.other', { purpose }) : say(`data.for.${key}`);
}

const basisKeys: readonly (readonly [start: string, key: Word<'data.basis.'>])[] = [
  ['contract', 'data.basis.contract'],
  ['consent', 'data.basis.consent'],
  ['processor', 'data.basis.processor'],
  ['none', 'data.basis.none'],
];

function basisOf({ say, shop }: ToldIn, basis: string): string {
  const found = basisKeys.find(([start]) => basis.startsWith(start));
  return found === undefined ? basis : say(found[1], { shop });
}

const reasonKeys: Readonly<Record<string, Word<'data.reason.'>>> = {
  'no rule': 'data.reason.no_rule',
  never: 'data.reason.never',
  'no consent': 'data.reason.no_consent',
  restricted: 'data.reason.restricted',
  objected: 'data.reason.objected',
  erased: 'data.reason.erased',
};

function reasonOf(say: Say, reason: string): string {
  const key = Object.hasOwn(reasonKeys, reason) ? reasonKeys[reason] : undefined;
  return key === undefined ? say('data.reason.other', { reason }) : say(key);
}

function listOf(language: string, parts: readonly string[]): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(parts);
}

export function dateOf(at: Temporal.Instant): Temporal.PlainDate {
  return at.toZonedDateTimeISO(homeZone).toPlainDate();
}
