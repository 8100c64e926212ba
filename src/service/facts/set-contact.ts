import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { showId } from '#kit/ids';
import { shopLanguages, type Orders, type Shop } from '#orders';
import type { Privacy } from '#privacy';
import { shortHours } from '../hours/say-hours.ts';
import { statements } from '../store.ts';
import { sayContact } from '../words.ts';
import { hoursOf, settingsOf } from './contact.ts';
import {
  changesHours,
  contactFields,
  differences,
  faceFields,
  type ContactField,
  type ContactSettings,
} from './fields.ts';
import { contactTroubles, tidied, type ContactTrouble } from './troubles.ts';

export type ContactChange = {
  readonly shopId: string;
  readonly patch: Partial<ContactSettings>;
  /** The settings that whoever changes them saw: if others have come since, nothing is changed. */
  readonly seen?: ContactSettings;
  /** `staff`, `command line`, or a key. */
  readonly actor: string;
};

export type ContactChanged =
  | { readonly settings: ContactSettings; readonly changed: readonly ContactField[] }
  | { readonly no: 'wrong'; readonly troubles: readonly ContactTrouble[] }
  | { readonly no: 'stale'; readonly now: ContactSettings }
  | { readonly no: 'unknown' };

export type FactsNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<Privacy, 'audit'>;
  readonly orders: Pick<Orders, 'shops' | 'changeShopIn'>;
};

/** The line of a mail has room for so many characters of hours; who has more reads them on the page. */
const hoursCharactersMax = 120;

/** Changes what a shop says about itself, all of it or nothing, with an audit row of field names. */
export async function setContact(needs: FactsNeeds, change: ContactChange): Promise<ContactChanged> {
  return await needs.database.tx(async (tx) => {
    const { shopId, seen } = change;
    const shop = (await needs.orders.shops(tx)).find((one) => one.shopId === shopId);
    if (shop === undefined) return { no: 'unknown' };
    await tx.rows(statements.addFacts, [shopId, needs.clock.now()]);
    const row = await tx.one<{ facts: unknown }>(statements.lockFacts, [shopId]);
    const current = settingsOf(row?.facts, shop);
    if (seen !== undefined && differences(seen, current).length > 0) return { no: 'stale', now: current };
    const next = contactAfter(current, change.patch);
    const changed = differences(current, next);
    // What was kept before a rule came may be wrong by it; only what changes has to be right.
    const troubles = contactTroubles(next).filter(({ field }) => changed.includes(field));
    if (troubles.length > 0) return { no: 'wrong', troubles };
    if (changed.length === 0) return { settings: current, changed };
    const faced = await changeFace(needs, tx, shop, { next, changed, actor: change.actor });
    if ('no' in faced) return faced;
    await keep(needs, tx, shopId, next);
    const subject = `${showId('shp', shopId)}: ${changed.join(', ')}`;
    await needs.privacy.audit(tx, { shopId, actor: change.actor, verb: 'contact.set', subject });
    return { settings: settingsOf(next, faced.shop), changed };
  });
}

export function contactAfter(current: ContactSettings, patch: Partial<ContactSettings>): ContactSettings {
  const typed = { ...current, ...patch };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field has its entry
  return Object.fromEntries(contactFields.map((field) => [field, tidied(typed, field)])) as ContactSettings;
}

async function keep(needs: FactsNeeds, tx: Tx, shopId: string, settings: ContactSettings): Promise<void> {
  const own = contactFields.filter((field) => faceFields.every((one) => one !== field) && settings[field] !== '');
  const facts = Object.fromEntries(own.map((field) => [field, settings[field]]));
  await tx.rows(statements.putFacts, [shopId, JSON.stringify(facts), needs.clock.now()]);
}

type Changing = {
  readonly next: ContactSettings;
  readonly changed: readonly ContactField[];
  readonly actor: string;
};

/** E-mail and phone stand in the shop's face, and so do the hours in one line, which follow those of the week. */
async function changeFace(
  needs: FactsNeeds,
  tx: Tx,
  shop: Shop,
  { next, changed, actor }: Changing,
): Promise<{ readonly shop: Shop } | Extract<ContactChanged, { no: 'wrong' | 'unknown' }>> {
  const patch = {
    ...(changed.includes('email') ? { contactEmail: next.email } : {}),
    ...(changed.includes('phone') ? { contactPhone: next.phone } : {}),
    ...(changesHours(changed) ? { contactHours: lineOf(next, shop.language) } : {}),
  };
  if (Object.keys(patch).length === 0) return { shop };
  const hoursIn = changesHours(changed) ? { hoursIn: linesOf(next) } : {};
  const done = await needs.orders.changeShopIn(tx, { shopId: shop.shopId, patch, actor, ...hoursIn });
  if ('shop' in done) return done;
  if (done.no !== 'wrong') return { no: 'unknown' };
  return { no: 'wrong', troubles: done.troubles.map(troubleOf) };
}

/** In each language that customers read. */
function linesOf(settings: ContactSettings): Readonly<Record<string, string>> {
  const lines = shopLanguages.map((language) => [language, lineOf(settings, language)] as const);
  return Object.fromEntries(lines.filter(([, line]) => line !== ''));
}

function lineOf(settings: ContactSettings, language: string): string {
  const hours = hoursOf(settings);
  const line = hours === null ? '' : sayContact(language, 'hours.line', { hours: shortHours(hours, language) });
  return Array.from(line).length <= hoursCharactersMax ? line : '';
}

/** The shop's own words for what is wrong are the shop's; here it is said in the words of this form. */
function troubleOf({
  field,
  code,
  values,
}: {
  field: string;
  code: string;
  values: ContactTrouble['values'];
}): ContactTrouble {
  const at = field === 'contactPhone' ? 'phone' : 'email';
  if (code === 'text.long' || code === 'text.characters') return { field: at, code, values };
  return { field: at, code: at === 'phone' ? 'phone' : 'address', values: {} };
}
