export {
  keyringStates,
  stepKinds,
  suspects,
  type BreachCase,
  type BreachColumn,
  type BreachStep,
  type KeyringState,
  type StepKind,
  type Suspect,
} from './breach/case.ts';
export { createBreachDesk, type BreachDesk, type BreachState, type OpenedBreach } from './breach/desk.ts';
export { draftHtml, draftText, type Draft } from './breach/drafts.ts';
export { breachBody, readBreach } from './breach/read-breach.ts';
export { breachJson, breachLineJson } from './breach/breach-json.ts';
export { sayBreach, sayBreachCode, type BreachWord } from './breach/words.ts';
export { createCanaries, type Canaries, type CanaryLine, type CanaryWay } from './canary/canaries.ts';
