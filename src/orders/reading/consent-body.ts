import { z } from 'zod';
import { findConnector } from '#carriers';
import { sealed, type ConsentInput } from '#privacy';
import { country, instant, language, optional, required } from './fields.ts';

const consentsMax = 50;
/** What stands between several names in one line. */
const between = /[,;/|\n]|\s(?:and|und|or|oder|sowie|&|\+)\s/iu;

/** One consent as a shop tells it: one box, which named one recipient and stood unticked. */
const consentBody = z.strictObject({
  purpose: required(100).meta({
    description:
      'As in `GET /v1/rules`, such as `delivery notification by carrier`; or `review invitation`, for mails of the shop itself',
  }),
  recipient: required(100)
    .refine((name) => !namesSeveral(name), {
      message: 'must be one recipient: a box that names several allows none of them',
    })
    .meta({
      description: 'One carrier or review platform of these rules; `shop` where the shop itself asks for reviews',
    }),
  fields: z.array(required(60)).min(1).max(20).meta({ description: 'Kinds of data, such as `email` or `phone`' }),
  given_at: instant,
  text: required(4_000).meta({ description: 'The words beside the box, to the letter' }),
  /** What the shop calls this version of the text. */
  version: optional(60),
  language: language.nullish(),
  default: z
    .enum(['unticked', 'ticked'])
    .refine((preset) => preset === 'unticked', {
      message: 'must be unticked: a box that was ticked beforehand is no consent (CJEU C-673/17, Planet49)',
    })
    .nullish()
    .meta({ description: 'How the box stood before it was touched. Without `unticked` the consent lets nothing out' }),
  jurisdiction: country.nullish(),
  policy_url: z
    .url({ protocol: /^https?$/, message: 'must be an address that begins with https://' })
    .max(500)
    .nullish(),
  until: instant.nullish(),
});

type ConsentBody = z.output<typeof consentBody>;

/** The consents of an order. Several that share their words and their moment were one box. */
export const consentBodies = z
  .array(consentBody)
  .max(consentsMax)
  .superRefine((consents, context) => {
    const boxes = new Map<string, string>();
    for (const [index, { text, given_at: givenAt, recipient, purpose, until }] of consents.entries()) {
      const box = [givenAt.toString(), purpose, text].join('\0');
      const named = boxes.get(box) ?? recipientOf(recipient);
      boxes.set(box, named);
      const wrong = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: [index, field], message });
      if (named !== recipientOf(recipient)) {
        wrong('recipient', 'must have a box, and a text, of its own: the same words named another recipient');
      }
      if (until && Temporal.Instant.compare(until, givenAt) <= 0) wrong('until', 'must lie after given_at');
    }
  })
  .default([]);

function namesSeveral(name: string): boolean {
  return findConnector(name) === null && between.test(name.trim());
}

/** A consent names the carrier as the shop spells it; disclosures ask for it by its id. */
function recipientOf(name: string): string {
  return findConnector(name)?.manifest.id ?? name;
}

export function readConsents(consents: readonly ConsentBody[]): readonly ConsentInput[] {
  return consents.map((consent) => ({
    purpose: consent.purpose,
    recipient: recipientOf(consent.recipient),
    fields: consent.fields,
    givenAt: consent.given_at,
    words: sealed('consent_words', consent.text),
    channel: 'order',
    version: consent.version,
    language: consent.language ?? null,
    preset: consent.default === 'unticked' ? 'unticked' : null,
    jurisdiction: consent.jurisdiction ?? null,
    policyUrl: consent.policy_url ?? null,
    holdsUntil: consent.until ?? null,
  }));
}
