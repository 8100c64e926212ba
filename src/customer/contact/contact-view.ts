import { mailUrl, webUrl } from '#kit/html';
import type { Shop } from '#orders';
import { sayContactField, type Contact, type ContactField, type Slot } from '#service';
import { countryName } from '../way.ts';
import type { Say } from '../words.ts';
import { hoursView, type HoursView } from './hours-view.ts';
import { reachView, type ReachView } from './reach-view.ts';

/** An answer that may make the question unnecessary. */
export type Suggested = { readonly title: string; readonly summary: string; readonly url: string };

/** What the page is made from, and where it leads. */
export type ContactTold = {
  readonly language: string;
  readonly shop: Shop;
  readonly contact: Contact;
  readonly now: Temporal.Instant;
  /** Of this page, without a query. */
  readonly path: string;
  /** Where the form is. */
  readonly writeUrl: string;
  /** Where a call is asked for, and the next time that has room; null where none is offered. */
  readonly call: { readonly url: string; readonly zone: string; readonly next: Slot } | null;
  /** What fits the reader's parcel, or what is asked most. */
  readonly suggested: readonly Suggested[];
  readonly helpUrl: string;
  /** Of the page of the order, behind whose link this one is; null for everybody. */
  readonly orderUrl: string | null;
};

export type Row = { readonly label: string; readonly lines: readonly string[]; readonly url: string | null };

/** Ready to be read. */
export type ContactView = {
  readonly reach: ReachView;
  readonly hours: HoursView | null;
  /** The address as it stands on an envelope; empty while it is not known. */
  readonly envelope: readonly string[];
  readonly rows: readonly Row[];
  readonly dispute: { readonly text: string; readonly body: readonly string[] } | null;
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** Whom to ask about data. */
  readonly privacy: Row | null;
};

export function contactView(told: ContactTold, say: Say): ContactView {
  const { contact, language } = told;
  return {
    reach: reachView(told, say),
    hours: hoursView(told, say),
    envelope: envelopeOf(contact, language),
    rows: rowsOf(contact, language, say),
    dispute: disputeOf(told, say),
    links: linksOf(contact, language, say),
    privacy: privacyOf(contact, language),
  };
}

function disputeOf({ contact, shop }: ContactTold, say: Say): ContactView['dispute'] {
  if (contact.dispute === null) return null;
  const { stance, body } = contact.dispute;
  return {
    text: say(`contact.dispute.${stance}`, { shop: shop.name, named: body === null ? 'no' : 'yes' }),
    body: body?.split('\n') ?? [],
  };
}

function envelopeOf(contact: Contact, language: string): readonly string[] {
  if (contact.address.length === 0) return [];
  const { name, legalName, country } = contact;
  const names = legalName?.startsWith(name) === true ? [legalName] : [name, ...(legalName === null ? [] : [legalName])];
  return [...names, ...contact.address, ...(country === '' ? [] : [countryName(language, country)])];
}

const rowFields = [
  'representedBy',
  'vatId',
  'businessId',
  'capital',
  'object',
  'supervisor',
  'profession',
  'chamber',
  'professionRules',
  'editor',
  'host',
] as const satisfies readonly (ContactField & keyof Contact)[];

function rowsOf(contact: Contact, language: string, say: Say): readonly Row[] {
  const { register, legalName, legalForm, name } = contact;
  const named = legalName === null || contact.address.length > 0 ? [] : [rowOf(language, 'legalName', legalName)];
  const form =
    legalForm === null || (legalName ?? name).endsWith(legalForm) ? [] : [rowOf(language, 'legalForm', legalForm)];
  const registered =
    register === null
      ? []
      : [
          {
            label: say('contact.register'),
            lines: [register.court, register.number].filter((line) => line !== null),
            url: null,
          },
        ];
  const [represented, ...others] = rowFields.map((field) => {
    const text = contact[field];
    return text === null ? null : rowOf(language, field, text);
  });
  return [...named, ...form, represented ?? null, ...registered, ...others].filter((row) => row !== null);
}

function rowOf(language: string, field: ContactField, text: string): Row {
  return { label: sayContactField(language, field), lines: text.split('\n'), url: null };
}

const linkFields = ['policyUrl', 'termsUrl', 'withdrawalUrl', 'accessibilityUrl'] as const;

function linksOf(contact: Contact, language: string, say: Say): ContactView['links'] {
  const led = linkFields.map((field) => ({ label: sayContactField(language, field), url: webUrl(contact[field]) }));
  return [...led, { label: say('contact.shop'), url: webUrl(contact.shopUrl) }].filter(hasUrl);
}

function hasUrl(link: { readonly label: string; readonly url: string | null }): link is ContactView['links'][number] {
  return link.url !== null;
}

function privacyOf({ privacyContact: text }: Contact, language: string): Row | null {
  if (text === null) return null;
  return { ...rowOf(language, 'privacyContact', text), url: mailUrl(text) };
}
