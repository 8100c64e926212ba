import { hash } from 'node:crypto';

/** What was taken lately, by its bytes. */
export type Repeats<Taken> = {
  readonly of: (
    sender: string,
    bytes: Uint8Array,
  ) => {
    /** What these bytes of this sender came to before; null when they are new or have been forgotten. */
    readonly before: Taken | null;
    /** Only after the commit, and only what its sender has proven: a stranger must not push others out. */
    readonly keep: (taken: Taken) => void;
  };
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
  const keep = (id: string, taken: Taken): void => {
    kept.delete(id);
    kept.set(id, { taken, untilMs: needs.nowMs() + keptMsMax });
    // They are in the order of their ends.
    for (const [oldest, { untilMs }] of kept) {
      if (kept.size <= limit && untilMs > needs.nowMs()) return;
      kept.delete(oldest);
    }
  };
  return {
    of: (sender, bytes) => {
      const id = `${sender} ${hash('sha256', bytes, 'base64url')}`;
      const found = kept.get(id);
      const isKnown = found !== undefined && found.untilMs > needs.nowMs();
      return { before: isKnown ? found.taken : null, keep: (taken) => keep(id, taken) };
    },
  };
}
