import type { Carriers } from '#carriers';
import type { KeyRoom } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { FrontState, Http } from '#kit/http';
import type { MailRoom } from '#mail';
import type { Orders } from '#orders';
import type { Parcels } from '#parcels';
import type { Privacy } from '#privacy';
import type { Rights, RightsDesk } from '#rights';
import type { Tls } from '#tls';
import { keyringOperations } from './keyring/keyring-operations.ts';
import { importFile, suggestFor, type FileImport } from './imports/import-file.ts';
import type { ImportOutcome } from './imports/import-orders.ts';
import { certificateOperations } from './certificates/certificate-operations.ts';
import { breachOperations } from './breaches/breach-operations.ts';
import { canaryOperations, type BreachApiNeeds } from './breaches/canary-operations.ts';
import { contactOperations, type ContactApiNeeds } from './contact/contact-operations.ts';
import { createKeys, type Keys } from './keys.ts';
import { witnessOperations } from './ledger/witness-operations.ts';
import { ledgerOperations } from './ledger/ledger-operations.ts';
import { mailOperations } from './mail/mail-operations.ts';
import { mountDescription } from './open-api.ts';
import { orderOperations } from './order-operations.ts';
import type { Operation } from './operations.ts';
import { mountOperations, mountPushes, type PushNeeds } from './routes.ts';
import { mountPushTokens } from './push/token-endpoint.ts';
import { caseOperations, type CaseApiNeeds } from './cases/case-operations.ts';
import { reviewExchangeOperations, type ReviewExchangeNeeds } from './reviews/exchange-operations.ts';
import { reviewOperations, type ReviewApiNeeds } from './reviews/review-operations.ts';
import { requestOperations } from './desk/request-operations.ts';
import { retentionOperations } from './desk/retention-operations.ts';
import { privacyOperations } from './privacy/privacy-operations.ts';
import { faqOperations, type FaqNeeds } from './faq/faq-operations.ts';
import { siteOperations, type SiteNeeds } from './protection/site-operations.ts';
import { rightsOperations } from './rights/rights-operations.ts';
import { sealOperations, type SealNeeds } from './seals/seal-operations.ts';
import { scanOperations } from './scan-operations.ts';
import { statements } from './store.ts';

export { apiData } from './retention/data-map.ts';
export { apiSweeps } from './retention/sweeps.ts';

export { createKeys, staffScopes } from './keys.ts';
export { importKeys } from './imports/file-keys.ts';
export { createImports } from './imports/imports.ts';

/** The machines' door: orders and scans in, parcels out, carriers' pushes. */
export type Api = {
  readonly keys: Keys;
  /** Takes the orders of a CSV file. @throws Fault('invalid') when the mapping does not fit it */
  readonly importOrders: (file: FileImport) => Promise<ImportOutcome>;
  readonly suggestMapping: typeof suggestFor;
  readonly mount: (http: Http) => void;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

type ApiNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  readonly carriers: Carriers;
  readonly connectorOf?: PushNeeds['connectorOf'];
  readonly mail: MailRoom;
  readonly tls: Pick<Tls, 'list' | 'renewNow' | 'handOut'>;
  readonly keyRoom: Pick<KeyRoom, 'status'>;
  readonly fronts: () => Promise<readonly FrontState[]>;
  readonly protection: SiteNeeds['protection'];
  readonly faq: FaqNeeds['faq'];
  readonly evidence: SealNeeds['evidence'];
  readonly breaches: BreachApiNeeds['breaches'];
  readonly canaries: BreachApiNeeds['canaries'];
  /** Told of every key that is shown; true for one that lets nobody in. */
  readonly keyTried?: (keyId: string) => Promise<boolean>;
  readonly rights: Rights & RightsDesk;
  readonly service: ContactApiNeeds['service'] & CaseApiNeeds['service'];
  readonly reviews: ReviewApiNeeds['reviews'] & ReviewExchangeNeeds['reviews'];
};

export function createApi(needs: ApiNeeds): Api {
  const { database, clock, privacy, keyTried: tried } = needs;
  const keys = createKeys({ database, clock, privacy, ...(tried === undefined ? {} : { tried }) });
  const operations = operationsOf(needs);
  return {
    keys,
    importOrders: (file) => importFile(needs, file),
    suggestMapping: suggestFor,
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
    },
    mount: (http) => {
      mountOperations(http, keys, operations);
      mountPushes(http, needs);
      mountPushTokens(http, needs);
      mountDescription(http, operations);
    },
  };
}

function operationsOf(needs: ApiNeeds): readonly Operation[] {
  return [
    ...orderOperations(needs),
    ...keyringOperations(needs),
    ...scanOperations(needs),
    ...mailOperations(needs),
    ...certificateOperations(needs),
    ...siteOperations(needs),
    ...sealOperations(needs),
    ...breachOperations(needs),
    ...canaryOperations(needs),
    ...witnessOperations(needs),
    ...caseOperations(needs),
    ...requestOperations(needs),
    ...retentionOperations(needs),
    ...faqOperations(needs),
    ...reviewOperations(needs),
    ...reviewExchangeOperations(needs),
    ...rightsOperations(needs),
    ...privacyOperations(needs),
    ...ledgerOperations(needs),
    ...contactOperations(needs),
  ];
}
