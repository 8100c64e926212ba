export { keyringStates, stepKinds, suspects, type StepKind, type Suspect } from './breach/case.ts';
export { createBreachDesk, type BreachDesk, type BreachState, type OpenedBreach } from './breach/desk.ts';
export { draftHtml, draftText } from './breach/drafts.ts';
export { personsCsv } from './breach/persons-csv.ts';
export { breachBody, readBreach } from './breach/read-breach.ts';
export { breachJson, breachLineJson } from './breach/breach-json.ts';
export { sayBreach, sayBreachCode } from './breach/words.ts';
export { canaryKinds, canaryWays, createCanaries, type Canaries, type CanaryLine } from './canary/canaries.ts';
export { canaryJson } from './canary/canary-json.ts';
export { createRights, type Rights, type RightsNeeds } from './person-rights.ts';
export type { Held, HeldCategory, HeldEntry, HeldItem, PersonOf, Reader, Room } from './held/held.ts';
export {
  createRequests,
  noteCharactersMax,
  type NewRequest,
  type PersonRequest,
  type Requests,
  type RequestStep,
} from './requests/requests.ts';
export { evidences, outcomes, requestKinds, type Evidence, type Outcome, type RequestKind } from './requests/kinds.ts';
export { urgencyOf, type Urgency } from './requests/due.ts';
export { rightsData } from './retention/data-map.ts';
export { rightsSweeps } from './retention/own-sweeps.ts';
export {
  createRetention,
  type Retention,
  type RetentionLine,
  type RetentionReport,
  type RetentionRun,
  type ShopClock,
} from './retention/retention.ts';
