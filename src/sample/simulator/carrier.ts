import type { Answer } from './answers.ts';
import type { Call } from './routes.ts';

/** One carrier as the simulator plays it. */
export type SimulatedCarrier = {
  readonly hosts: readonly string[];
  readonly answer: (call: Call, now: Temporal.Instant) => Answer;
  /** Pushes what is due. */
  readonly look: (now: Temporal.Instant) => Promise<void>;
  readonly close: () => void;
};
