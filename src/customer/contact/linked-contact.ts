import type { Contact, OpeningHours, Span } from '#service';

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/**
 * What search engines read of a shop: `Organization` with a `ContactPoint` (schema.org). What is undefined is left out
 * where it becomes JSON.
 * @param url of the contact page, as strangers write it
 */
export function linkedContact(contact: Contact, url: string): object {
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
      hoursAvailable: hours === null ? undefined : hoursOf(hours),
    },
  };
}

function addressOf({ street, postalCode, city, country }: NonNullable<Contact['postal']>): object {
  const addressCountry = country === '' ? undefined : country;
  return { '@type': 'PostalAddress', streetAddress: street, postalCode, addressLocality: city, addressCountry };
}

/** The week, and single days of the years to come that are said by date. */
function hoursOf({ week, exceptions }: OpeningHours): readonly object[] {
  const days = week.flatMap((spans, day) =>
    spans.map((span) => specification({ dayOfWeek: `https://schema.org/${dayNames[day] ?? ''}` }, span)),
  );
  const others = exceptions
    .filter(({ from }) => !from.startsWith('--'))
    .flatMap(({ from: validFrom, until: validThrough, spans }) =>
      (spans.length === 0 ? [closed] : spans).map((span) => specification({ validFrom, validThrough }, span)),
    );
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
