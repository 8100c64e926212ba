import { showId } from '#kit/ids';
import { webUrl } from '#kit/html';
import type { Shop } from '#orders';
import { effectAt, holdsAt, servesRule, type ConsentRecord, type Restraints } from '#privacy';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import type { ShopFace } from '../view.ts';
import type { Say } from '../words.ts';
import { recipientNameOf, type Box } from './boxes.ts';
import { dayOf } from '../parts/home-day.ts';

/** What was just done here. `changed`: the words of a ticked box are not those that were read any more. */
export type Done = 'given' | 'withdrawn' | 'nothing' | 'changed';

export type ConsentRow = {
  readonly id: string;
  readonly recipientName: string;
  /** Lets the shop itself ask how orders were; nothing leaves for that. */
  readonly isForReviews: boolean;
  readonly fields: string;
  readonly words: string;
  readonly wordsLanguage: string | null;
  readonly since: string;
  readonly channel: string;
  /** Null while it holds until it is withdrawn. */
  readonly until: string | null;
  readonly withdrawn: string | null;
  /** Why it lets nothing out although nobody took it back; null where it does, and where it is over. */
  readonly idle: string | null;
  readonly receiptUrl: string;
};

export type ConsentsView = {
  readonly language: string;
  readonly shop: ShopFace;
  readonly languages: ReturnType<typeof languageLinks>;
  readonly protectionUrl: string;
  /** Of the shop's privacy policy; null where it named none. */
  readonly policyUrl: string | null;
  readonly orderUrl: string;
  /** Where both forms go. */
  readonly action: string;
  readonly done: Done | null;
  /** Since when the data is only kept. */
  readonly restricted: string | null;
  readonly holding: readonly ConsentRow[];
  readonly over: readonly ConsentRow[];
  readonly boxes: readonly Box[];
};

/** More than these are in the export of all that is known. */
const overMax = 50;

type Shown = {
  readonly shop: Shop;
  readonly language: string;
  readonly path: string;
  readonly protectionUrl: string;
  readonly policyUrl: string | null;
  readonly done: Done | null;
  readonly now: Temporal.Instant;
  readonly consents: readonly ConsentRecord[];
  readonly restraints: Restraints;
  readonly boxes: readonly Box[];
};

export function consentsView(shown: Shown, say: Say): ConsentsView {
  const { shop, language, path, now, consents, restraints } = shown;
  const row = (record: ConsentRecord): ConsentRow => rowOf(record, shown, say);
  return {
    language,
    shop: {
      ...faceOf(shop, language),
      contactUrl: `${path.slice(0, path.lastIndexOf('/'))}/contact?language=${language}`,
    },
    languages: languageLinks(path),
    protectionUrl: shown.protectionUrl,
    policyUrl: webUrl(shown.policyUrl),
    orderUrl: `${path.slice(0, path.lastIndexOf('/'))}?language=${language}`,
    action: `${path}?language=${language}`,
    done: shown.done,
    restricted: restraints.restricted === null ? null : dayOf(language, restraints.restricted),
    holding: consents.filter((one) => holdsAt(one, now)).map(row),
    over: consents
      .filter((one) => !holdsAt(one, now))
      .slice(0, overMax)
      .map(row),
    boxes: shown.boxes,
  };
}

function rowOf(record: ConsentRecord, { language, path, shop, now }: Shown, say: Say): ConsentRow {
  const id = showId('cns', record.consentId);
  return {
    id,
    recipientName: record.recipient === 'shop' ? shop.name : recipientNameOf(record.recipient),
    isForReviews: record.purpose === 'review invitation',
    fields: record.fields.map((field) => fieldName(field, say)).join(', '),
    words: record.words,
    wordsLanguage: record.language,
    since: dayOf(language, record.givenAt),
    channel: say(`consents.channel.${record.channel}`),
    until: record.holdsUntil === null ? null : dayOf(language, record.holdsUntil),
    withdrawn: record.withdrawnAt === null ? null : dayOf(language, record.withdrawnAt),
    idle: idleOf(record, { shop, now, language }, say),
    receiptUrl: `${path}/${id}/receipt`,
  };
}

function idleOf(record: ConsentRecord, shown: Pick<Shown, 'shop' | 'now' | 'language'>, say: Say): string | null {
  const effect = effectAt(record, shown.now);
  if (!servesRule(record) && record.purpose !== 'review invitation') return say('consents.idle.rule');
  if (effect === 'box not told') return say('consents.idle.box', { shop: shown.shop.name });
  return effect === 'not yet' ? say('consents.idle.later', { day: dayOf(shown.language, record.givenAt) }) : null;
}

/** What a shop calls a kind of data that this page has no word for stands as the shop wrote it. */
function fieldName(field: string, say: Say): string {
  return field === 'email' || field === 'phone' || field === 'name' || field === 'address' || field === 'order_number'
    ? say(`consents.field.${field}`)
    : field;
}
