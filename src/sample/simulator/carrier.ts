import type { Answer } from './answers.ts';
import type { Call } from './routes.ts';

/** Calls with a known key, those of them that were one too many, and pushes that were taken. */
export type Counted = (what: 'calls' | 'tooMany' | 'pushes') => void;

/** One carrier as the simulator plays it. */
export type SimulatedCarrier = {
  readonly hosts: readonly string[];
  readonly answer: (call: Call, now: Temporal.Instant) => Answer;
  /** Pushes what is due. */
  readonly look: (now: Temporal.Instant) => Promise<void>;
  readonly close: () => void;
};
