export { keyringStates, stepKinds, suspects, type StepKind, type Suspect } from './breach/case.ts';
export { createBreachDesk, type BreachDesk, type BreachState, type OpenedBreach } from './breach/desk.ts';
export {
  letterLanguages,
  lettersBody,
  subjectCharactersMax,
  textCharactersMax,
  type Letters,
} from './breach/letters/letter.ts';
export { mailingJson } from './breach/letters/mailing.ts';
export { isScopeJudged } from './breach/scopes.ts';
export { draftHtml, draftText } from './breach/drafts.ts';
export { personsCsv } from './breach/persons-csv.ts';
export { breachBody, readBreach } from './breach/read-breach.ts';
export { breachJson, breachLineJson } from './breach/breach-json.ts';
export { sayBreach, sayBreachCode } from './breach/words.ts';
export { canaryKinds, canaryWays, createCanaries, type Canaries, type CanaryLine } from './canary/canaries.ts';
export { canaryJson } from './canary/canary-json.ts';
export { createRights, type Rights, type RightsNeeds } from './person-rights.ts';
export type { AskToConfirm, Corrected } from './correct/correct.ts';
export { orderErased } from './erase/facts.ts';
export type { ErasureReceipt, Weighed } from './erase/erase.ts';
export { holdJson, receiptJson, weighedJson } from './erase/receipt.ts';
export { exportFormats, type ExportFormat } from './export/export.ts';
export type { HeldCategory } from './held/held.ts';
export { createRequests, noteCharactersMax, type PersonRequest, type Requests } from './requests/requests.ts';
export { evidences, kinds, outcomes, requestKinds, ways, type Evidence, type RequestKind } from './requests/kinds.ts';
export { homeZone, urgencyOf, type Urgency } from './requests/due.ts';
export { rightsData } from './retention/data-map.ts';
export { rightsSweeps } from './retention/own-sweeps.ts';
export {
  createRetention,
  type RetentionLine,
  type RetentionNeeds,
  type RetentionReport,
  type RetentionRun,
  type ShopClock,
} from './retention/retention.ts';
export {
  heldBackJson,
  objectionable,
  readConsentId,
  readPurpose,
  restrainedJson,
  type HeldBack,
  type Restrained,
  type Restraining,
} from './restrain/restrain.ts';
export { holdReasons, type Hold } from './hold/hold.ts';
export { holdLaws } from './hold/laws.ts';
export { sayIn as sayRights, type Say as SayRights } from './words.ts';
export { recipientsOf } from './recipients.ts';
export { rightsTables } from './tables.ts';
export { keepByLaw } from './retention/keep-by-law.ts';
export { recordOf, type RecordNeeds, type RecordActivity, type RecordOfProcessing } from './record/record.ts';
export { recordJson } from './record/record-json.ts';
export { otherPlaces, sayBasis, sayMeasure, sayRecord, sayThirdCountries } from './record/words.ts';
export type { RightsDesk } from './desk.ts';
export { createReminders, type RemindNeeds } from './requests/remind.ts';
export { sayRequestCode } from './requests/words.ts';
export { clockJson, reportJson, requestJson, stepsJson } from './desk-json.ts';
export { holdKeys } from './hold/hold-keys.ts';
