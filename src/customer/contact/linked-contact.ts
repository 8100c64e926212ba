import { dayOf, type Contact, type OpeningHours, type Span } from '#service';

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/**
 * What search engines read of a shop: `Organization` with a `ContactPoint` (schema.org). What is undefined is left out
 * where it becomes JSON.
 * @param url of the contact page, as strangers write it
 * @param now other hours are said for the next weeks from here, holidays with them
 */
export function linkedContact(contact: Contact, url: string, now: Temporal.Instant): object {
  const { postal, hours, languages } = contact;
  const ways = { email: contact.email ?? undefined, telephone: contact.phone ?? undefined };
  return {
    '@type': 'Organization',
    name: contact.name,
    url: contact.shopUrl ?? url,
    legalName: contact.legalName ?? undefined,
    vatID: contact.vatId ?? undefined,
    ...ways,
    address: postal === null ? undefined : addressOf(postal),
    contactPoint: {
      '@type': 'ContactPoint',
      contactType: 'customer service',
      url,
      ...ways,
      availableLanguage: languages.length === 0 ? undefined : languages,
      hoursAvailable: hours === null ? undefined : hoursOf(hours, now),
    },
  };
}

function addressOf({ street, postalCode, city, country }: NonNullable<Contact['postal']>): object {
  const addressCountry = country === '' ? undefined : country;
  return { '@type': 'PostalAddress', streetAddress: street, postalCode, addressLocality: city, addressCountry };
}

const otherDaysMax = 60;

/** The week, and the days of the next weeks on which it is otherwise. */
function hoursOf(hours: OpeningHours, now: Temporal.Instant): readonly object[] {
  const days = hours.week.flatMap((spans, day) =>
    spans.map((span) => specification({ dayOfWeek: `https://schema.org/${dayNames[day] ?? ''}` }, span)),
  );
  const today = now.toZonedDateTimeISO(hours.zone).toPlainDate();
  const others = Array.from({ length: otherDaysMax }, (_, at) => today.add({ days: at })).flatMap((date) => {
    const { spans, why } = dayOf(hours, date);
    if (why === null) return [];
    const on = { validFrom: date.toString(), validThrough: date.toString() };
    return (spans.length === 0 ? [closed] : spans).map((span) => specification(on, span));
  });
  return [...days, ...others];
}

/** From midnight to midnight, as schema.org writes a closed day. */
const closed: Span = { from: 0, until: 0 };

function specification(when: object, { from, until }: Span): object {
  const closes = until === 1_440 ? '23:59' : clock(until);
  return { '@type': 'OpeningHoursSpecification', ...when, opens: clock(from), closes };
}

function clock(minutes: number): string {
  return new Temporal.PlainTime(Math.floor(minutes / 60) % 24, minutes % 60).toString({ smallestUnit: 'minute' });
}
