import assert from 'node:assert/strict';
import type { Mail } from '#kit/mail';
import { renderHtml, renderText, type Block, type Fact, type MailContent } from '#kit/mail-html';
import type { Shop, StoredOrder } from '#orders';
import type { Parcel, Scan } from '#parcels';
import type { Privacy, Why } from '#privacy';
import type { FactKind } from './decide.ts';
import { footerOf, greetingOf, themeOf } from './frame.ts';
import { progressOf } from './progress.ts';
import { oneLine, toldParcel, type Tell, type ToldParcel } from './told-parcel.ts';
import { spokenLanguage, words, type NoticeWord, type Say } from './words.ts';

/** What a message is made from: one fact of one kind about one parcel, or about several of the same order. */
export type NoticeParts = {
  readonly privacy: Pick<Privacy, 'open'>;
  readonly tell: Tell;
  readonly kind: FactKind;
  /** Its buyer has an e-mail address. */
  readonly order: StoredOrder;
  readonly shop: Shop;
  readonly parcels: readonly Parcel[];
  /** Scans of these parcels, oldest first. */
  readonly scans: readonly Scan[];
  /** The customer's page. */
  readonly url: string;
  /** They wait elsewhere than the customer was told before. */
  readonly isElsewhere?: boolean;
  /** Where this person can do without mails of this kind; null when they belong to the contract. */
  readonly unsubscribeUrl?: string | null;
};

const why: Why = { purpose: 'notice', reader: 'shop' };
const subjectLengthMax = 60;
const orderNumberLengthMax = 60;
/** Several parcels stand in rows; what does not fit is on the page. Keeps a mail of 100 parcels below 30 KB. */
const rowsMax = 10;

/** What is said, once opened: everything below works on this. */
export type Said = {
  readonly say: Say;
  readonly language: string;
  readonly kind: FactKind;
  readonly orderNumber: string;
  readonly total: number;
  readonly parcels: readonly ToldParcel[];
  readonly greeting: string;
  readonly isElsewhere: boolean;
  readonly url: string;
};

/** One message in words, without what makes it a particular mail. Total: whatever people are called, it stays text. */
export function composeNotice(
  parts: NoticeParts,
  bodyOf: BodyOf = bodyOfFacts,
): Omit<Mail, 'messageId' | 'references' | 'sentAt'> {
  const { privacy, order, shop } = parts;
  const { email, name } = order.buyer;
  assert(email !== null, 'a notice goes to somebody who has an e-mail address');
  const language = spokenLanguage(order.language);
  const said = saidOf(parts, language);
  const content = {
    language,
    ...bodyOf(said),
    footer: footerOf(said, shop, parts.unsubscribeUrl ?? null, 'footer.why'),
  };
  const { sender, contact } = shop.face;
  return {
    from: sender,
    to: { name: name === null ? null : privacy.open(name, why), address: privacy.open(email, why) },
    ...(contact.email === null ? {} : { replyTo: { name: sender.name, address: contact.email } }),
    subject: subjectOf(said, content.heading),
    html: renderHtml(content, themeOf(shop)),
    text: renderText(content),
    headers: {},
    language,
  };
}

function saidOf(parts: NoticeParts, language: string): Said {
  const { privacy, tell, kind, order, scans, url, isElsewhere = false } = parts;
  const say: Say = (key, values) => words.say(language, key, values);
  const byParcel = Map.groupBy(scans, (scan) => scan.parcelId);
  const parcels = parts.parcels.map((parcel) =>
    toldParcel({ privacy, tell, say, language }, kind, order, parcel, byParcel.get(parcel.parcelId) ?? []),
  );
  assert(parcels.length > 0, 'a notice tells of a parcel');
  return {
    say,
    language,
    kind,
    orderNumber: oneLine(privacy.open(order.number, why), orderNumberLengthMax),
    total: order.parcelIds.length,
    parcels: parcels.toSorted((one, other) => one.position - other.position),
    greeting: greetingOf(say, order.buyer.name === null ? '' : privacy.open(order.buyer.name, why)),
    isElsewhere,
    url,
  };
}

function subjectOf({ say, orderNumber: order }: Said, headline: string): string {
  const candidates = [say('subject.order', { headline, order }), say('subject.number', { headline, order })];
  return candidates.find((one) => one.length <= subjectLengthMax) ?? headline;
}

/** What stands between greeting and footer. */
export type Body = Pick<MailContent, 'heading' | 'preheader' | 'blocks'>;
export type BodyOf = (said: Said) => Body;

function bodyOfFacts(said: Said): Body {
  const [parcel, ...others] = said.parcels;
  assert(parcel !== undefined);
  return others.length === 0 ? ofOne(said, parcel) : ofSeveral(said);
}

