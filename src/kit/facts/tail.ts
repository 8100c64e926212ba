import type { Database } from '#kit/database';
import { createLoop } from './loop.ts';
import type { StoredFact } from './shapes.ts';
import { endsOf, readFacts, statements, type LaneSeq } from './store.ts';

export type Tail = {
  readonly hear: (kinds: readonly string[], hear: (facts: readonly StoredFact[]) => void) => () => void;
  readonly wake: () => void;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Listener = { readonly kinds: readonly string[]; readonly hear: (facts: readonly StoredFact[]) => void };

const beatMs = 2_000;

/** Reads new facts once per process and hands them to whoever listens here; it forgets everything when it stops. */
export function createTail(needs: { readonly database: Database; readonly log: (line: string) => void }): Tail {
  const listeners = new Set<Listener>();
  const position = new Map<number, number>();
  const goTo = (places: readonly LaneSeq[]): void => {
    for (const { lane, seq } of places) position.set(lane, seq);
  };

  const turn = async (): Promise<boolean> => {
    const heads = await needs.database.rows<LaneSeq>(statements.heads, []);
    if (listeners.size === 0) {
      goTo(heads);
      return false;
    }
    const behind = heads
      .map(({ lane, seq: head }) => ({ lane, seq: position.get(lane) ?? head, head }))
      .filter(({ seq, head }) => head > seq);
    if (behind.length === 0) return false;
    const facts = await readFacts(needs.database, behind);
    goTo(endsOf(behind, facts));
    for (const listener of listeners) tell(needs, listener, facts);
    return true;
  };
  const loop = createLoop({ beatMs, turn, failed: () => needs.log('cannot read new facts; trying again') });

  return {
    hear: (kinds, hear) => {
      const listener = { kinds, hear };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake: loop.wake,
    start: async () => {
      goTo(await needs.database.rows<LaneSeq>(statements.heads, []));
      loop.start();
    },
    stop: loop.stop,
  };
}

/** One listener that breaks does not keep the others from hearing. */
function tell(needs: { readonly log: (line: string) => void }, listener: Listener, facts: readonly StoredFact[]): void {
  const wanted = facts.filter((fact) => listener.kinds.includes(fact.kind));
  if (wanted.length === 0) return;
  try {
    listener.hear(wanted);
  } catch (error) {
    needs.log(`a listener of new facts failed: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}
