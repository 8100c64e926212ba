import { hash } from 'node:crypto';

/** What was taken lately, by its bytes. */
export type Repeats<Taken> = {
  /** What these bytes of this sender came to before; null when they are new or have been forgotten. */
  readonly before: (sender: string, bytes: Uint8Array) => Taken | null;
  /** Only after the commit, and only what its sender has proven: a stranger must not push others out. */
  readonly keep: (sender: string, bytes: Uint8Array, taken: Taken) => void;
};

/** Senders that get no answer come again after an hour and after six. */
const keptMsMax = 7 * 60 * 60_000;
const keptMax = 20_000;

/**
 * Knows exact repetitions again, so that they can be answered as before and without work. What is forgotten, after seven
 * hours, when 20,000 came after it, or at a restart, is simply done again: it must be harmless twice.
 */
export function createRepeats<Taken>(needs: {
  /** Product time, in milliseconds. */
  readonly nowMs: () => number;
  readonly keptMax?: number;
}): Repeats<Taken> {
  const limit = needs.keptMax ?? keptMax;
  const kept = new Map<string, { readonly taken: Taken; readonly untilMs: number }>();
  return {
    before: (sender, bytes) => {
      const found = kept.get(idOf(sender, bytes));
      return found !== undefined && found.untilMs > needs.nowMs() ? found.taken : null;
    },
    keep: (sender, bytes, taken) => {
      const id = idOf(sender, bytes);
      kept.delete(id);
      kept.set(id, { taken, untilMs: needs.nowMs() + keptMsMax });
      // They are in the order of their ends.
      for (const [oldest, { untilMs }] of kept) {
        if (kept.size <= limit && untilMs > needs.nowMs()) return;
        kept.delete(oldest);
      }
    },
  };
}

function idOf(sender: string, bytes: Uint8Array): string {
  return `${sender} ${hash('sha256', bytes, 'base64url')}`;
}