function ofOne(said: Said, parcel: ToldParcel): Body {
  const { say, kind } = said;
  const explanation = parcel.explanation ?? say(`said.${kind}`, { carrier: parcel.carrierName });
  const next = parcel.nextStep;
  const first: readonly Block[] = parcel.wrong && next !== null ? [attention(next)] : [];
  const last: readonly Block[] = !parcel.wrong && next !== null ? [paragraph(next)] : [];
  return {
    // A first movement has many words, of which "arrived" or "sorted" say less than this.
    heading: kind === 'shipped' ? say('one.shipped') : parcel.headline,
    preheader: parcel.wrong ? (next ?? explanation) : explanation,
    blocks: [
      paragraph(said.greeting),
      ...elsewhere(said),
      ...first,
      paragraph(explanation),
      ...last,
      progressOf(say, kind, [parcel.subStatus]),
      buttonOf(said),
      { kind: 'facts', rows: factsOf(said, parcel) },
    ],
  };
}

function elsewhere({ say, isElsewhere, parcels }: Said): readonly Block[] {
  return isElsewhere ? [attention(say('elsewhere', { count: parcels.length }))] : [];
}

function ofSeveral(said: Said): Body {
  const { say, kind, parcels, total, orderNumber } = said;
  const which = parcels.length < total ? 'some' : total === 2 ? 'both' : 'all';
  const next = nextSteps(said);
  const carriers = [...new Set(parcels.map((parcel) => parcel.carrierName))].join(', ');
  const rows = parcels.slice(0, rowsMax).map((parcel) => rowOf(said, parcel));
  const more = parcels.length - rows.length;
  return {
    heading: say(`many.${kind}`, { which, count: parcels.length, total }),
    preheader: next[0] ?? say('preheader.order', { order: orderNumber, carriers }),
    blocks: [
      paragraph(said.greeting),
      ...elsewhere(said),
      ...(next.length === 0 ? [] : [parcels.some(({ wrong }) => wrong) ? attention(...next) : paragraph(...next)]),
      progressOf(
        say,
        kind,
        parcels.map((parcel) => parcel.subStatus),
      ),
      buttonOf(said),
      { kind: 'facts', rows: [{ label: say('fact.order'), value: orderNumber }, ...rows] },
      ...(more === 0 ? [] : [paragraph(say('many.more', { count: more }))]),
    ],
  };
}

/** What to do: once where it is the same for all, else parcel by parcel. */
function nextSteps(said: Said): readonly string[] {
  const steps = said.parcels.slice(0, rowsMax).flatMap((parcel) => {
    return parcel.nextStep === null ? [] : [{ label: labelOf(said, parcel), step: parcel.nextStep }];
  });
  const different = [...new Set(steps.map(({ step }) => step))];
  if (different.length === 1 && steps.length === said.parcels.length) return different;
  return steps.map(({ label, step }) => `${label}: ${step}`);
}

function labelOf({ say, total }: Said, { position }: ToldParcel): string {
  return say('fact.parcel_position', { position, total });
}

/** One of several parcels in a few lines; what happened to it stands there where it did not happen to all. */
function rowOf(said: Said, parcel: ToldParcel): Fact {
  const alike = said.kind === 'shipped' || new Set(said.parcels.map((one) => one.headline)).size === 1;
  const lines = [
    ...(alike && !parcel.wrong ? [] : [parcel.headline]),
    [parcel.carrierName, parcel.number].filter((part) => part !== null).join(' · '),
    parcel.report,
  ];
  return { label: labelOf(said, parcel), value: lines.filter((line) => line !== null).join('\n') };
}

export function factsOf({ say, orderNumber, total }: Said, parcel: ToldParcel): readonly Fact[] {
  const { position } = parcel;
  const rows: readonly (readonly [NoticeWord, string | null])[] = [
    ['fact.expected', parcel.expected],
    ['fact.order', orderNumber],
    ['fact.parcel', total > 1 ? say('fact.position', { position, total }) : null],
    ['fact.carrier', parcel.carrierName],
    ['fact.number', parcel.number],
    ['fact.report', parcel.report],
  ];
  return rows.flatMap(([label, value]) => (value === null ? [] : [{ label: say(label), value }]));
}

const buttonFor: Readonly<Record<FactKind, NoticeWord>> = {
  shipped: 'button.follow',
  out_for_delivery: 'button.follow',
  ready_for_pickup: 'button.look',
  delivery_failed: 'button.happened',
  exception: 'button.happened',
  delivered: 'button.look',
};

export function buttonOf({ say, kind, parcels, url }: Said): Block {
  const isDamaged = kind === 'delivered' && parcels.some(({ wrong }) => wrong);
  const key = isDamaged ? 'button.happened' : buttonFor[kind];
  return { kind: 'button', label: say(key, { count: parcels.length }), url };
}

export function paragraph(...lines: readonly string[]): Block {
  return { kind: 'paragraph', text: lines.join('\n') };
}

export function attention(...lines: readonly string[]): Block {
  return { kind: 'paragraph', text: lines.join('\n'), tone: 'attention' };
}
