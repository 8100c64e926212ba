import type { Queries, Tx } from '#kit/database';
import { forgetIn, type HeldRow, type Whose } from '#privacy';
import { createCases, type Cases } from './cases/cases.ts';
import type { CasesNeeds } from './cases/needs.ts';
import { serviceTables } from './persons/tables.ts';

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
export { sayCase, sayCaseCode, sayWait } from './cases/words.ts';
export type { Cases } from './cases/cases.ts';
export type { CaseInput, Written } from './cases/write.ts';
export type { Hours as CaseHours, Slot } from './cases/slots.ts';
export { serviceTables };

/** Contact: who is behind the shop, how it is reached, and what customers wrote to it. */
export type Service = {
  readonly cases: Cases;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type ServiceNeeds = Omit<CasesNeeds, 'hoursOf' | 'serviceAddressOf'>;

export function createService(needs: ServiceNeeds): Service {
  const cases = createCases({
    ...needs,
    hoursOf: () => Promise.resolve(null),
    serviceAddressOf: (_queries, shop) => Promise.resolve(shop.face.contact.email),
  });
  return {
    cases,
    held: (queries, whose) => needs.privacy.heldIn(queries, serviceTables, whose),
    forget: (tx, whose) => forgetIn(tx, serviceTables, whose),
    forgetShop: (tx, shopId) => cases.forgetShop(tx, shopId),
  };
}
