import type { Shop } from '#orders';
import type { AnswerTime } from '../cases/answer-time.ts';
import { openAt, type OpeningHours, type Opened } from '../hours/hours.ts';
import { holidayRegions } from '../hours/holidays.ts';
import { readExceptions, readSpans } from '../hours/read-hours.ts';
import { noFacts, weekdays, type ContactSettings } from './fields.ts';
import { checkedFacts } from './law.ts';
import { readFacts } from './read-facts.ts';

/** Who is behind a shop and how it is reached: all of it public. What is not said is null, or an empty list. */
export type Contact = {
  readonly shopId: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2; empty while it is not said. */
  readonly country: string;
  readonly legalName: string | null;
  readonly legalForm: string | null;
  readonly representedBy: string | null;
  readonly capital: string | null;
  readonly object: string | null;
  /** Lines, without a name and the country; empty unless street and town are known. */
  readonly address: readonly string[];
  readonly postal: Readonly<Record<'street' | 'postalCode' | 'city' | 'country', string>> | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly register: { readonly court: string | null; readonly number: string } | null;
  readonly vatId: string | null;
  readonly businessId: string | null;
  readonly supervisor: string | null;
  readonly chamber: string | null;
  readonly profession: string | null;
  readonly professionRules: string | null;
  readonly editor: string | null;
  readonly host: string | null;
  readonly dispute: { readonly stance: 'willing' | 'unwilling' | 'obliged'; readonly body: string | null } | null;
  readonly privacyContact: string | null;
  readonly policyUrl: string | null;
  readonly termsUrl: string | null;
  readonly withdrawalUrl: string | null;
  readonly accessibilityUrl: string | null;
  readonly shopUrl: string | null;
  /** ISO 639-1. */
  readonly languages: readonly string[];
  readonly hours: OpeningHours | null;
  /** The hours as somebody wrote them once, where there are none that can be counted with. */
  readonly hoursText: string | null;
  /** Null where no hours are known. */
  readonly openNow: (at: Temporal.Instant) => Opened | null;
  /** Null while there are too few answers to say. */
  readonly answerTime: AnswerTime | null;
  /** What the law of the shop's country wants said and is not. */
  readonly missing: readonly { readonly fact: string; readonly law: string }[];
};

const defaultZone = 'Europe/Berlin';

/** The settings as they count: what is kept here, with what the shop's face keeps. */
export function settingsOf(stored: unknown, { face }: Pick<Shop, 'face'>): ContactSettings {
  return {
    ...noFacts,
    ...readFacts(stored),
    email: face.contact.email ?? '',
    phone: face.contact.phone ?? '',
  };
}

export function contactOf(
  shop: Pick<Shop, 'shopId' | 'name' | 'face'>,
  settings: ContactSettings,
  answerTime: AnswerTime | null,
): Contact {
  const hours = hoursOf(settings);
  const { registerNumber, registerCourt } = settings;
  return {
    shopId: shop.shopId,
    name: shop.name,
    country: settings.country,
    ...plainFacts(settings),
    ...addressOf(settings),
    register: registerNumber === '' ? null : { court: orNull(registerCourt), number: registerNumber },
    dispute: disputeOf(settings),
    languages: settings.languages === '' ? [] : settings.languages.split(', '),
    hours,
    hoursText: hours === null ? shop.face.contact.hours : null,
    openNow: (at) => (hours === null ? null : openAt(hours, at)),
    answerTime,
    missing: checkedFacts(settings).flatMap(({ standing, fact, law }) =>
      standing === 'missing' ? [{ fact, law }] : [],
    ),
  };
}

/** Who names a body takes part before it: where the law wants no more than its name (France), there is no stance. */
function disputeOf({ disputeStance: stance, disputeBody }: ContactSettings): Contact['dispute'] {
  const body = orNull(disputeBody);
  if (stance === 'willing' || stance === 'unwilling' || stance === 'obliged') return { stance, body };
  return body === null ? null : { stance: 'willing', body };
}

const plainFields = [
  ...([
    'legalName',
    'legalForm',
    'representedBy',
    'capital',
    'object',
    'email',
    'phone',
    'vatId',
    'businessId',
  ] as const),
  ...(['supervisor', 'chamber', 'profession', 'professionRules', 'editor', 'host', 'privacyContact'] as const),
  ...(['policyUrl', 'termsUrl', 'withdrawalUrl', 'accessibilityUrl', 'shopUrl'] as const),
] as const;

function plainFacts(settings: ContactSettings): Pick<Contact, (typeof plainFields)[number]> {
  const facts = plainFields.map((field) => [field, orNull(settings[field])] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field of the list has its entry
  return Object.fromEntries(facts) as Record<(typeof plainFields)[number], string | null>;
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function addressOf(settings: ContactSettings): Pick<Contact, 'address' | 'postal'> {
  const { street, addressExtra, postalCode, city, country } = settings;
  if (street === '' || city === '') return { address: [], postal: null };
  // Britain's postcode has a line of its own, behind the town.
  const town = country === 'GB' ? [city, postalCode] : [`${postalCode} ${city}`.trim()];
  return {
    address: [street, addressExtra, ...town].filter((line) => line !== ''),
    postal: { street, postalCode, city, country },
  };
}

/** The hours that can be counted with; null where no day of the week has any. */
export function hoursOf(settings: ContactSettings): OpeningHours | null {
  const week = weekdays.map((day) => readSpans(settings[day]) ?? []);
  if (week.every((spans) => spans.length === 0)) return null;
  const exceptions = readExceptions(settings.exceptions);
  return {
    zone: settings.zone === '' ? defaultZone : settings.zone,
    week,
    exceptions: 'line' in exceptions ? [] : exceptions,
    holidays: holidayRegions.find((region) => region === settings.holidays) ?? null,
  };
}
