import type { Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import type { Shop } from '#orders';
import { forgetIn, type HeldRow, type Whose } from '#privacy';
import { createCases, type Cases } from './cases/cases.ts';
import type { CasesNeeds } from './cases/needs.ts';
import type { Hours } from './cases/slots.ts';
import type { AnswerTime } from './cases/answer-time.ts';
import { contactOf, hoursOf, settingsOf, type Contact } from './facts/contact.ts';
import { contactJson } from './facts/contact-json.ts';
import {
  choices,
  contactFields,
  contactGroups,
  differences as contactDifferences,
  kebabField,
  longFields,
  snakeField,
  weekdays,
  type ContactField,
  type ContactGroup,
  type ContactSettings,
} from './facts/fields.ts';
import { checkedFacts, type Checked } from './facts/law.ts';
import {
  contactAfter,
  setContact,
  type ContactChange,
  type ContactChanged,
  type FactsNeeds,
} from './facts/set-contact.ts';
import type { ContactTrouble } from './facts/troubles.ts';
import { dayOf, intervalsOf, type OpeningHours, type Opened, type Span } from './hours/hours.ts';
import { groupedWeek, sayClock, weekday } from './hours/say-hours.ts';
import { serviceTables } from './persons/tables.ts';
import { statements } from './store.ts';
import { sayContact, sayContactChoice, sayContactField, sayContactNote, sayContactTrouble, sayFact } from './words.ts';

export { serviceData } from './retention/data-map.ts';
export { personsWithCases, serviceSweeps } from './retention/sweeps.ts';
export { caseJson, entryJson, type CaseJson } from './cases/case-json.ts';
export {
  nameLengthMax,
  plainLine,
  plainText,
  readEmail,
  readNumber,
  readPhone,
  textLengthMax,
  topics,
  type Case,
  type CaseEntry,
  type Topic,
} from './cases/case.ts';
export { sayCaseCode, sayWait } from './cases/words.ts';
export type { Cases } from './cases/cases.ts';
export type { CaseInput } from './cases/write.ts';
export type { Slot } from './cases/slots.ts';
export { serviceTables };
export {
  checkedFacts,
  choices,
  contactAfter,
  contactDifferences,
  contactFields,
  contactGroups,
  contactJson,
  dayOf,
  groupedWeek,
  kebabField,
  longFields,
  sayClock,
  sayContact,
  sayContactChoice,
  sayContactField,
  sayContactNote,
  sayContactTrouble,
  sayFact,
  snakeField,
  weekday,
  weekdays,
};
export type {
  AnswerTime,
  Checked,
  Contact,
  ContactChange,
  ContactChanged,
  ContactField,
  ContactGroup,
  ContactSettings,
  ContactTrouble,
  Opened,
  OpeningHours,
  Span,
};

/** Contact: who is behind the shop, how it is reached, and what customers wrote to it. */
export type Service = {
  readonly cases: Cases;
  /** Who is behind a shop and how it is reached; public. @throws Fault('not_found') where there is no such shop */
  readonly contactOf: (queries: Queries, shopId: string) => Promise<Contact>;
  /** The same as its people write it. @throws Fault('not_found') */
  readonly contactSettings: (queries: Queries, shopId: string) => Promise<ContactSettings>;
  /** Changes it with an audit row; pages and mails have it from then on. */
  readonly setContact: (change: ContactChange) => Promise<ContactChanged>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type ServiceNeeds = FactsNeeds & Omit<CasesNeeds, 'hoursOf' | 'serviceAddressOf'>;

export function createService(needs: ServiceNeeds): Service {
  const cases = createCases({
    ...needs,
    hoursOf: (queries, shop) => openingOf(needs, queries, shop),
    serviceAddressOf: (_queries, shop) => Promise.resolve(shop.face.contact.email),
  });
  return {
    cases,
    contactOf: async (queries, shopId) => {
      const { shop, settings } = await readSettings(needs, queries, shopId);
      return contactOf(shop, settings, await cases.answerTime(queries, shopId));
    },
    contactSettings: async (queries, shopId) => (await readSettings(needs, queries, shopId)).settings,
    setContact: (change) => setContact(needs, change),
    held: (queries, whose) => needs.privacy.heldIn(queries, serviceTables, whose),
    forget: (tx, whose) => forgetIn(tx, serviceTables, whose),
    forgetShop: async (tx, shopId) => {
      await cases.forgetShop(tx, shopId);
      await tx.rows(statements.forgetFacts, [shopId]);
    },
  };
}

/** When a shop is open, as moments; null where it has not said so. */
async function openingOf(needs: ServiceNeeds, queries: Queries, { shopId }: Shop): Promise<Hours | null> {
  const hours = hoursOf((await readSettings(needs, queries, shopId)).settings);
  return hours === null ? null : { zone: hours.zone, spansOn: (day) => intervalsOf(hours, day) };
}

async function readSettings({ orders }: ServiceNeeds, queries: Queries, shopId: string) {
  const shop = (await orders.shops(queries)).find((one) => one.shopId === shopId);
  if (shop === undefined) throw new Fault('not_found', 'There is no such shop.');
  const row = await queries.one<{ facts: unknown }>(statements.facts, [shopId]);
  return { shop, settings: settingsOf(row?.facts, shop) };
}
